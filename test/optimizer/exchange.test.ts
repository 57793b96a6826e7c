import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import type { Powers, SolverResult } from "../../src/optimizer/contract.js";
import { withoutSmall } from "../../src/optimizer/rounding/index.js";
import { siteDay } from "../../bench/site-day.js";
import { problemArb, SMALL } from "./problems.js";
import { check, scaleOf, solve } from "./solving.js";

/** Powers that a port cannot give: more than nothing, less than its least. */
const smallPowers = ({ sessions }: Problem, { chargeKw, dischargeKw }: Powers): number => {
  const below = (row: readonly number[] | undefined, leastKw: number): number =>
    row?.filter((kw) => kw > 1e-3 && kw < leastKw - 1e-3).length ?? 0;
  return sessions.reduce(
    (total, { minChargeKw, minDischargeKw }, index) =>
      total + below(chargeKw[index], minChargeKw) + below(dischargeKw[index], minDischargeKw),
    0,
  );
};

const netByNode = ({ nodes, sessions }: Problem, { chargeKw, dischargeKw }: Powers): number[][] =>
  nodes.map(({ id }) =>
    (chargeKw[0] ?? []).map((_, slot) =>
      sessions.reduce(
        (total, { nodeId }, index) =>
          nodeId === id ? total + (chargeKw[index]?.[slot] ?? 0) - (dischargeKw[index]?.[slot] ?? 0) : total,
        0,
      ),
    ),
  );

const relaxedAndExchanged = async (problem: Problem): Promise<{ was: SolverResult; is: SolverResult }> => {
  const was = await solve("structured", problem);
  expect(was.status).toBe("optimal");
  return { was, is: { ...was, ...withoutSmall(problem, was) } };
};

test("exchanges cost nothing, leave the power of every node and break no limit, and never make powers small", async () => {
  const shape = { ...SMALL, maxSessions: 12, maxSlots: 16 };
  for (const problem of fc.sample(problemArb(shape), { numRuns: 100, seed: 20_261_129 })) {
    const { was, is } = await relaxedAndExchanged(problem);
    const [before, after] = [check(problem, was), check(problem, is)];
    expect(Math.abs(after.objective - before.objective)).toBeLessThan(1e-6 * scaleOf(before.objective));
    expect(after.maxViolation).toBeLessThan(Math.max(1e-6, before.maxViolation + 1e-9));
    const netBefore = netByNode(problem, was);
    for (const [node, row] of netByNode(problem, is).entries())
      for (const [slot, kw] of row.entries()) expect(kw).toBeCloseTo(netBefore[node]?.[slot] ?? 0, 6);
    expect(smallPowers(problem, is)).toBeLessThanOrEqual(smallPowers(problem, was));
  }
});

test("where many cars share a limit, hardly a power below the minimum is left", async () => {
  for (const seed of [1, 2, 3]) {
    const problem = siteDay(40, seed);
    const { was, is } = await relaxedAndExchanged(problem);
    expect(smallPowers(problem, was)).toBeGreaterThan(20);
    expect(smallPowers(problem, is)).toBeLessThan(0.1 * smallPowers(problem, was));
    expect(check(problem, is).objective).toBeCloseTo(check(problem, was).objective, 3);
  }
});
