import type { OperatorCommand } from "../../../src/domain/command.js";
import { accepted, checkRows, type Row } from "./rows.js";

const clearCache: OperatorCommand = { kind: "clear-cache" };
const localList = (isWhole: boolean): OperatorCommand => ({
  kind: "send-local-list",
  version: 3,
  isWhole,
  entries: [
    { idToken: "A", standing: "Accepted" },
    { idToken: "B", standing: isWhole ? "Blocked" : null },
  ],
});

/** In every version. */
const ROWS_ALIKE: readonly Row[] = [[clearCache, "ClearCache", {}, { status: "Accepted" }, accepted]];

const ROWS_16: readonly Row[] = [
  ...ROWS_ALIKE,
  [
    { kind: "reserve", reservationId: 7, evseId: null, idToken: "T", expiresMs: 1_795_000_000_000 },
    "ReserveNow",
    { connectorId: 0, expiryDate: "2026-11-18T11:06:40.000Z", idTag: "T", reservationId: 7 },
    { status: "Occupied" },
    { status: "rejected", detail: "Occupied" },
  ],
  [
    { kind: "cancel-reservation", reservationId: 7 },
    "CancelReservation",
    { reservationId: 7 },
    { status: "Accepted" },
    accepted,
  ],
  [
    localList(true),
    "SendLocalList",
    {
      listVersion: 3,
      updateType: "Full",
      localAuthorizationList: [
        { idTag: "A", idTagInfo: { status: "Accepted" } },
        { idTag: "B", idTagInfo: { status: "Blocked" } },
      ],
    },
    { status: "VersionMismatch" },
    { status: "rejected", detail: "VersionMismatch" },
  ],
  [
    localList(false),
    "SendLocalList",
    {
      listVersion: 3,
      updateType: "Differential",
      localAuthorizationList: [{ idTag: "A", idTagInfo: { status: "Accepted" } }, { idTag: "B" }],
    },
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "local-list-version" },
    "GetLocalListVersion",
    {},
    { listVersion: -1 },
    { status: "accepted", version: -1 },
  ],
];

const ROWS_2X: readonly Row[] = [
  ...ROWS_ALIKE,
  [
    { kind: "reserve", reservationId: 7, evseId: 2, idToken: "T", expiresMs: 1_795_000_000_000 },
    "ReserveNow",
    {
      id: 7,
      expiryDateTime: "2026-11-18T11:06:40.000Z",
      idToken: { idToken: "T", type: "Central" },
      evseId: 2,
    },
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "cancel-reservation", reservationId: 7 },
    "CancelReservation",
    { reservationId: 7 },
    { status: "Rejected" },
    { status: "rejected", detail: "Rejected" },
  ],
  [
    localList(false),
    "SendLocalList",
    {
      versionNumber: 3,
      updateType: "Differential",
      localAuthorizationList: [
        { idToken: { idToken: "A", type: "Central" }, idTokenInfo: { status: "Accepted" } },
        { idToken: { idToken: "B", type: "Central" } },
      ],
    },
    { status: "Accepted" },
    accepted,
  ],
  [
    { kind: "send-local-list", version: 4, isWhole: true, entries: [] },
    "SendLocalList",
    { versionNumber: 4, updateType: "Full" },
    { status: "Failed" },
    { status: "rejected", detail: "Failed" },
  ],
  [
    { kind: "local-list-version" },
    "GetLocalListVersion",
    {},
    { versionNumber: 4 },
    { status: "accepted", version: 4 },
  ],
];

checkRows([
  ["1.6", ROWS_16],
  ["2.0.1", ROWS_2X],
  ["2.1", ROWS_2X],
]);
