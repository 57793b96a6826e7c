import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { QuirkEntry } from "../../src/domain/quirks.js";
import type { Policy } from "../../src/control/contract.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { capabilitiesOf, createStation } from "../../src/ocpp/server/station.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { createQuirkBook } from "../../src/ports/quirk-book.js";
import type { ProbeTried } from "../../src/ports/discharge-probes.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { passed, VirtualClock } from "../../src/ports/clock.js";
import { flatPolicy, type Harness, harnessOf } from "./harness.js";
import { siteOf } from "./v2g-play.js";

/** The plan: every car that may be discharged gives back, every other gets 2 kW. */
interface Planner {
  backKw: number;
  /** What becomes of the next plans. */
  does: "plan" | "throw" | "leave all out";
  /** When a plan was last made by which a car gives back. */
  lastBackMs: number;
}

const policyOf = (planner: Planner, clock: VirtualClock): Policy => ({
  name: "gives back",
  plan: async (problem) => {
    if (planner.does === "throw") throw new Error("no plan");
    const outcome = await flatPolicy(2).plan(problem);
    if (outcome.status === "invalid") return outcome;
    if (planner.does === "leave all out") return { ...outcome, plan: { ...outcome.plan, sessions: [] } };
    const backs = new Set(problem.sessions.filter((one) => one.maxDischargeKw > 0).map(({ id }) => id));
    if (backs.size > 0) planner.lastBackMs = clock.now();
    const sessions = outcome.plan.sessions.map((plan) =>
      backs.has(plan.sessionId)
        ? {
            ...plan,
            chargeKw: plan.chargeKw.map(() => 0),
            dischargeKw: plan.chargeKw.map(() => planner.backKw),
          }
        : plan,
    );
    return { ...outcome, plan: { ...outcome.plan, sessions } };
  },
});

export type Fate = "answered" | "lost" | "answer lost" | "refused";
const STATION = "p1";
const UNANSWERED_MS = 20 * SECOND_MS;
/** What the server waits for an answer, with some slack. */
const STOPS_WITHIN_MS = 4 * SECOND_MS;
const SAMPLE_EVERY_MS = 10 * SECOND_MS;

type Word = Extract<StationCommand, { kind: "tell-power" }>;

/** An older station whose vendor's setting has it give back until it is set otherwise, as it truly is. */
interface Truth {
  connected: boolean;
  /** What its setting stands at, below zero; else 0. */
  toldKw: number;
  car: { readonly transactionId: string; willing: boolean } | null;
  exportedWh: number;
  /** What becomes of the next messages to it; then all are answered. */
  fates: Fate[];
  answersAfterMs: number;
}

/** The server and that station, over all that goes wrong between them. */
export interface AsidePlay {
  readonly truth: Truth;
  readonly planner: Planner;
  readonly documents: Documents;
  /** Every word that left the server, in order, with the moment. */
  readonly words: { readonly atMs: number; readonly word: Word }[];
  /** Words below zero that left while no driver there allowed them. */
  readonly wrong: Word[];
  harness(): Harness;
  connect(): void;
  disconnect(): void;
  boot(): void;
  plug(): Promise<void>;
  unplug(): Promise<void>;
  consent(allowed: boolean): Promise<void>;
  chargeNow(on: boolean): Promise<void>;
  probe(): Promise<readonly ProbeTried[] | string>;
  /** The server stops in order, and starts again. */
  stop(): Promise<void>;
  startAgain(): Promise<void>;
  /** The server dies and starts again, with another quirks file where one is given. */
  restart(entry?: QuirkEntry): Promise<void>;
  pass(seconds: number): Promise<void>;
}

export const SETTING: QuirkEntry = {
  station: STATION,
  dischargeMethod: "setting",
  dischargeTo: "V2gPowerW",
  dischargeUnattended: true,
};

