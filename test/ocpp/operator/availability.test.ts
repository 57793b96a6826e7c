import type { OperatorCommand } from "../../../src/domain/command.js";
import { accepted, checkRows, checkUnsent, type Row } from "./rows.js";

const reset = (how: "soft" | "hard" | "when-idle", evseId: number | null = null): OperatorCommand => ({
  kind: "reset",
  how,
  evseId,
});
const available = (operative: boolean, evseId: number | null = null): OperatorCommand => ({
  kind: "change-availability",
  evseId,
  operative,
});
const unlock: OperatorCommand = { kind: "unlock", evseId: 2, connectorId: 1 };

const ROWS_16: readonly Row[] = [
  [reset("soft"), "Reset", { type: "Soft" }, { status: "Accepted" }, accepted],
  [
    reset("hard"),
    "Reset",
    { type: "Hard" },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
  [
    available(false),
    "ChangeAvailability",
    { connectorId: 0, type: "Inoperative" },
    { status: "Scheduled" },
    { status: "accepted", detail: "Scheduled" },
  ],
  [
    available(true, 2),
    "ChangeAvailability",
    { connectorId: 2, type: "Operative" },
    { status: "Accepted" },
    accepted,
  ],
  [
    unlock,
    "UnlockConnector",
    { connectorId: 2 },
    { status: "Unlocked" },
    { status: "accepted", detail: "Unlocked" },
  ],
  [
    unlock,
    "UnlockConnector",
    { connectorId: 2 },
    { status: "UnlockFailed" },
    { status: "rejected", detail: "UnlockFailed" },
  ],
];

const ROWS_2X: readonly Row[] = [
  [reset("soft"), "Reset", { type: "Immediate" }, { status: "Accepted" }, accepted],
  [reset("hard", 2), "Reset", { type: "Immediate", evseId: 2 }, { status: "Accepted" }, accepted],
  [
    reset("when-idle"),
    "Reset",
    { type: "OnIdle" },
    { status: "Scheduled" },
    { status: "accepted", detail: "Scheduled" },
  ],
  [
    available(false),
    "ChangeAvailability",
    { operationalStatus: "Inoperative" },
    { status: "Rejected", statusInfo: { reasonCode: "Busy" } },
    { status: "rejected", detail: "Rejected · Busy" },
  ],
  [
    available(true, 2),
    "ChangeAvailability",
    { operationalStatus: "Operative", evse: { id: 2 } },
    { status: "Accepted" },
    accepted,
  ],
  [
    unlock,
    "UnlockConnector",
    { evseId: 2, connectorId: 1 },
    { status: "OngoingAuthorizedTransaction" },
    { status: "rejected", detail: "OngoingAuthorizedTransaction" },
  ],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", ROWS_2X],
]);

checkUnsent([
  ["1.6", reset("when-idle"), "unsupported", /say soft or hard when nobody charges; disabled/],
  ["1.6", reset("soft", 1), "unsupported", /whole station/],
]);
