import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { faultsOf, planProblem, solverByName, verify } from "../../src/optimizer/index.js";
import { atOnePile } from "./one-pile.js";
import { problemArb, SMALL } from "./problems.js";
import { TOLERANCE } from "./solving.js";

/** All cars of a problem at one pile in a stated order, there from the beginning. */
const inLine = (problem: Problem, order: string[]): Problem => {
  const importLimitKw = problem.horizon.startsMs.map(() => 11);
  const queued = atOnePile(problem, { importLimitKw, exclusive: { handoverMinutes: 15, order } });
  return {
    ...queued,
    sessions: queued.sessions.map((session) => ({
      ...session,
      firstSlot: 0,
      initialKwh: 0,
      targetKwh: session.capacityKwh / 4,
      departsAfterHorizon: false,
    })),
  };
};

const isServed = (kw: readonly number[][], slot: number): boolean =>
  kw.some((row) => (row[slot] ?? 0) > 1e-6);

test.each(["structured", "highs", "least-laxity"] as const)(
  "by %s cars are served in the order that is stated, whatever it costs",
  async (name) => {
    let turns = 0;
    const [solver, fallback] = await Promise.all([solverByName(name), solverByName("least-laxity")]);
    const drawn = problemArb({ ...SMALL, maxSlots: 12, overload: false }).chain((problem) =>
      fc
        .shuffledSubarray(
          problem.sessions.map(({ id }) => id),
          { minLength: problem.sessions.length },
        )
        .map((order) => inLine(problem, order)),
    );
    await fc.assert(
      fc.asyncProperty(drawn, async (problem) => {
        expect(faultsOf(problem)).toEqual([]);
        const outcome = await planProblem(problem, { solver, fallback, timeLimitMs: 20_000 });
        if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
        const { plan } = outcome;
        expect(plan.certificate.sent.maxViolation).toBeLessThan(TOLERANCE);
        const order = problem.nodes.at(-1)?.exclusive?.order ?? [];
        const rankAt = problem.horizon.startsMs.flatMap((_, slot) =>
          plan.sessions.flatMap(({ sessionId, chargeKw, dischargeKw }) =>
            isServed([[...chargeKw], [...dischargeKw]], slot) ? [order.indexOf(sessionId)] : [],
          ),
        );
        expect(rankAt).toEqual(rankAt.toSorted((a, b) => a - b));
        turns += new Set(rankAt).size > 1 ? 1 : 0;
      }),
      { numRuns: name === "highs" ? 20 : 60 },
    );
    expect(turns).toBeGreaterThan(3);
  },
);

test("a car before its turn is found by those who verify", async () => {
  const [problem] = fc.sample(problemArb({ ...SMALL, overload: false, maxSessions: 2, maxSlots: 4 }), 1);
  if (problem === undefined) throw new Error("nothing drawn");
  const session = {
    ...problem.sessions[0]!,
    minChargeKw: 0,
    maxChargeKw: 5,
    capacityKwh: 100,
    endSlot: problem.horizon.startsMs.length,
  };
  const two = {
    ...problem,
    sessions: [
      { ...session, id: "a" },
      { ...session, id: "b" },
    ],
  };
  const zeros = problem.horizon.startsMs.map(() => 0);
  const first = zeros.map((_, slot) => (slot === 0 ? 3 : 0));
  const last = zeros.map((_, slot) => (slot === zeros.length - 1 ? 3 : 0));
  const violationOf = (order: string[]): number => {
    const atPile = inLine(two, order);
    const asked = { ...atPile, nodes: atPile.nodes.map((n) => ({ ...n, phaseLimitKw: null, line: null })) };
    const { violations } = verify(
      asked,
      { chargeKw: [first, last], dischargeKw: [zeros, zeros] },
      { semiContinuous: true },
    );
    return Math.max(
      0,
      ...violations.filter(({ place }) => place.includes("exclusive")).map(({ amount }) => amount),
    );
  };
  if (zeros.length < 3) return;
  expect(violationOf(["a", "b"])).toBe(0);
  expect(violationOf(["b", "a"])).toBe(3);
});
