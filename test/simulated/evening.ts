import { createHash } from "node:crypto";
import { simulate, type Simulation } from "../../src/app/simulate.js";
import { builtInScenario } from "../../src/app/package-files.js";
import type { CycleRecord } from "../../src/control/contract.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { loadScenario, type Scenario } from "../../sims/index.js";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * The demonstration's community on a hard evening: an event that was announced, one that begins as it is
 * posted while the night's charging runs, and ten stations cut off.
 */
export const hardEvening = (seed: number): Scenario => {
  const scenario = loadScenario(builtInScenario("jinan-community"), { seed });
  const announcedMs = scenario.startMs + 6 * HOUR_MS - 10 * MINUTE_MS;
  const cutMs = scenario.startMs + 5.5 * HOUR_MS;
  return {
    ...scenario,
    events: [
      capacityEvent(scenario, { postMs: announcedMs, startMs: announcedMs + 10 * MINUTE_MS, limitKw: 205 }),
      capacityEvent(scenario, {
        postMs: scenario.startMs + SUDDEN_EVENT_HOUR * HOUR_MS,
        startMs: null,
        limitKw: SUDDEN_LIMIT_KW,
      }),
    ],
    faults: [
      {
        kind: "offline",
        stationIds: scenario.site.stations.filter((_, index) => index % 4 === 1).map(({ id }) => id),
        fromMs: cutMs,
        toMs: cutMs + HOUR_MS,
      },
    ],
  };
};

/** In hours after the start, seven minutes into a quarter: the event waits for no slot. */
export const SUDDEN_EVENT_HOUR = 8 + 7 / 60;
export const SUDDEN_LIMIT_KW = 190;

/** `startMs` null: as it is posted. */
interface EventTimes {
  readonly postMs: number;
  readonly startMs: number | null;
  readonly limitKw: number;
}

const capacityEvent = (
  { site }: Scenario,
  { postMs, startMs, limitKw }: EventTimes,
): Scenario["events"][number] => ({
  postMs,
  type: "IMPORT_CAPACITY_LIMIT",
  value: limitKw,
  nodeIds: [site.rootNodeId],
  startMs: startMs ?? postMs,
  startsNow: startMs === null,
  endMs: (startMs ?? postMs) + HOUR_MS,
});

export const runEvening = (
  scenario: Scenario,
  mode: "direct" | "wire",
  policy = "optimizer",
): Promise<Simulation> => simulate({ scenario, mode, policy, keepCycles: true, log: SILENT });

/** What was planned, without what depends on the wall clock. */
export const plansOf = (cycles: readonly CycleRecord[]) =>
  cycles.map(({ startedMs, causes, outcome }) => ({
    startedMs,
    causes: [...causes].sort(),
    plan: outcome.status === "invalid" ? outcome : outcome.plan,
  }));

export const digestOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex");
