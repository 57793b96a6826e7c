import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import type { Powers, SolverResult } from "../../src/optimizer/contract.js";
import { withoutSmall } from "../../src/optimizer/rounding/index.js";
import { siteDay } from "../../bench/site-day.js";
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

/** A day of forty cars under one limit, with what an exchange must heed. */
const KINDS: Readonly<Record<string, (problem: Problem) => Problem>> = {
  plain: (problem) => problem,
  reserves: (problem) => ({
    ...problem,
    sessions: problem.sessions.map((session, index) => ({
      ...session,
      reserveKwh: Math.min(session.targetKwh, session.initialKwh + 3 + (index % 7)),
    })),
  }),
  tapers: (problem) => ({
    ...problem,
    sessions: problem.sessions.map((session) => ({
      ...session,
      taper: { interceptKw: 28, slopeKwPerKwh: 28 / session.capacityKwh },
    })),
  }),
  "urgent cars": (problem) => ({
    ...problem,
    sessions: problem.sessions.map((session, index) => ({
      ...session,
      urgency: index % 3 === 0 ? ("now" as const) : session.urgency,
    })),
  }),
  phases: (problem) => ({
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      phaseLimitKw: [1, 1.1, 1.2].map((share) =>
        (node.importLimitKw ?? []).map((limit) => (share * (limit ?? 0)) / 3),
      ),
    })),
    sessions: problem.sessions.map((session, index) => ({ ...session, phases: [1 + (index % 3)] })),
  }),
  "a plan in force": (problem) => ({
    ...problem,
    previous: problem.sessions.map(({ id }, index) => ({
      sessionId: id,
      powerKw: problem.horizon.startsMs.map((_, slot) => (index + slot) % 5),
    })),
    penalties: { ...problem.penalties, changePerKwh: 0.01 },
  }),
};

test.each(Object.keys(KINDS))(
  "exchanges cost nothing, leave the power of every node and break no limit: %s",
  async (kind) => {
    let moved = 0;
    for (const seed of [1, 2, 4]) {
      const problem = KINDS[kind]?.(siteDay(40, seed)) ?? siteDay(40, seed);
      const { was, is } = await relaxedAndExchanged(problem);
      const [before, after] = [check(problem, was), check(problem, is)];
      expect(after.objective - before.objective).toBeLessThan(1e-6 * scaleOf(before.objective));
      expect(after.maxViolation).toBeLessThan(before.maxViolation + 1e-8);
      const netBefore = netByNode(problem, was);
      for (const [node, row] of netByNode(problem, is).entries())
        for (const [slot, kw] of row.entries()) expect(kw).toBeCloseTo(netBefore[node]?.[slot] ?? 0, 7);
      expect(smallPowers(problem, is)).toBeLessThanOrEqual(smallPowers(problem, was));
      moved += smallPowers(problem, was) - smallPowers(problem, is);
    }
    // Tapering cars are left alone.
    if (kind === "tapers") expect(moved).toBe(0);
    else expect(moved).toBeGreaterThan(0);
  },
);

test("where many cars share a limit, hardly a power below the minimum is left", async () => {
  for (const seed of [1, 2, 3]) {
    const problem = siteDay(40, seed);
    const { was, is } = await relaxedAndExchanged(problem);
    expect(smallPowers(problem, was)).toBeGreaterThan(20);
    expect(smallPowers(problem, is)).toBeLessThan(0.1 * smallPowers(problem, was));
    expect(check(problem, is).objective).toBeCloseTo(check(problem, was).objective, 3);
  }
});
