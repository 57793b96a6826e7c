import type { Problem } from "../src/domain/problem.js";
import {
  planProblem,
  roundPowers,
  type Solver,
  solverByName,
  type Verification,
  verify,
} from "../src/optimizer/index.js";
import type { Bench, BenchRow } from "./bench.js";
import { SLOTS, siteDay } from "./site-day.js";

/** Quarters of an hour that make one slot of a small site: an hour. */
const QUARTERS = 4;
const LONGEST_MS = 20_000;

/** Ports by their least power: 6 A on one phase, and on three; the site's limits grow with them. */
const PORTS = [
  { minKw: 1.38, maxKw: 7, limitShare: 1 },
  { minKw: 4.14, maxKw: 11, limitShare: 1.6 },
] as const;

type Port = (typeof PORTS)[number];

/** A day of a site of a few cars in slots of an hour, small enough for the MILP. */
const smallSite = (cars: number, seed: number, { minKw, maxKw, limitShare }: Port): Problem => {
  const day = siteDay(cars, seed);
  const hourly = <T>(quarters: readonly T[]): T[] => quarters.filter((_, slot) => slot % QUARTERS === 0);
  return {
    ...day,
    horizon: { startsMs: hourly(day.horizon.startsMs), endMs: day.horizon.endMs },
    nodes: day.nodes.map((node) => ({
      ...node,
      importLimitKw: hourly(node.importLimitKw ?? []).map((kw) => (kw ?? 0) * limitShare),
      exportLimitKw: hourly(node.exportLimitKw ?? []),
      baseKw: hourly(node.baseKw),
      pvKw: hourly(node.pvKw),
    })),
    meteringPoints: day.meteringPoints.map((point) => ({
      ...point,
      buyPricePerKwh: hourly(point.buyPricePerKwh),
      sellPricePerKwh: hourly(point.sellPricePerKwh),
    })),
    sessions: day.sessions.map((session) => ({
      ...session,
      firstSlot: Math.floor(session.firstSlot / QUARTERS),
      endSlot: Math.ceil(session.endSlot / QUARTERS),
      minChargeKw: minKw,
      maxChargeKw: maxKw,
      minDischargeKw: session.maxDischargeKw > 0 ? minKw : 0,
      maxDischargeKw: session.maxDischargeKw > 0 ? maxKw : 0,
    })),
  };
};

/** What a plan costs more than the MILP's and what of the wished energy it does not bring, percent. */
interface Loss {
  readonly extraCost: number;
  readonly extraMoney: number;
  readonly lostEnergy: number;
}

/** Energy of the targets that is there at departure, kWh. */
const metKwh = ({ sessions }: Problem, { shortfallKwh }: Verification): number =>
  sessions.reduce(
    (total, { targetKwh, initialKwh }, index) =>
      total + Math.max(0, targetKwh - initialKwh) - (shortfallKwh[index] ?? 0),
    0,
  );

const lossOf = (problem: Problem, seen: Verification, best: Verification): Loss => {
  const percent = (value: number, of: number): number => (100 * value) / Math.max(1, Math.abs(of));
  const bestKwh = metKwh(problem, best);
  return {
    extraCost: percent(seen.objective - best.objective, best.objective),
    extraMoney: percent(seen.moneyCost - best.moneyCost, best.moneyCost),
    lostEnergy: percent(bestKwh - metKwh(problem, seen), bestKwh),
  };
};

interface Solvers {
  readonly own: Solver;
  readonly milp: Solver;
  readonly rule: Solver;
}

/** The rounded relaxation and the plan that would be sent, against the MILP; null where it is not proven in time. */
const compare = async (
  problem: Problem,
  { own, milp, rule }: Solvers,
): Promise<{ rounded: Loss; plan: Loss } | null> => {
  const reference = await milp.solve(problem, { timeLimitMs: LONGEST_MS });
  if (reference.status !== "optimal") return null;
  const whole = { semiContinuous: true };
  const best = verify(problem, reference, whole);
  const relaxed = await own.solve(problem, { timeLimitMs: LONGEST_MS });
  const rounded = verify(problem, roundPowers(problem, relaxed, relaxed.multipliers), whole);
  const outcome = await planProblem(problem, { solver: own, fallback: rule, timeLimitMs: LONGEST_MS });
  if (outcome.status === "invalid") throw new Error("the sites of the bench are sound problems");
  const { sessions } = outcome.plan;
  const chargeKw = sessions.map((session) => session.chargeKw);
  const sent = verify(
    problem,
    { chargeKw, dischargeKw: sessions.map(({ dischargeKw }) => dischargeKw) },
    whole,
  );
  return { rounded: lossOf(problem, rounded, best), plan: lossOf(problem, sent, best) };
};

/** The smallest value that at least this share of all does not pass. */
const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(share * values.length) - 1)] ?? Number.NaN;

const statistics = (losses: readonly Loss[], name: keyof Loss): Record<string, number> => {
  const values = losses.map((loss) => loss[name]);
  return {
    [`${name}P50`]: quantile(values, 0.5),
    [`${name}P95`]: quantile(values, 0.95),
    [`${name}Max`]: quantile(values, 1),
  };
};

/**
 * What rounding to {0} ∪ [min, max] costs against the MILP on small sites of a day in hours, half of the cars
 * bidirectional, the limit binding: extra objective and money, and lost energy, in percent of the MILP's. `rounded`
 * is the relaxation rounded, `plan` what is sent after dive and branch and bound.
 */
export const rounding: Bench = async ({ quick, say }) => {
  const solvers = {
    own: await solverByName("structured"),
    milp: await solverByName("highs-milp"),
    rule: await solverByName("least-laxity"),
  };
  const [seeds, sizes] = quick ? [4, [3, 5]] : [20, [3, 5, 8]];
  const rows: BenchRow[] = [];
  for (const port of PORTS)
    for (const cars of sizes) {
      say(`${cars} cars, at least ${port.minKw} kW`);
      const found: { rounded: Loss; plan: Loss }[] = [];
      for (let seed = 1; seed <= seeds; seed++) {
        const one = await compare(smallSite(cars, seed, port), solvers);
        if (one !== null) found.push(one);
      }
      for (const powers of ["rounded", "plan"] as const) {
        const losses = found.map((one) => one[powers]);
        const shared = {
          cars,
          slots: SLOTS / QUARTERS,
          minKw: port.minKw,
          sites: seeds,
          proven: found.length,
        };
        rows.push({
          powers,
          ...shared,
          ...statistics(losses, "extraCost"),
          ...statistics(losses, "extraMoney"),
          ...statistics(losses, "lostEnergy"),
        });
      }
    }
  return rows;
};
