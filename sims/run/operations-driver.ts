import type { Operations } from "../../src/ports/operations.js";
import type { DriverApp } from "./world-run.js";

/** A driver's app that speaks to the operations of the same process. */
export const operationsDriver = (operations: Pick<Operations, "stations" | "setPreference">): DriverApp => ({
  setPreference: async (stationId, evseId, preference) => {
    const row = operations.stations().find((each) => each.stationId === stationId && each.evseId === evseId);
    if (row?.session == null) throw new Error(`no session at ${stationId}/${evseId}`);
    await operations.setPreference(row.session.id, preference);
  },
});
