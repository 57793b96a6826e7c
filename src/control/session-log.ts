import type { FleetEvent, StationState, TransactionEvent, UnclearMessage } from "../domain/fleet.js";
import type { Session } from "../domain/session.js";
import type { Lack } from "../ports/fleet-gateway.js";
import type { Recorded } from "../ports/ledger.js";
import type { Log } from "./contract.js";

const WH_PER_KWH = 1000;
/** To the watt-hour, as meters count. */
const rounded = (kwh: number): number => Math.round(kwh * WH_PER_KWH) / WH_PER_KWH;

/** Of how many sessions that are over it is known what was said of them last. */
const MOST_OVER = 1000;

/**
 * A line for each session that begins, is picked up, moves or ends, and with how many kWh: its end once, a
 * late message only where it changes what was said. `before` is how the station stood before the event.
 */
export const createSessionLog = (log: Log): ((event: FleetEvent, before: StationState) => void) => {
  const over = new Map<string, string>();

  const logEnd = (event: SessionEvent, before: StationState): void => {
    const { id, endedMs, endReason } = event.session;
    const said = over.get(id);
    const fields = { ...energiesOf(event), reason: endReason };
    const saying = JSON.stringify([fields, endedMs]);
    if (said === saying) return;
    over.delete(id);
    over.set(id, saying);
    const [oldest] = over.keys();
    if (over.size > MOST_OVER && oldest !== undefined) over.delete(oldest);
    const ran = before.evses.get(event.evseId)?.session?.id === id;
    const late =
      said === undefined ? "a session was told of that is over" : "a session that ended is corrected";
    log.info(fields, ran ? "a session ended" : late);
  };

  return (event, before) => {
    if (!("session" in event) || event.kind === "session-changed") return;
    const { id, authorized, endedMs } = event.session;
    if (event.kind === "session-closed" && endedMs !== null) return logEnd(event, before);
    const wasOver = over.delete(id);
    if (event.kind === "session-recovered")
      log.info(energiesOf(event), "a session goes on that ran before the start");
    else if (event.kind === "session-closed") log.info(energiesOf(event), "a session moved to another EVSE");
    else if (wasOver) log.info(energiesOf(event), "a session goes on that counted as over");
    else log.info({ ...placeOf(event), authorized }, "a session began");
  };
};

type SessionEvent = Extract<FleetEvent, { session: Session }>;

const placeOf = ({ stationId, evseId, session }: SessionEvent) => ({
  stationId,
  evseId,
  sessionId: session.id,
});

const energiesOf = (event: SessionEvent) => ({
  ...placeOf(event),
  importedKwh: rounded(event.session.importedKwh),
  exportedKwh: rounded(event.session.exportedKwh),
});

const HINT = "GET /api/v1/quarantine shows it and why";

/** A line for each message of a transaction that cannot be understood, with what it lacks. */
export const logUnclear = ({ stationId }: UnclearMessage, { place, why }: Lack, log: Log): void =>
  log.warn(
    { stationId, place, why, hint: HINT },
    "a transaction message tells too little: kept in quarantine, nothing else changes",
  );

/** A line for each transaction message that fits no session, with where to look. */
export const logQuarantine = (event: TransactionEvent, { outcome }: Recorded, log: Log): void => {
  if (outcome !== "quarantined") return;
  const { stationId, evseId, transactionId, kind } = event;
  log.warn(
    {
      stationId,
      evseId,
      transactionId,
      kind,
      hint: HINT,
    },
    "a transaction message fits no session: kept in quarantine",
  );
};
