import type { FleetEvent, StationState } from "../domain/fleet.js";
import { type KeptDefault, keptDefaultSchema } from "../domain/schedule.js";
import type { ControlParts } from "./contract.js";

const COLLECTION = "confirmed-default";

type Parts = Pick<ControlParts, "documents" | "clock" | "log">;

/**
 * Keeps what is certain of an EVSE's default: the one that its station confirmed, and none while another
 * is under way or since the station restarted. After a restart of the server the station counts with it
 * in the fail-safe sum before it has been heard of again.
 */
export const rememberDefault = (
  { documents, log }: Parts,
  event: FleetEvent,
  station: StationState | null,
): void => {
  for (const kept of certainAfter(event, station))
    documents
      .put(COLLECTION, `${kept.stationId}/${kept.evseId}`, kept)
      .catch((err: unknown) => log.error({ stationId: kept.stationId, err }, "a default could not be kept"));
};

/** What an event leaves certain of defaults. */
export const certainAfter = (event: FleetEvent, station: StationState | null): KeptDefault[] => {
  const { stationId } = event;
  if (event.kind === "booted")
    return [...(station?.evses.keys() ?? [])].map((evseId) => ({ stationId, evseId, schedule: null }));
  const shares = station?.capabilities?.sharesDefault === true;
  if (event.kind === "capabilities" && shares)
    return [...station.evses.keys()].map((evseId) => ({ stationId, evseId, schedule: null }));
  if (event.kind === "schedule-unanswered" && event.inDefaultsPlace === true)
    return [{ stationId, evseId: event.evseId, schedule: null }];
  if (event.kind !== "schedule-sending" && event.kind !== "schedule-confirmed") return [];
  const { schedule, evseId } = event;
  // In the default's place stands then what only the running session is to have.
  if (schedule.purpose !== "default") return shares ? [{ stationId, evseId, schedule: null }] : [];
  return [{ stationId, evseId, schedule: event.kind === "schedule-confirmed" ? schedule : null }];
};

/** What was kept, as events for the fleet's state; what cannot be read any more is told and left out. */
export const restoredDefaults = async ({ documents, clock, log }: Parts): Promise<FleetEvent[]> =>
  (await documents.list(COLLECTION)).flatMap((document): FleetEvent[] => {
    const read = keptDefaultSchema.safeParse(document);
    if (!read.success) {
      log.error({ document, faults: read.error.issues }, "a kept default cannot be read");
      return [];
    }
    return [{ kind: "default-restored", atMs: clock.now(), ...read.data }];
  });
