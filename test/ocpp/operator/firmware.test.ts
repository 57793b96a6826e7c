import { expect } from "vitest";
import type { CommandOf, OperatorCommand } from "../../../src/domain/command.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const LOCATION = "https://example.org/firmware.bin";
const AT = 1_795_000_000_000;
const ISO = "2026-11-18T11:06:40.000Z";
const MD5 = "0123456789abcdef0123456789abcdef";

const update = (over: Partial<CommandOf<"update-firmware">> = {}): OperatorCommand => ({
  kind: "update-firmware",
  location: LOCATION,
  fileId: null,
  retrieveMs: AT,
  installMs: null,
  signed: null,
  version: null,
  retries: null,
  retryIntervalS: null,
  ...over,
});
const publish: OperatorCommand = {
  kind: "publish-firmware",
  location: LOCATION,
  fileId: null,
  checksum: MD5,
  retries: 1,
  retryIntervalS: null,
};
const unpublish: OperatorCommand = { kind: "unpublish-firmware", checksum: MD5 };
const signed = { certificatePem: "PEM", signature: "c2ln" };
const requestId: unknown = expect.any(Number);
const withRequest = { status: "accepted", requestId } as typeof accepted;

const SIGNED = {
  requestId,
  firmware: {
    location: LOCATION,
    retrieveDateTime: ISO,
    installDateTime: ISO,
    signingCertificate: "PEM",
    signature: "c2ln",
  },
};

const ROWS_16: readonly Row[] = [
  [
    update({ retries: 3, retryIntervalS: 60 }),
    "UpdateFirmware",
    { location: LOCATION, retrieveDate: ISO, retries: 3, retryInterval: 60 },
    {},
    accepted,
  ],
  [update({ installMs: AT, signed }), "SignedUpdateFirmware", SIGNED, { status: "Accepted" }, withRequest],
  [
    update({ installMs: AT, signed }),
    "SignedUpdateFirmware",
    SIGNED,
    { status: "InvalidCertificate" },
    { status: "rejected", detail: "InvalidCertificate" },
  ],
];

const ROWS_2X: readonly Row[] = [
  [
    update(),
    "UpdateFirmware",
    { requestId, firmware: { location: LOCATION, retrieveDateTime: ISO } },
    { status: "AcceptedCanceled" },
    { ...withRequest, detail: "AcceptedCanceled" },
  ],
  [update({ installMs: AT, signed }), "UpdateFirmware", SIGNED, { status: "Accepted" }, withRequest],
  [
    update({ retries: 0, retryIntervalS: 5 }),
    "UpdateFirmware",
    { requestId, retries: 0, retryInterval: 5, firmware: { location: LOCATION, retrieveDateTime: ISO } },
    { status: "RevokedCertificate" },
    { status: "rejected", detail: "RevokedCertificate" },
  ],
  [
    publish,
    "PublishFirmware",
    { requestId, location: LOCATION, checksum: MD5, retries: 1 },
    { status: "Accepted" },
    withRequest,
  ],
  [
    unpublish,
    "UnpublishFirmware",
    { checksum: MD5 },
    { status: "NoFirmware" },
    { status: "accepted", detail: "NoFirmware" },
  ],
  [
    unpublish,
    "UnpublishFirmware",
    { checksum: MD5 },
    { status: "DownloadOngoing" },
    { status: "rejected", detail: "DownloadOngoing" },
  ],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", ROWS_2X],
]);

checkUnsent([
  ["1.6", update({ installMs: AT }), "unsupported", /leave installMs out/],
  ["1.6", publish, "unsupported", /no local controllers/],
  ["1.6", unpublish, "unsupported", /no local controllers/],
  ["1.6", update({ location: null }), "error", /no location/],
  ["2.0.1", update({ location: null }), "error", /no location/],
  ["2.1", { ...publish, location: null }, "error", /no location/],
  ["2.0.1", update({ location: `https://example.org/${"x".repeat(600)}` }), "error", /against the schema/],
]);
