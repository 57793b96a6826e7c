import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import type { Multipliers, SolverResult, Verification } from "../../src/optimizer/index.js";
import { problemArb } from "./problems.js";
import { check, solve, TOLERANCE } from "./solving.js";

interface Solved {
  readonly problem: Problem;
  readonly result: SolverResult;
  readonly seen: Verification;
  readonly multipliers: Multipliers;
}

const some = (rows: readonly (readonly number[])[], holds = (value: number) => value > TOLERANCE): boolean =>
  rows.some((row) => row.some(holds));

type Row = readonly (readonly number[])[];

/** Rows of the storages, which come after the cars, and of swap batteries, which come after these. */
const ofStorages = ({ sessions, storages }: Problem, rows: Row): Row =>
  rows.slice(sessions.length, sessions.length + storages.length);
const ofBatteries = ({ sessions, storages }: Problem, rows: Row): Row =>
  rows.slice(sessions.length + storages.length);

/** Whether a feature decides the best plan: its row has a price, or its power flows. */
const FEATURES: Readonly<Record<string, (solved: Solved) => boolean>> = {
  discharge: ({ result }) => some(result.dischargeKw),
  "bound on discharge": ({ multipliers }) =>
    multipliers.sessions.some(({ dischargeTotalPerKwh }) => dischargeTotalPerKwh > TOLERANCE),
  "storage charging": ({ problem, result }) => some(ofStorages(problem, result.chargeKw)),
  "storage discharging": ({ problem, result }) => some(ofStorages(problem, result.dischargeKw)),
  "storage charged to its minimum": ({ problem, multipliers }) =>
    some(
      ofStorages(
        problem,
        multipliers.sessions.map(({ reservePerKwh }) => reservePerKwh),
      ),
    ),
  "swap battery charging": ({ problem, result }) => some(ofBatteries(problem, result.chargeKw)),
  "swap battery giving back": ({ problem, result }) => some(ofBatteries(problem, result.dischargeKw)),
  "swap battery lent full": ({ seen }) => some(seen.inventories.map(({ lent }) => lent)),
  "swap battery lent short": ({ seen }) => some(seen.inventories.map(({ lentShort }) => lentShort)),
  "swap battery not lent": ({ seen }) => some(seen.inventories.map(({ notLent }) => notLent)),
  "PV used": ({ problem, seen }) =>
    problem.nodes.some(({ pvKw }, node) =>
      pvKw.some((kw, slot) => kw - (seen.curtailedKw[node]?.[slot] ?? 0) > TOLERANCE),
    ),
  "PV curtailed": ({ seen }) => some(seen.curtailedKw),
  "import limit of the site": ({ multipliers }) => some(multipliers.importLimitPerKwh.slice(0, 1)),
  "import limit of a panel": ({ multipliers }) => some(multipliers.importLimitPerKwh.slice(1)),
  "export limit": ({ multipliers }) => some(multipliers.exportLimitPerKwh),
  event: ({ problem, multipliers }) =>
    problem.nodes.some(({ limitSource }, node) =>
      limitSource?.some(
        (source, slot) => source !== null && (multipliers.importLimitPerKwh[node]?.[slot] ?? 0) > TOLERANCE,
      ),
    ),
  "fail-safe row": ({ multipliers }) => some(multipliers.failsafePerKwh),
  "limit of discharge": ({ multipliers }) => some(multipliers.dischargeLimitPerKwh),
  "lowest voltage": ({ multipliers }) => some(multipliers.lowVoltagePerKwh),
  "highest voltage": ({ multipliers }) => some(multipliers.highVoltagePerKwh),
  "base load beyond a voltage": ({ seen }) => some(seen.voltageOverKw),
  "limit of a phase": ({ multipliers }) => multipliers.phaseLimitPerKwh.some((phases) => some(phases)),
  "base load beyond the limit of a phase": ({ seen }) => some(seen.phaseOverKw),
  "soft target": ({ multipliers }) => some(multipliers.targetPerKwh, (price) => Math.abs(price) > TOLERANCE),
  carbon: ({ problem, seen }) => problem.weights.carbon > 0 && seen.carbonKg.some((kg) => kg > TOLERANCE),
  "weight of the peak": ({ multipliers }) => some(multipliers.peakPerKwh),
  fairness: ({ problem, seen }) => problem.weights.fairness > 0 && seen.shortfallKwh.some((kwh) => kwh > 0.1),
  comfort: ({ problem, seen }) =>
    problem.weights.comfort > 0 && seen.energyKwh.some((path) => (path.at(-1) ?? 0) > (path[0] ?? 0)),
  "demand charge": ({ multipliers }) => some(multipliers.demandPerKwh),
  "payment for reduction": ({ multipliers }) => some(multipliers.paymentPerKwh),
  "event taken up": ({ seen }) => seen.events.some(({ isPaid, paid }) => isPaid && paid > TOLERANCE),
  "event let be": ({ seen }) => seen.events.some(({ isPaid }) => !isPaid),
  "tariff of a panel": ({ problem }) => problem.meteringPoints.length > 1,
  reserve: ({ multipliers }) => some(multipliers.sessions.map(({ reservePerKwh }) => reservePerKwh)),
  urgency: ({ multipliers }) => some(multipliers.sessions.map(({ lagPerKwh }) => lagPerKwh)),
  taper: ({ multipliers }) => some(multipliers.sessions.map(({ taperPerKwh }) => taperPerKwh)),
  shortfall: ({ seen }) => seen.shortfallKwh.some((kwh) => kwh > TOLERANCE),
  "base load beyond a limit": ({ seen }) => some(seen.overKw),
  "minimum power": ({ problem, result }) =>
    problem.sessions.some(({ minChargeKw }, index) =>
      result.chargeKw[index]?.some((kw) => kw > TOLERANCE && kw < minChargeKw - TOLERANCE),
    ),
};

const PROBLEMS = 200;
const LEAST_SHARE = 0.05;

/** The laws mean little where nothing binds. A count over one fixed sample: a statistic, not a law. */
test("in the drawn problems every feature decides a plan, and often", async () => {
  const counts = new Map(Object.keys(FEATURES).map((name) => [name, 0]));
  for (const problem of fc.sample(problemArb(), { numRuns: PROBLEMS, seed: 20 })) {
    const result = await solve("highs", problem);
    const { multipliers } = result;
    if (multipliers === null) throw new Error(result.detail ?? result.status);
    const solved = { problem, result, multipliers, seen: check(problem, result) };
    for (const [name, decides] of Object.entries(FEATURES))
      if (decides(solved)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const shares = [...counts].map(([name, count]): [string, number] => [name, count / PROBLEMS]);
  console.info(shares.map(([name, share]) => `${name} ${(100 * share).toFixed(0)} %`).join(", "));
  expect(shares.filter(([, share]) => share < LEAST_SHARE)).toEqual([]);
});
