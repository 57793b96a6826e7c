import { randomBytes } from "node:crypto";
import { openHandProfiles } from "../control/hand-profiles/hand-profiles.js";
import { openStationTasks } from "../control/tasks/station-tasks.js";
import type { KeptWebhooks } from "../control/webhooks/webhook-book.js";
import { eventOfTask } from "../management/webhook-events.js";
import type { SelectableStation } from "../management/station-task.js";
import type { Operations } from "../ports/operations.js";
import { commandRequest } from "../server/schemas/command.js";
import type { Behind } from "./server-api.js";
import type { ServerParts } from "./server-parts.js";

/** All stations of all sites, with what they are selected by. */
const selectable =
  ({ sites }: ServerParts, { steering: { control, stationFiles } }: Behind) =>
  async (): Promise<readonly SelectableStation[]> => {
    const versions = new Map(control.stations().map((row) => [row.stationId, row.version] as const));
    const all = sites.flatMap((site) => site.stations.map(({ id }) => ({ stationId: id, siteId: site.id })));
    return Promise.all(
      all.map(async (station) => {
        const { vendor, model } = (await stationFiles.of(station.stationId)).identity;
        return { ...station, vendor, model, version: versions.get(station.stationId) ?? null };
      }),
    );
  };

/** Commands for many stations, which go the way of the single command. */
export const tasksOf = async (
  parts: ServerParts,
  behind: Behind,
  {
    operations,
    webhooks,
  }: { readonly operations: Pick<Operations, "command">; readonly webhooks: Pick<KeptWebhooks, "tell"> },
) => {
  const { clock, log, store } = parts;
  const { central, steering } = behind;
  const tasks = await openStationTasks({
    documents: store.documents,
    clock,
    log,
    stations: selectable(parts, behind),
    readCommand: (stored) => commandRequest.safeParse(stored).data ?? null,
    command: (stationId, command) => operations.command(stationId, command),
    isConnected: (stationId) => central.connectionOf(stationId) !== null,
    newId: () => randomBytes(8).toString("hex"),
    ended: (task) => webhooks.tell(eventOfTask(task)),
  });
  steering.ears.onEvent((event) => tasks.heard(event));
  return tasks;
};

/** Charging profiles by hand. */
export const handProfilesOf = async (parts: ServerParts, behind: Behind) => {
  const { clock, log, store, sites } = parts;
  const { control, ears, quirks } = behind.steering;
  const profiles = await openHandProfiles({
    documents: store.documents,
    clock,
    log,
    sites,
    link: behind.link,
    stations: selectable(parts, behind),
    unitOf: (stationId) => quirks.of(stationId).values.rateUnit,
    report: (event) => control.report(event),
  });
  ears.onEvent((event) => profiles.heard(event));
  return profiles;
};
