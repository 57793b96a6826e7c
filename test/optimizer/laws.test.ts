import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem, ProblemStorage } from "../../src/domain/problem.js";
import {
  dualBound,
  faultsOf,
  type SolverName,
  type SolverResult,
  type Verification,
} from "../../src/optimizer/index.js";
import { withStorages } from "../../src/optimizer/storages.js";
import { voltageRowsOf } from "../../src/optimizer/voltage.js";
import { strongerChargers } from "./drawn-swap-stations.js";
import { type ProblemShape, problemArb, SMALL } from "./problems.js";
import { scaled } from "./scaled.js";
import { check, objective, RULES, scaleOf, solve, TOLERANCE } from "./solving.js";

/**
 * The laws every solver and rule obeys (optimizer.md §4), over random small problems. A solver that
 * skips a law gives its reason here.
 */
type Law =
  | "energy is conserved"
  | "no more is taken from a car than may be"
  | "no limit is broken"
  | "optimal"
  | "bound"
  | "slackness"
  | "repeats"
  | "moves with the problem";

const NO_BEST = "a rule does not search for the best plan";
const RULE: Partial<Record<Law, string>> = {
  optimal: NO_BEST,
  bound: "a rule has no duals",
  slackness: "a rule has no node prices",
  "moves with the problem": NO_BEST,
};

const SOLVERS: readonly { readonly name: SolverName; readonly skips: Partial<Record<Law, string>> }[] = [
  { name: "structured", skips: {} },
  { name: "highs", skips: {} },
  {
    name: "simplex",
    skips: {
      bound: "javascript-lp-solver returns no duals",
      slackness: "javascript-lp-solver returns no duals",
    },
  },
  {
    name: "highs-milp",
    skips: {
      optimal: "its plans also keep the minimum power, so they cost more than the relaxation",
      slackness: "minimum powers are not convex",
      bound: "minimum powers are not convex, its multipliers bound the relaxation only loosely",
      "moves with the problem": "too slow for many solves; highs stands for it",
    },
  },
  { name: "round-robin", skips: RULE },
  { name: "earliest-deadline", skips: RULE },
  { name: "least-laxity", skips: RULE },
  { name: "cheapest-slots", skips: RULE },
  { name: "uncontrolled", skips: { ...RULE, "no limit is broken": "it shows what happens without control" } },
];

/** Every law holds for linear problems and for those with squares. */
const SHAPES: readonly { readonly what: string; readonly shape: ProblemShape }[] = [
  { what: "linear", shape: SMALL },
  { what: "flattened", shape: { ...SMALL, flattening: true } },
];

interface Judged {
  readonly result: SolverResult;
  readonly seen: Verification;
}

const known = new Map<string, Promise<Judged>>();
/**
 * What a solver finds and what verify says of it. Laws draw the same problems, as all draw from one seed, and
 * most ask no more than this of them: each is solved once for all laws.
 */
const judged = (solver: SolverName, problem: Problem): Promise<Judged> => {
  const key = `${solver} ${JSON.stringify(problem)}`;
  const found =
    known.get(key) ?? solve(solver, problem).then((result) => ({ result, seen: check(problem, result) }));
  known.set(key, found);
  return found;
};

const law = (
  name: Law,
  { runs }: { readonly runs: number },
  holds: (solver: SolverName, problem: Problem) => Promise<void>,
): void => {
  describe.each(SHAPES)(`${name}, $what`, ({ shape }) => {
    for (const { name: solver, skips } of SOLVERS) {
      const reason = skips[name];
      if (reason !== undefined) continue;
      test(solver, async () => {
        await fc.assert(
          fc.asyncProperty(problemArb(shape), (problem) => holds(solver, problem)),
          { numRuns: runs },
        );
      });
    }
  });
};

test("every solver states why it skips a law", () => {
  for (const { skips } of SOLVERS)
    for (const reason of Object.values(skips)) expect(reason.length).toBeGreaterThan(10);
});

test("generated problems are sound", () => {
  fc.assert(
    fc.property(problemArb(), (problem) => {
      expect(faultsOf(problem)).toEqual([]);
    }),
  );
});

