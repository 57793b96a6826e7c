import { fixedIdTokens, type IdTokens } from "../../src/ports/id-tokens.js";
import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Schedule } from "../../src/domain/schedule.js";
import type { GridEvent, LaidSignals } from "../../src/domain/signal.js";
import type { Site } from "../../src/domain/site.js";
import type { Horizon } from "../../src/domain/horizon.js";
import { createControl } from "../../src/control/control.js";
import type { Control, ControlParts, CycleRecord, Policy } from "../../src/control/contract.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Devices } from "../../src/ports/devices.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { QuirkBook } from "../../src/ports/quirk-book.js";
import type { Ledger } from "../../src/ports/ledger.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import type { Telemetry } from "../../src/ports/telemetry.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { EVENING_MS } from "../fixtures/sites.js";

/** Gives every session the same power in every slot of its window. */
export const flatPolicy = (powerKw: number): Policy => ({
  name: "flat",
  plan: async (problem) => flatPlan(problem, powerKw),
});

const flatPlan = (problem: Problem, powerKw: number): PlanOutcome => {
  const slots = problem.horizon.startsMs.map((_, slot) => slot);
  const proof = { objective: 0, bound: null, gap: null, maxViolation: 0 };
  return {
    status: "optimal",
    notes: [],
    times: { solveMs: 0, roundMs: 0 },
    plan: {
      horizon: problem.horizon,
      solver: "flat",
      iterations: 0,
      moneyCost: 0,
      currency: "CNY",
      meteringPoints: [],
      certificate: { relaxation: proof, sent: proof },
      nodes: [],
      sessions: problem.sessions.map((session) => ({
        sessionId: session.id,
        chargeKw: slots.map(() => powerKw),
        dischargeKw: slots.map(() => 0),
        energyKwh: [],
        shortfallKwh: 0,
        shortfallCause: null,
        reasons: slots.map(() => ({ key: "charging" as const, pricePerKwh: 0.5 })),
      })),
    },
  };
};

export interface Harness {
  readonly clock: VirtualClock;
  readonly control: Control;
  readonly sent: { stationId: string; atMs: number; schedule: Schedule }[];
  readonly cycles: CycleRecord[];
  readonly log: { readonly level: string; readonly fields: object; readonly message: string }[];
  /** What the next commands come to; accepted when nothing is said. */
  answer: (stationId: string, command: StationCommand) => CommandOutcome | Promise<CommandOutcome>;
  events: GridEvent[];
  fireEvent(): void;
  changePrices(): void;
  /** Runs the clock and lets promises settle between its steps. */
  run(durationMs: number): Promise<void>;
}

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

export const harnessOf = async (
  site: Site,
  policy: Policy,
  kept: {
    readonly ledger?: Ledger;
    readonly documents?: Documents;
    readonly idTokens?: IdTokens;
    readonly devices?: (clock: VirtualClock) => Devices;
    readonly clock?: VirtualClock;
    readonly horizonSlots?: number;
    readonly quirks?: QuirkBook;
    readonly telemetry?: Telemetry;
    /** Sites beside the one that is looked at. */
    readonly others?: readonly Site[];
    /** Events that stand from the first. */
    readonly events?: GridEvent[];
    readonly exceeded?: ControlParts["exceeded"];
    /** What buying costs from a moment on; 0.5 where nothing is said. */
    readonly pricePerKwh?: (atMs: number) => number;
  } = {},
): Promise<Harness> => {
  const { ledger = createMemoryLedger(), documents = createMemoryDocuments() } = kept;
  const clock = kept.clock ?? new VirtualClock(EVENING_MS);
  const sent: Harness["sent"] = [];
  const cycles: CycleRecord[] = [];
  const log: Harness["log"] = [];
  const writer = (level: string) => (fields: object, message: string) =>
    void log.push({ level, fields, message });
  let fire: () => void = () => undefined;
  let changePrices: () => void = () => undefined;
  const harness: Harness = {
    clock,
    sent,
    cycles,
    log,
    answer: () => ({ status: "accepted" }),
    events: kept.events ?? [],
    fireEvent: () => fire(),
    changePrices: () => changePrices(),
    control: createControl({
      clock,
      sites: [site, ...(kept.others ?? [])],
      signals: {
        lay: ({ horizon }) => signalsOn(horizon, kept.pricePerKwh),
        onChange: (listener) => {
          changePrices = listener;
        },
      },
      events: {
        recent: () => harness.events,
        find: (id) => harness.events.find((event) => event.id === id) ?? null,
        onChange: (listener) => {
          fire = () => listener("e");
        },
      },
      ledger,
      telemetry: kept.telemetry ?? createMemoryTelemetry(),
      documents,
      ...(kept.devices === undefined ? {} : { devices: kept.devices(clock) }),
      link: {
        send: async (stationId, command) => {
          if (command.kind === "set-schedule")
            sent.push({ stationId, atMs: clock.now(), schedule: command.schedule });
          return harness.answer(stationId, command);
        },
      },
      ...(kept.quirks === undefined ? {} : { quirks: kept.quirks }),
      policy,
      settings: {
        gatherMs: 2_000,
        horizonSlots: kept.horizonSlots ?? 97,
        followWithinMs: 60_000,
        answerWithinMs: 3_000,
        steer: true,
      },
      log: { info: writer("info"), warn: writer("warn"), error: writer("error") },
      idTokens: kept.idTokens ?? fixedIdTokens(null),
      ...(kept.exceeded === undefined ? {} : { exceeded: kept.exceeded }),
    }),
    run: async (durationMs) => {
      const untilMs = clock.now() + durationMs;
      do await settle();
      while (clock.step(untilMs));
      await settle();
    },
  };
  harness.control.onCycle((record) => cycles.push(record));
  await harness.control.start();
  return harness;
};

const signalsOn = (horizon: Horizon, pricePerKwh = (_atMs: number) => 0.5): LaidSignals => ({
  prices: new Map([
    ["ev", { buyPerKwh: horizon.startsMs.map(pricePerKwh), sellPerKwh: horizon.startsMs.map(() => 0) }],
  ]),
  caps: [],
  targets: [],
  notes: [],
});

/** A station connects and tells what it can. */
export const connect = ({ control, clock }: Harness, stationId: string): void => {
  const at = { stationId, atMs: clock.now() };
  control.report({ kind: "connected", version: "1.6", ...at });
  control.report({ kind: "booted", vendor: "v", model: "m", ...at });
  control.report({
    kind: "capabilities",
    capabilities: { rateUnit: "A", maxPeriods: 24, maxStackLevel: 8, dischargeSetpoint: false },
    ...at,
  });
};

export const plugIn = async ({ control, clock }: Harness, stationId: string): Promise<string> => {
  const recorded = await control.record({
    kind: "transaction-started",
    stationId,
    evseId: 1,
    atMs: clock.now(),
    transactionId: `tx-${stationId}`,
    seqNo: 0,
    stationTimeMs: clock.now(),
    idToken: "card",
    meterWh: 1_000,
  });
  return recorded.session?.id ?? "";
};

export const meter = async (
  { control, clock }: Harness,
  stationId: string,
  reading: { powerKw: number; importedWh: number; seqNo: number },
): Promise<void> => {
  await control.record({
    kind: "transaction-updated",
    stationId,
    evseId: 1,
    atMs: clock.now(),
    transactionId: `tx-${stationId}`,
    seqNo: reading.seqNo,
    stationTimeMs: clock.now(),
    sample: {
      atMs: clock.now(),
      powerKw: reading.powerKw,
      importedWh: reading.importedWh,
      exportedWh: null,
      socPercent: null,
    },
  });
};
