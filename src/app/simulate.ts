import { fixedIdTokens } from "../ports/id-tokens.js";
import type { Control, ControlSettings, CycleRecord, Log } from "../control/contract.js";
import { createControl } from "../control/control.js";
import { MINUTE_MS, SECOND_MS } from "../domain/units.js";
import { VirtualClock } from "../ports/clock.js";
import { createMemoryDocuments } from "../ports/documents-memory.js";
import { createMemoryLedger } from "../ports/ledger-memory.js";
import { createMemoryTelemetry } from "../ports/telemetry-memory.js";
import { createSignalSource } from "../signals/source.js";
import {
  createDirectFleet,
  createWorldRun,
  operationsDriver,
  runLockStep,
  runMetrics,
  type Scenario,
  sharedStays,
  sharingApp,
  solveTimes,
  type TimedRun,
  type WorldRun,
} from "../../sims/index.js";
import { policyByName } from "./policies.js";
import { UNCONTROLLED } from "./policy-names.js";
import { scenarioSignals } from "./signal-files.js";
import { createSimEvents } from "./sim-events.js";
import { runWire } from "./simulate-wire.js";

export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly mode: "direct" | "wire";
  readonly policy: string;
  /** Bound of one solve, wall time. */
  readonly timeLimitMs?: number;
  /** Called with the share of simulated time that has passed. */
  readonly onProgress?: (share: number) => void;
  /** Keep every pass with problem and plan: for tests, not for months. */
  readonly keepCycles?: boolean;
  readonly log: Log;
}

export interface Simulation extends TimedRun {
  /** Empty unless asked for. */
  readonly cycles: readonly CycleRecord[];
  readonly world: WorldRun;
  readonly control: Control;
}

const DEFAULT_TIME_LIMIT_MS = 10_000;

/** The loop's settings in a simulation: those of the product, times by the virtual clock. */
export const simulationSettings = (policy: string): ControlSettings => ({
  gatherMs: 2 * SECOND_MS,
  horizonSlots: 97,
  followWithinMs: MINUTE_MS,
  answerWithinMs: 3 * SECOND_MS,
  steer: policy !== UNCONTROLLED,
});

/** Runs a scenario to its end, over the very loop that steers real stations. */
export const simulate = async (options: SimulateOptions): Promise<Simulation> => {
  const { scenario, mode, policy } = options;
  const signals = scenarioSignals(scenario);
  const planner = await policyByName(policy, options.timeLimitMs ?? DEFAULT_TIME_LIMIT_MS);
  const cycles: CycleRecord[] = [];
  const solveMs: number[] = [];
  const onCycle = (record: CycleRecord): void => {
    if (options.keepCycles === true) cycles.push(record);
    if (record.outcome.status !== "invalid") solveMs.push(record.outcome.times.solveMs);
    options.onProgress?.((record.startedMs - scenario.startMs) / (scenario.endMs - scenario.startMs));
  };
  const run = mode === "direct" ? runDirect : runWire;
  const { world, control } = await run({ ...options, signals, planner, onCycle });
  const metrics = runMetrics({
    site: scenario.site,
    truth: world.truth(),
    visits: world.visits(),
    tariffs: new Map(signals.tariffs.map((tariff) => [tariff.id, tariff])),
    prices: new Map(signals.prices.current().map((series) => [series.id, series])),
    events: scenario.events,
  });
  return {
    report: {
      scenario: scenario.name,
      policy,
      seed: scenario.seed,
      mode,
      sessions: scenario.sessions,
      solves: solveMs.length,
      metrics,
      ...((scenario.sharing ?? []).length === 0 ? {} : { sharing: sharedStays(scenario, world.visits()) }),
    },
    solveTimes: solveTimes(solveMs),
    cycles,
    world,
    control,
  };
};

export interface RunParts extends SimulateOptions {
  readonly signals: ReturnType<typeof scenarioSignals>;
  readonly planner: Awaited<ReturnType<typeof policyByName>>;
  readonly onCycle: (record: CycleRecord) => void;
}

export interface Ran {
  readonly world: WorldRun;
  readonly control: Control;
}

/** Virtual stations handed straight to the core. */
const runDirect = async (parts: RunParts): Promise<Ran> => {
  const { scenario, log } = parts;
  const clock = new VirtualClock(scenario.startMs);
  const direct = createDirectFleet({ clock, stations: scenario.stations });
  const events = createSimEvents();
  const control = createControl({
    clock,
    sites: [scenario.site],
    signals: createSignalSource({ sites: [scenario.site], ...parts.signals, events }),
    events,
    ledger: createMemoryLedger(),
    telemetry: createMemoryTelemetry(),
    documents: createMemoryDocuments(),
    link: direct.link,
    policy: parts.planner,
    settings: simulationSettings(parts.policy),
    log,
    idTokens: fixedIdTokens(null),
  });
  direct.attach(control);
  control.onCycle(parts.onCycle);
  const world = createWorldRun({
    scenario,
    clock,
    stations: direct.fleet,
    meter: (measurement) => control.measure(measurement),
    driver: operationsDriver(control),
    sharing: sharingApp(control.sharing, scenario.site.id),
    onEvent: async (event) => events.post(event),
  });
  await control.start();
  world.start();
  await runLockStep({
    clock,
    untilMs: scenario.endMs,
    idle: () => world.idle() && (control.idle() || direct.stalled()),
    busy: () => [...world.busy(), ...(control.idle() ? [] : ["control"])],
  });
  await control.stop();
  await world.stop();
  return { world, control };
};
