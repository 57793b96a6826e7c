import { randomBytes } from "node:crypto";
import { openStationTasks } from "../control/tasks/station-tasks.js";
import type { SelectableStation } from "../management/station-task.js";
import type { Operations } from "../ports/operations.js";
import { commandRequest } from "../server/schemas/command.js";
import type { Behind } from "./server-api.js";
import type { ServerParts } from "./server-parts.js";

/** Commands for many stations, which go the way of the single command. */
export const tasksOf = async (parts: ServerParts, { central, steering }: Behind, operations: Operations) => {
  const { clock, sites, log, store } = parts;
  const stations = async (): Promise<readonly SelectableStation[]> => {
    const versions = new Map(operations.stations().map((row) => [row.stationId, row.version] as const));
    const all = sites.flatMap((site) => site.stations.map(({ id }) => ({ stationId: id, siteId: site.id })));
    return Promise.all(
      all.map(async (station) => {
        const { vendor, model } = (await steering.stationFiles.of(station.stationId)).identity;
        return { ...station, vendor, model, version: versions.get(station.stationId) ?? null };
      }),
    );
  };
  const tasks = await openStationTasks({
    documents: store.documents,
    clock,
    log,
    stations,
    readCommand: (stored) => commandRequest.safeParse(stored).data ?? null,
    command: (stationId, command) => operations.command(stationId, command),
    isConnected: (stationId) => central.connectionOf(stationId) !== null,
    newId: () => randomBytes(8).toString("hex"),
    ended: () => undefined,
  });
  steering.ears.onEvent((event) => tasks.heard(event));
  return tasks;
};
