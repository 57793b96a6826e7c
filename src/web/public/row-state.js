/** What a row is, in a word. Pure. */

/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {typeof STATES[number]} RowState */

export const STATES = /** @type {const} */ ([
  "charging",
  "discharging",
  "waiting",
  "done",
  "occupied",
  "free",
  "reserved",
  "unavailable",
  "faulted",
  "offline",
  "unknown",
]);

/** Below this a meter shows noise, not charging. */
const IDLE_KW = 0.05;
/** Less than this is nothing left to charge. */
export const DONE_KWH = 0.05;

/** @type {Readonly<Record<StationRow["status"], RowState>>} */
const WITHOUT_SESSION = {
  Available: "free",
  Occupied: "occupied",
  Reserved: "reserved",
  Unavailable: "unavailable",
  Faulted: "faulted",
  Unknown: "unknown",
};

/** @param {StationRow} row @returns {RowState} */
export const stateOf = (row) => {
  if (!row.connected) return "offline";
  if (row.status === "Faulted") return "faulted";
  if (row.session === null) return WITHOUT_SESSION[row.status];
  if (row.powerKw !== null && row.powerKw > IDLE_KW) return "charging";
  if (row.powerKw !== null && row.powerKw < -IDLE_KW) return "discharging";
  return row.session.energyToGoKwh <= DONE_KWH ? "done" : "waiting";
};

/** Whether its power is not that of now: the station is away, or its meter values are old. @param {StationRow} row */
export const isLastKnown = ({ powerKw, connected, powerStale }) =>
  powerKw !== null && (!connected || powerStale);