const hoursOf = ({ horizon: { startsMs, endMs } }: Problem): number[] =>
  startsMs.map((startMs, slot) => ((startsMs[slot + 1] ?? endMs) - startMs) / 3_600_000);

law("energy is conserved", { runs: 25 }, async (solver, problem) => {
  const { result, seen } = await judged(solver, problem);
  for (const [index, session] of problem.sessions.entries()) {
    let energyKwh = session.initialKwh;
    for (const [slot, hours] of hoursOf(problem).entries()) {
      energyKwh += session.chargeEfficiency * (result.chargeKw[index]?.[slot] ?? NaN) * hours;
      energyKwh -= ((result.dischargeKw[index]?.[slot] ?? NaN) * hours) / session.dischargeEfficiency;
      expect(seen.energyKwh[index]?.[slot + 1]).toBeCloseTo(energyKwh, 9);
      expect(energyKwh).toBeGreaterThan(-1e-6);
      expect(energyKwh).toBeLessThan(Math.max(session.capacityKwh, session.initialKwh) + 1e-6);
    }
  }
  expect(result.chargeKw).toHaveLength(withStorages(problem).sessions.length);
  const net = seen.netKw[0]?.map((_, slot) =>
    problem.nodes.reduce(
      (total, { baseKw, pvKw }, node) =>
        total + (baseKw[slot] ?? 0) - (pvKw[slot] ?? 0) + (seen.curtailedKw[node]?.[slot] ?? 0),
      result.chargeKw.reduce(
        (total, __, index) =>
          total + (result.chargeKw[index]?.[slot] ?? 0) - (result.dischargeKw[index]?.[slot] ?? 0),
        0,
      ),
    ),
  );
  for (const [slot, netKw] of net?.entries() ?? []) expect(seen.netKw[0]?.[slot]).toBeCloseTo(netKw, 9);
});

law("no more is taken from a car than may be", { runs: 25 }, async (solver, problem) => {
  const { dischargeKw } = (await judged(solver, problem)).result;
  for (const [index, { maxDischargeKwh }] of problem.sessions.entries()) {
    const takenKwh = hoursOf(problem).reduce(
      (total, hours, slot) => total + hours * (dischargeKw[index]?.[slot] ?? NaN),
      0,
    );
    expect(takenKwh).toBeLessThanOrEqual((maxDischargeKwh ?? Infinity) + 1e-6);
  }
});

law("no limit is broken", { runs: 25 }, async (solver, problem) => {
  const { seen } = await judged(solver, problem);
  expect(seen.violations.filter(({ amount }) => amount > TOLERANCE)).toEqual([]);
});

law("optimal", { runs: 25 }, async (solver, problem) => {
  const { result, seen: found } = await judged(solver, problem);
  expect(result.status).toBe("optimal");
  expect(found.maxViolation).toBeLessThan(TOLERANCE);
  const best = found.objective;
  for (const rule of RULES) {
    const { seen } = await judged(rule, problem);
    if (seen.maxViolation > TOLERANCE) continue;
    expect(best, rule).toBeLessThanOrEqual(seen.objective + TOLERANCE * scaleOf(best));
  }
});

law("bound", { runs: 30 }, async (solver, problem) => {
  const { result, seen } = await judged(solver, problem);
  expect(result.multipliers).not.toBeNull();
  if (result.multipliers === null || result.objective === null) return;
  const bound = dualBound(problem, result.multipliers);
  expect(Math.abs(result.objective - seen.objective)).toBeLessThan(TOLERANCE * scaleOf(seen.objective));
  expect(bound).toBeLessThanOrEqual(seen.objective + TOLERANCE * scaleOf(seen.objective));
  // Where directions were branched on, duals alone prove less than the branches together.
  const proven = result.boundMultipliers === undefined ? bound : (result.bound ?? NaN);
  expect(proven).toBeGreaterThanOrEqual(seen.objective - TOLERANCE * scaleOf(seen.objective));
});

law("repeats", { runs: 8 }, async (solver, problem) => {
  const [first, second] = [await solve(solver, problem), await solve(solver, structuredClone(problem))];
  expect(JSON.stringify(second)).toBe(JSON.stringify(first));
});

