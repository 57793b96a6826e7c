import type { FleetEvent } from "../domain/fleet.js";
import type { Schedule } from "../domain/schedule.js";
import type { ControlParts } from "./contract.js";

const COLLECTION = "confirmed-default";

type Parts = Pick<ControlParts, "documents" | "clock" | "log">;

/**
 * Keeps a default that a station confirmed: after a restart of the server the station counts with it in
 * the fail-safe sum before it has been heard of again.
 */
export const rememberDefault = ({ documents, log }: Parts, event: FleetEvent): void => {
  if (event.kind !== "schedule-confirmed" || event.schedule.purpose !== "default") return;
  const id = `${event.stationId}/${event.evseId}`;
  documents
    .put(COLLECTION, id, event.schedule)
    .catch((err: unknown) => log.error({ station: event.stationId, err }, "a default could not be kept"));
};

/** What was kept, as events for the fleet's state. */
export const restoredDefaults = async ({ documents, clock }: Parts): Promise<FleetEvent[]> => {
  const schedules = (await documents.list(COLLECTION)) as readonly Schedule[];
  return schedules.map((schedule) => ({
    kind: "default-restored",
    stationId: schedule.stationId,
    evseId: schedule.evseId,
    atMs: clock.now(),
    schedule,
  }));
};
