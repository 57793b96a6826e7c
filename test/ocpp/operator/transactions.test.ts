import { expect } from "vitest";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const start = { kind: "remote-start", evseId: 2, idToken: "T" } as const;
const stop = (transactionId: string) => ({ kind: "remote-stop", transactionId }) as const;

const ROWS_16: readonly Row[] = [
  [start, "RemoteStartTransaction", { connectorId: 2, idTag: "T" }, { status: "Accepted" }, accepted],
  [
    stop("7"),
    "RemoteStopTransaction",
    { transactionId: 7 },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
];

const remoteStartId: unknown = expect.any(Number);
const status = (transactionId: string | null) => ({ kind: "get-transaction-status", transactionId }) as const;
const profiles = (evseId: number | null) => ({ kind: "report-charging-profiles", evseId }) as const;
const chargingProfile = { chargingLimitSource: ["EMS", "Other", "SO", "CSO"] };
const requestId: number = expect.any(Number);
const ROWS_2X: readonly Row[] = [
  [
    status("a-b"),
    "GetTransactionStatus",
    { transactionId: "a-b" },
    { ongoingIndicator: false, messagesInQueue: true },
    { status: "accepted", transaction: { isOngoing: false, hasMessages: true } },
  ],
  [
    status("a-b"),
    "GetTransactionStatus",
    { transactionId: "a-b" },
    { ongoingIndicator: true, messagesInQueue: false },
    { status: "accepted", transaction: { isOngoing: true, hasMessages: false } },
  ],
  [
    status(null),
    "GetTransactionStatus",
    {},
    { messagesInQueue: false },
    { status: "accepted", transaction: { isOngoing: null, hasMessages: false } },
  ],
  [
    profiles(null),
    "GetChargingProfiles",
    { requestId, chargingProfile },
    { status: "Accepted" },
    { status: "accepted", requestId },
  ],
  [
    profiles(0),
    "GetChargingProfiles",
    { requestId, evseId: 0, chargingProfile },
    { status: "NoProfiles" },
    { status: "accepted", requestId, detail: "NoProfiles" },
  ],
  [
    start,
    "RequestStartTransaction",
    { evseId: 2, remoteStartId, idToken: { idToken: "T", type: "Central" } },
    { status: "Rejected", statusInfo: { reasonCode: "NoCable" } },
    { status: "rejected", detail: "Rejected · NoCable" },
  ],
  [stop("a-b"), "RequestStopTransaction", { transactionId: "a-b" }, { status: "Accepted" }, accepted],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", ROWS_2X],
]);
checkUnsent([
  ["1.6", stop("a-b"), "error", /whole numbers/],
  ["1.6", status("7"), "unsupported", /by themselves/],
  ["1.6", profiles(null), "unsupported", /get-composite/],
]);
