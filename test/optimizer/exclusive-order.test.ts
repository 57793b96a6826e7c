import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { faultsOf, planProblem, solverByName, verify } from "../../src/optimizer/index.js";
import { atOnePile } from "./one-pile.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";
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
      { numRuns: 8 },
    );
    expect(turns).toBeGreaterThan(0);
  },
);

test("a car before its turn is found by those who verify", () => {
  const plain = plainProblem();
  const [session] = plain.sessions;
  if (session === undefined) throw new Error("no session");
  const sessions = ["a", "b"].map((id) => ({ ...session, id }));
  const [first, last, none] = [
    [3, 0, 0, 0],
    [0, 0, 0, 3],
    [0, 0, 0, 0],
  ];
  const violationOf = (order: string[]): number => {
    const asked = inLine({ ...plain, sessions }, order);
    const powers = { chargeKw: [first ?? [], last ?? []], dischargeKw: [none ?? [], none ?? []] };
    const { violations } = verify(asked, powers, { semiContinuous: true });
    const crowded = violations.filter(({ place }) => place.includes("exclusive"));
    return Math.max(0, ...crowded.map(({ amount }) => amount));
  };
  expect(violationOf(["a", "b"])).toBe(0);
  expect(violationOf(["b", "a"])).toBe(3);
});