export const playAside = async (entry: QuirkEntry = SETTING): Promise<AsidePlay> => {
  const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments() };
  const clock = new VirtualClock(EVENING_MS);
  const truth: Truth = {
    connected: false,
    toldKw: 0,
    car: null,
    exportedWh: 4_711,
    fates: [],
    answersAfterMs: 0,
  };
  // 15 A of one phase.
  const planner: Planner = { backKw: 3.3, does: "plan", lastBackMs: -Infinity };
  const words: AsidePlay["words"] = [];
  const wrong: Word[] = [];
  let cars = 0;
  let connections = 0;

  const take = (command: StationCommand): void => {
    if (command.kind === "tell-power") truth.toldKw = Math.min(0, command.powerKw);
  };
  const answer = async (command: StationCommand): Promise<CommandOutcome> => {
    if (!truth.connected) return { status: "offline", detail: "gone" };
    if (command.kind === "tell-power") {
      words.push({ atMs: clock.now(), word: command });
      if (command.powerKw < 0 && truth.car?.willing !== true) wrong.push(command);
    }
    const connection = connections;
    const isTold = command.kind === "tell-power" || command.kind === "set-schedule";
    const fate = (isTold ? truth.fates.shift() : undefined) ?? "answered";
    if (fate === "answered" || fate === "answer lost") take(command);
    const waits = fate === "lost" || fate === "answer lost" ? UNANSWERED_MS : truth.answersAfterMs;
    if (waits > 0) await passed(clock, waits);
    if (fate === "refused") return { status: "rejected", detail: "no" };
    return fate === "answered" && truth.connected && connection === connections
      ? { status: "accepted" }
      : { status: "timeout", detail: "lost" };
  };

  const begin = async (stated: QuirkEntry) => {
    const quirks = createQuirkBook({ documents: kept.documents, entries: [stated] });
    await quirks.open();
    const harness = await harnessOf(siteOf("graced"), policyOf(planner, clock), { ...kept, clock, quirks });
    let isOver = false;
    const tell = (): void => {
      if (isOver || !truth.connected) return;
      const capabilities = capabilitiesOf(createStation(STATION), quirks.of(STATION), true);
      harness.control.report({ kind: "capabilities", stationId: STATION, atMs: clock.now(), capabilities });
    };
    quirks.onChange(tell);
    // What the old process still waits for never comes to it.
    harness.answer = (_, command) => (isOver ? new Promise(() => undefined) : answer(command));
    return { harness, tell, end: () => (isOver = true) };
  };
  let server = await begin(entry);

  const report = (event: { readonly kind: "connected" | "booted" | "disconnected" }): void => {
    const at = { stationId: STATION, atMs: clock.now() };
    const { control } = server.harness;
    if (event.kind === "connected") control.report({ ...at, kind: "connected", version: "1.6" });
    else if (event.kind === "booted") control.report({ ...at, kind: "booted", vendor: "v", model: "m" });
    else control.report({ ...at, kind: "disconnected" });
  };
  const connect = (): void => {
    connections += 1;
    truth.connected = true;
    report({ kind: "connected" });
    server.tell();
  };
  const sessionId = async (): Promise<string | null> =>
    (await server.harness.control.sessions({ active: true })).at(0)?.id ?? null;

  const startAgain = async (another = entry): Promise<void> => {
    server.end();
    server = await begin(another);
    if (truth.connected) connect();
  };

  return {
    truth,
    planner,
    documents: kept.documents,
    words,
    wrong,
    harness: () => server.harness,
    connect,
    disconnect: () => {
      truth.connected = false;
      report({ kind: "disconnected" });
    },
    boot: () => {
      if (!truth.connected) return;
      report({ kind: "booted" });
      server.tell();
    },
    plug: async () => {
      if (truth.car !== null || !truth.connected) return;
      const transactionId = `tx-${(cars += 1)}`;
      truth.car = { transactionId, willing: false };
      await server.harness.control.record({
        kind: "transaction-started",
        stationId: STATION,
        evseId: 1,
        atMs: clock.now(),
        transactionId,
        seqNo: 0,
        stationTimeMs: clock.now(),
        idToken: "card",
        meterWh: 1_000,
      });
    },
    unplug: async () => {
      const { car } = truth;
      if (car === null || !truth.connected) return;
      await server.harness.control.record({
        kind: "transaction-ended",
        stationId: STATION,
        evseId: 1,
        atMs: clock.now(),
        transactionId: car.transactionId,
        seqNo: 9_999,
        stationTimeMs: clock.now(),
        meterWh: 1_000,
        exportedWh: null,
        reason: "EVDisconnected",
      });
      truth.car = null;
    },
    consent: async (dischargeAllowed) => {
      const [id, { car }] = [await sessionId(), truth];
      if (id === null || car === null) return;
      if (dischargeAllowed) car.willing = true;
      await server.harness.control.setPreference(id, { dischargeAllowed, maxDischargeKwh: 40 });
      car.willing = dischargeAllowed;
    },
    chargeNow: async (on) => {
      const [id, { car }] = [await sessionId(), truth];
      if (id === null || car === null) return;
      const view = await server.harness.control.chargeNow(id, on);
      car.willing = !on && view.preference.dischargeAllowed;
    },
    probe: async () => {
      try {
        return (
          (await server.harness.control.dischargeProbes?.probe(STATION, { evseId: 1, way: null })) ?? "none"
        );
      } catch (error) {
        return String(error);
      }
    },
    stop: async () => {
      const stopped = server.harness.control.stop();
      await server.harness.run(STOPS_WITHIN_MS);
      await stopped;
    },
    startAgain: () => startAgain(),
    restart: async (another = entry) => {
      server.end();
      // Nothing that it still does comes to anybody.
      void server.harness.control.stop();
      await startAgain(another);
    },
    pass: async (seconds) => {
      for (let left = seconds; left > 0; left -= SAMPLE_EVERY_MS / SECOND_MS) {
        const givenKw = truth.car === null ? 0 : truth.toldKw;
        await server.harness.run(SAMPLE_EVERY_MS);
        truth.exportedWh += (-givenKw * SAMPLE_EVERY_MS) / 3_600;
        if (!truth.connected || truth.car === null) continue;
        const powerKw = truth.toldKw;
        const atMs = clock.now();
        server.harness.control.report({
          kind: "sampled",
          stationId: STATION,
          evseId: 1,
          atMs,
          sample: { atMs, powerKw, importedWh: 0, exportedWh: truth.exportedWh, socPercent: null },
        });
      }
    },
  };
};
