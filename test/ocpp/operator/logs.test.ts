import { expect } from "vitest";
import type { CommandOutcome, OperatorCommand } from "../../../src/domain/command.js";
import type { LogsCommand } from "../../../src/domain/commands/logs.js";
import { checkRows, checkUnsent, type Row } from "./rows.js";

const LOCATION = "ftp://example.org/logs";
const AT = 1_795_000_000_000;
const ISO = "2026-11-18T11:06:40.000Z";

const log = (over: Partial<LogsCommand> = {}): OperatorCommand => ({
  kind: "get-log",
  logType: "diagnostics",
  location: LOCATION,
  fromMs: null,
  toMs: null,
  extended: false,
  retries: null,
  retryIntervalS: null,
  ...over,
});
const requestId: unknown = expect.any(Number);
const withRequest = (more: object): CommandOutcome =>
  ({ status: "accepted", ...more, requestId }) as CommandOutcome;
const asked = (logType: string, more: object = {}): object => ({
  logType,
  requestId,
  log: { remoteLocation: LOCATION, ...more },
});

const SECURITY: Row = [
  log({ logType: "security", fromMs: AT, toMs: AT }),
  "GetLog",
  asked("SecurityLog", { oldestTimestamp: ISO, latestTimestamp: ISO }),
  { status: "Accepted", filename: "s.log" },
  withRequest({ fileName: "s.log" }),
];

const ROWS_16: readonly Row[] = [
  [
    log({ retries: 2, retryIntervalS: 30, fromMs: AT, toMs: AT }),
    "GetDiagnostics",
    { location: LOCATION, retries: 2, retryInterval: 30, startTime: ISO, stopTime: ISO },
    { fileName: "d.zip" },
    { status: "accepted", fileName: "d.zip" },
  ],
  [
    log(),
    "GetDiagnostics",
    { location: LOCATION },
    {},
    { status: "rejected", detail: "the station has no diagnostics of that time" },
  ],
  SECURITY,
  [log({ extended: true }), "GetLog", asked("DiagnosticsLog"), { status: "Accepted" }, withRequest({})],
];

const ROWS_2X: readonly Row[] = [
  SECURITY,
  [
    log(),
    "GetLog",
    asked("DiagnosticsLog"),
    { status: "AcceptedCanceled", filename: "d.zip" },
    withRequest({ detail: "AcceptedCanceled", fileName: "d.zip" }),
  ],
  [
    log(),
    "GetLog",
    asked("DiagnosticsLog"),
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
];

const COLLECTED: Row = [
  log({ logType: "data-collector" }),
  "GetLog",
  asked("DataCollectorLog"),
  { status: "Accepted" },
  withRequest({}),
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", [...ROWS_2X, COLLECTED]],
]);

checkUnsent([
  ["1.6", log({ logType: "data-collector" }), "unsupported", /data collector/],
  ["2.0.1", log({ logType: "data-collector" }), "unsupported", /data collector/],
  ["1.6", log({ location: null }), "error", /no location/],
  ["2.1", log({ location: null }), "error", /no location/],
]);