/** Ids of a node and of all above it. */
const aboveOf = (problem: Problem, nodeId: string): string[] => {
  const parentId = problem.nodes.find(({ id }) => id === nodeId)?.parentId ?? null;
  return [nodeId, ...(parentId === null ? [] : aboveOf(problem, parentId))];
};

/** Room to charge more in a slot, in power and in the battery from then on. */
const hasRoom = (
  problem: Problem,
  result: SolverResult,
  energies: readonly number[],
  { index, slot }: { index: number; slot: number },
): boolean => {
  const session = problem.sessions[index];
  if (session === undefined || session.taper !== null) return false;
  if ((result.dischargeKw[index]?.[slot] ?? 0) > TOLERANCE) return false;
  const later = energies.slice(slot + 1);
  return (
    (result.chargeKw[index]?.[slot] ?? 0) < session.maxChargeKw - 1e-3 &&
    later.every((e) => e < session.capacityKwh - 1e-3)
  );
};

law("slackness", { runs: 40 }, async (solver, drawn) => {
  const problem = {
    ...drawn,
    previous: null,
    penalties: { ...drawn.penalties, timePerKwhHour: 0 },
    weights: { ...drawn.weights, comfort: 0 },
  };
  const result = await solve(solver, problem);
  const seen = check(problem, result);
  const nodeOf = problem.sessions.map(({ nodeId }) => problem.nodes.findIndex(({ id }) => id === nodeId));
  for (const [index, session] of problem.sessions.entries()) {
    if (session.urgency === "now" || session.reserveKwh > 0) continue;
    const priceAt = (slot: number): number => {
      const above = problem.nodes.map(({ failsafe, id }, node) => {
        if (!aboveOf(problem, session.nodeId).includes(id)) return 0;
        const held = failsafe === null ? 0 : (result.multipliers?.failsafePerKwh[node]?.[slot] ?? 0);
        const onPhases = (result.multipliers?.phaseLimitPerKwh[node] ?? []).map((prices, phase) =>
          !session.phasesKnown || session.phases.includes(phase + 1)
            ? (prices[slot] ?? 0) / session.phases.length
            : 0,
        );
        return held + onPhases.reduce((a, b) => a + b, 0);
      });
      return (
        (result.multipliers?.nodePricePerKwh[nodeOf[index] ?? -1]?.[slot] ?? NaN) +
        above.reduce((a, b) => a + b, 0) +
        voltageRowsOf(problem).reduce((total, { node, effect }) => {
          const low = result.multipliers?.lowVoltagePerKwh[node]?.[slot] ?? NaN;
          const high = result.multipliers?.highVoltagePerKwh[node]?.[slot] ?? NaN;
          return total + (effect[nodeOf[index] ?? -1] ?? NaN) * (low - high);
        }, 0)
      );
    };
    const energies = seen.energyKwh[index] ?? [];
    for (let dear = session.firstSlot; dear < session.endSlot; dear++) {
      if ((result.chargeKw[index]?.[dear] ?? 0) < 1e-3) continue;
      // Charging earlier fills the battery earlier, charging later needs no energy in between.
      for (let cheap = dear + 1; cheap < session.endSlot; cheap++) {
        if (!hasRoom(problem, result, energies, { index, slot: cheap })) continue;
        if (energies.slice(dear + 1, cheap + 1).some((e) => e < 1e-3)) continue;
        if (session.taper !== null) continue;
        expect(priceAt(dear), `session ${index}: slot ${dear} or ${cheap}`).toBeLessThanOrEqual(
          priceAt(cheap) + 1e-5,
        );
      }
    }
  }
});

const larger = (storage: ProblemStorage): ProblemStorage => ({
  ...storage,
  capacityKwh: storage.capacityKwh + 2,
  maxDischargeKw: storage.maxDischargeKw + 1,
});

