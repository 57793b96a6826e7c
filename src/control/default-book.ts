import type { FleetEvent } from "../domain/fleet.js";
import { scheduleSchema } from "../domain/schedule.js";
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

/** What was kept, as events for the fleet's state; what cannot be read any more is told and left out. */
export const restoredDefaults = async ({ documents, clock, log }: Parts): Promise<FleetEvent[]> =>
  (await documents.list(COLLECTION)).flatMap((document): FleetEvent[] => {
    const read = scheduleSchema.safeParse(document);
    if (!read.success) {
      log.error({ document, faults: read.error.issues }, "a kept default cannot be read");
      return [];
    }
    const { stationId, evseId } = read.data;
    return [{ kind: "default-restored", stationId, evseId, atMs: clock.now(), schedule: read.data }];
  });
