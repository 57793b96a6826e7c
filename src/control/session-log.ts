import type { FleetEvent, TransactionEvent, UnclearMessage } from "../domain/fleet.js";
import type { Lack } from "../ports/fleet-gateway.js";
import type { Recorded } from "../ports/ledger.js";
import type { Log } from "./contract.js";

const WH_PER_KWH = 1000;
/** To the watt-hour, as meters count. */
const rounded = (kwh: number): number => Math.round(kwh * WH_PER_KWH) / WH_PER_KWH;

/** A line for each session that begins, is picked up, moves or ends, and with how many kWh. */
export const logSession = (event: FleetEvent, log: Log): void => {
  if (!("session" in event) || event.kind === "session-changed") return;
  const { id, authorized, importedKwh, exportedKwh, endedMs, endReason } = event.session;
  const fields = { station: event.stationId, evse: event.evseId, session: id };
  const energies = { importedKwh: rounded(importedKwh), exportedKwh: rounded(exportedKwh) };
  if (event.kind === "session-opened") log.info({ ...fields, authorized }, "a session began");
  else if (event.kind === "session-recovered")
    log.info({ ...fields, ...energies }, "a session goes on that ran before the start");
  else if (endedMs === null) log.info({ ...fields, ...energies }, "a session moved to another EVSE");
  else log.info({ ...fields, ...energies, reason: endReason }, "a session ended");
};

const HINT = "GET /api/v1/quarantine shows it and why";

/** A line for each message of a transaction that cannot be understood, with what it lacks. */
export const logUnclear = ({ stationId }: UnclearMessage, { place, why }: Lack, log: Log): void =>
  log.warn(
    { station: stationId, place, why, hint: HINT },
    "a transaction message tells too little: kept in quarantine, nothing else changes",
  );

/** A line for each transaction message that fits no session, with where to look. */
export const logQuarantine = (event: TransactionEvent, { outcome }: Recorded, log: Log): void => {
  if (outcome !== "quarantined") return;
  const { stationId, evseId, transactionId, kind } = event;
  log.warn(
    {
      station: stationId,
      evse: evseId,
      transactionId,
      kind,
      hint: HINT,
    },
    "a transaction message fits no session: kept in quarantine",
  );
};