const LOOSER: readonly { readonly name: string; readonly change: (problem: Problem) => Problem }[] = [
  {
    name: "looser limits",
    change: (problem) => ({
      ...problem,
      nodes: problem.nodes.map((node) => ({
        ...node,
        importLimitKw: node.importLimitKw?.map((kw) => (kw === null ? null : kw + 3)) ?? null,
        exportLimitKw: node.exportLimitKw?.map((kw) => (kw === null ? null : kw + 2)) ?? null,
        failsafe:
          node.failsafe === null ? null : { headroomKw: node.failsafe.headroomKw.map((kw) => kw + 2) },
      })),
    }),
  },
  {
    name: "looser phases",
    change: (problem) => ({
      ...problem,
      nodes: problem.nodes.map((node) => ({
        ...node,
        phaseLimitKw:
          node.phaseLimitKw?.map((phase) => phase.map((kw) => (kw === null ? null : kw + 1))) ?? null,
      })),
    }),
  },
  {
    name: "wider voltage limits",
    change: (problem) => ({
      ...problem,
      nodes: problem.nodes.map((node) => {
        const { minPu = null, maxPu = null } = node.voltageLimits ?? {};
        const wider = {
          minPu: minPu === null ? null : minPu - 0.02,
          maxPu: maxPu === null ? null : maxPu + 0.02,
        };
        return { ...node, voltageLimits: node.voltageLimits === null ? null : wider };
      }),
    }),
  },
  {
    name: "cars whose phases are known",
    change: (problem) => ({
      ...problem,
      sessions: problem.sessions.map((session) => ({ ...session, phasesKnown: true })),
    }),
  },
  {
    name: "more reduction that is paid for",
    change: (problem) => ({
      ...problem,
      payments: problem.payments.map((payment) => ({
        ...payment,
        segments: payment.segments.map((segment) => ({ ...segment, kw: segment.kw + 1 })),
      })),
    }),
  },
  {
    name: "more energy that may be taken from cars",
    change: (problem) => ({
      ...problem,
      sessions: problem.sessions.map((session) => ({
        ...session,
        maxDischargeKwh: session.maxDischargeKwh === null ? null : session.maxDischargeKwh + 1,
      })),
    }),
  },
  {
    name: "larger storages",
    change: (problem) => ({
      ...problem,
      storages: problem.storages.map((storage) => larger(storage)),
    }),
  },
  { name: "stronger chargers at swap stations", change: strongerChargers },
  {
    name: "one more car that may discharge",
    change: (problem) => ({
      ...problem,
      sessions: problem.sessions.map((session, index) =>
        index === 0 ? { ...session, maxDischargeKw: Math.max(session.maxDischargeKw, 5) } : session,
      ),
    }),
  },
  {
    name: "a wider window",
    change: (problem) => ({
      ...problem,
      sessions: problem.sessions.map((session, index) =>
        index > 0
          ? session
          : {
              ...session,
              firstSlot: Math.max(0, session.firstSlot - 2),
              endSlot: Math.min(problem.horizon.startsMs.length, session.endSlot + 1),
            },
      ),
    }),
  },
];

/** Reserves and urgency count every slot of a window, so a wider one may cost more with them. */
const withoutWaitingCost = (problem: Problem): Problem => ({
  ...problem,
  previous: null,
  sessions: problem.sessions.map((session) => ({ ...session, reserveKwh: 0, urgency: "normal" })),
  storages: problem.storages.map((storage) => ({ ...storage, minimumKwh: 0 })),
});

law("moves with the problem", { runs: 20 }, async (solver, drawn) => {
  const problem = withoutWaitingCost(drawn);
  const before = await objective(solver, problem);
  const slack = TOLERANCE * scaleOf(before);
  for (const { name, change } of LOOSER)
    expect(await objective(solver, change(problem)), name).toBeLessThanOrEqual(before + slack);
  const order = { ...problem, sessions: problem.sessions.toReversed() };
  expect(Math.abs((await objective(solver, order)) - before)).toBeLessThan(slack);
  const dayLater = problem.horizon.startsMs.map((startMs) => startMs + 86_400_000);
  const later = { ...problem, horizon: { startsMs: dayLater, endMs: problem.horizon.endMs + 86_400_000 } };
  expect(Math.abs((await objective(solver, later)) - before)).toBeLessThan(slack);
  const twice = await objective(solver, scaled(problem, { perKwh: 2, kw: 1 }));
  expect(Math.abs(twice - 2 * before)).toBeLessThan(2 * slack);
});
