import { expect, it } from "vitest";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import type { Plan } from "../../src/domain/plan.js";
import type { LaidSignals } from "../../src/domain/signal.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { forecastBase } from "../../src/planning/base-forecast.js";
import { formulate } from "../../src/planning/formulate.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";

const SLOTS = 4;
const SLOT_MS = 900_000;

/** The problem of a site without cars, some slots after the evening began. */
const problemAt = (slot: number, previous: Plan | null, smoothChangePerKw2h?: number) => {
  const plain = communityOf([stationOf("p1")]);
  const price = smoothChangePerKw2h === undefined ? {} : { smoothChangePerKw2h };
  const site = { ...plain, nodes: plain.nodes.map((node) => ({ ...node, ...price })) };
  const nowMs = EVENING_MS + slot * SLOT_MS;
  const horizon = quarterHourHorizon(nowMs, SLOTS);
  const quarters = horizon.startsMs.map((_, at) => 68 + slot + at);
  const unknown = { observed: null, pvKw: null, battery: null, experience: null };
  const base = forecastBase({ site, horizon, quarters, nowQuarter: 68 + slot, nowMs, ...unknown });
  const flat = Array.from({ length: SLOTS }, () => 0.5);
  const signals: LaidSignals = {
    prices: new Map([["ev", { buyPerKwh: flat, sellPerKwh: flat.map(() => 0) }]]),
    caps: [],
    targets: [],
    notes: [],
  };
  return formulate({
    site,
    fleet: { stations: new Map() },
    signals,
    base,
    horizon,
    nowMs,
    defaultsOf: new Map(),
    previous,
  });
};

it("lays the net power of the plan in force on the new horizon, where its change has a price", async () => {
  const solver = await solverByName("structured");
  const outcome = await planProblem(problemAt(0, null, 0.01), {
    solver,
    fallback: solver,
    timeLimitMs: 20_000,
  });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  const { plan } = outcome;
  const [netKw] = plan.nodes.map((node) => node.netKw);
  expect(problemAt(1, plan, 0.01).nodes[0]?.smoothChange).toEqual({
    perKw2h: 0.01,
    inForceKw: [netKw?.[1], netKw?.[2], netKw?.[3], null],
  });
  expect(problemAt(1, plan).nodes[0]?.smoothChange).toBeNull();
  expect(problemAt(0, null, 0.01).nodes[0]?.smoothChange).toBeNull();
});
