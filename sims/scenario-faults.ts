import { existsSync } from "node:fs";
import { nearest } from "../src/domain/nearest.js";
import type { GridEvent } from "../src/domain/signal.js";
import type { Site } from "../src/domain/site.js";
import type { EpochMs } from "../src/domain/units.js";
import { EFFECTIVE_TYPES, ignoredAt } from "../src/signals/ignored.js";
import { localMinute } from "./local-time.js";
import type { Scenario, ScenarioEvent } from "./scenario.js";
import { sharingFaults } from "./scenario-sharing.js";
import type { ScenarioFile } from "./scenario-schema.js";

/** What is wrong in a scenario file, and where. */
export interface ScenarioFileFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a scenario's lists became: entry by entry in the order of the file. */
type Listed = Pick<
  Scenario,
  "site" | "startMs" | "endMs" | "events" | "faults" | "tariffFiles" | "priceFiles"
>;

/**
 * Events and faults that would do nothing: names that nothing has, payloads that take no effect, times
 * outside the run; and files that are not there. `listed` is what became of the file.
 */
export const scenarioFaults = (file: ScenarioFile, listed: Listed): ScenarioFileFault[] => [
  ...missingFiles(file, listed),
  ...deviceFault(file),
  ...nodeFault(["world", "replay", "node"], file.world.replay?.node, listed.site),
  ...file.events.flatMap((written, index) => {
    const event = listed.events[index];
    return event === undefined ? [] : eventFaults(written, event, { index, listed });
  }),
  ...sharingFaults(file, listed),
  ...file.faults.flatMap((written, index) => faultFaults(written, index, listed)),
];

/** A battery that nobody plays would stand in the plan as one that is lost. */
const deviceFault = ({ site }: ScenarioFile): ScenarioFileFault[] =>
  site.devices.length === 0
    ? []
    : [{ path: ["site", "devices"], message: "the simulator plays no devices: leave them out" }];

const missingFiles = (file: ScenarioFile, { tariffFiles, priceFiles }: Listed): ScenarioFileFault[] => {
  const named = [
    ...tariffFiles.map((found, index) => ({ found, path: ["tariffs", index], name: file.tariffs[index] })),
    ...priceFiles.map((price, index) => ({
      found: price.file,
      path: ["prices", index, "file"],
      name: file.prices[index]?.file,
    })),
  ];
  return named
    .filter(({ found }) => !existsSync(found))
    .map(({ path, name, found }) => ({
      path,
      message: `there is no file ${name} beside the scenario: paths are relative to it (${found})`,
    }));
};

const unknown = (what: string, name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  return `no ${what} "${name}"; ${near === null ? `there are ${shortList(known)}` : `did you mean ${near}?`}`;
};

const SHOWN = 10;

const shortList = (names: readonly string[]): string =>
  names.length <= SHOWN
    ? names.join(", ")
    : `${names.slice(0, SHOWN).join(", ")} and ${names.length - SHOWN} more`;

const nodeFault = (
  path: ScenarioFileFault["path"],
  name: string | undefined,
  { nodes }: Site,
): ScenarioFileFault[] => {
  const ids = nodes.map(({ id }) => id);
  return name === undefined || ids.includes(name) ? [] : [{ path, message: unknown("node", name, ids) }];
};

type WrittenEvent = ScenarioFile["events"][number];

const eventFaults = (
  written: WrittenEvent,
  event: ScenarioEvent,
  { index, listed }: { index: number; listed: Listed },
): ScenarioFileFault[] => {
  const at = (...below: (string | number)[]) => ["events", index, ...below];
  const times = [
    ...outside(at("at"), event.postMs, listed),
    ...(event.startMs < listed.endMs ? [] : outside(at("start"), event.startMs, listed)),
  ];
  const nodes = written.nodes.flatMap((node, place) => nodeFault(at("nodes", place), node, listed.site));
  if (!EFFECTIVE_TYPES.includes(event.type))
    return [
      ...times,
      ...nodes,
      { path: at("type"), message: unknown("effective payload type", event.type, EFFECTIVE_TYPES) },
    ];
  if (times.length + nodes.length > 0) return [...times, ...nodes];
  if (event.endMs <= event.postMs)
    return [{ path: at("minutes"), message: "the event is over before it is posted" }];
  return ignoredAt(gridEventOf(event), listed.site).map(({ message }) => ({ path: at("value"), message }));
};

const gridEventOf = ({ postMs, startMs, endMs, nodeIds, type, value }: ScenarioEvent): GridEvent => ({
  id: "scenario",
  programId: "scenario",
  name: null,
  priority: null,
  modifiedMs: postMs,
  nodeIds,
  intervals: [{ id: 0, startMs, endMs, payloads: [{ type, values: [value] }] }],
});

const faultFaults = (
  { stations }: ScenarioFile["faults"][number],
  index: number,
  listed: Listed,
): ScenarioFileFault[] => {
  const ids = listed.site.stations.map(({ id }) => id);
  const path = ["faults", index, "stations"];
  const named =
    typeof stations === "number"
      ? stations > ids.length
        ? [{ path, message: `${stations} stations, but the site has ${ids.length}` }]
        : []
      : stations.flatMap((id, place) =>
          ids.includes(id) ? [] : [{ path: [...path, place], message: unknown("station", id, ids) }],
        );
  const fromMs = listed.faults[index]?.fromMs ?? listed.startMs;
  return [...named, ...outside(["faults", index, "from"], fromMs, listed)];
};

const outside = (
  path: ScenarioFileFault["path"],
  atMs: EpochMs,
  { startMs, endMs, site }: Listed,
): ScenarioFileFault[] => {
  if (atMs >= startMs && atMs < endMs) return [];
  const local = (ms: EpochMs): string => localMinute(ms, site.timeZone);
  return [
    { path, message: `${local(atMs)} lies outside the run, ${local(startMs)} to ${local(endMs)} local time` },
  ];
};
