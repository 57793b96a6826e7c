import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { slotHours } from "../../src/domain/horizon.js";
import { LEAST_SHORTFALL_KWH, type SessionPlan } from "../../src/domain/plan.js";
import type { Problem, ProblemSession } from "../../src/domain/problem.js";
import { reachKwh } from "../../src/optimizer/battery.js";
import { planProblem, solverByName } from "../../src/optimizer/index.js";
import { plainProblem, problemArb } from "./problems.js";

const planned = async (problem: Problem) => {
  const solver = await solverByName("highs");
  const outcome = await planProblem(problem, { solver, fallback: solver, timeLimitMs: 20_000 });
  if (outcome.status === "invalid") throw new Error(JSON.stringify(outcome.problems));
  return outcome;
};

const withoutLimits = (problem: Problem): Problem => ({
  ...problem,
  nodes: problem.nodes.map((node) => ({
    ...node,
    importLimitKw: null,
    limitSource: null,
    exportLimitKw: null,
    dischargeLimitKw: null,
    phaseLimitKw: null,
    voltageLimits: null,
    failsafe: null,
  })),
});

/**
 * Every car wants all that its stay and its battery allow, and no node has room for more than 4 kW. No
 * tapers: what a taper below the least power takes, it takes in either plan. At times energy is worth less than it
 * costs: then more room would not help.
 */
const tightArb = fc.tuple(problemArb(), fc.constantFrom(2, 2, 0.03)).map(([problem, worth]): Problem => {
  const hours = problem.horizon.startsMs.map((_, slot) => slotHours(problem.horizon, slot));
  const wanting = (drawn: ProblemSession): ProblemSession => {
    const session = { ...drawn, taper: null };
    return {
      ...session,
      shortfallPerPercent: worth,
      targetKwh: reachKwh(session, hours)[session.endSlot] ?? session.targetKwh,
    };
  };
  const tight = problem.nodes.map((node) => ({ ...node, importLimitKw: node.baseKw.map((kw) => kw + 4) }));
  return { ...problem, nodes: tight, sessions: problem.sessions.map(wanting) };
});

/** More than a slot at least power stores: up to there a plan may be short for want of a smaller power. */
const leastSlotKwh = (session: ProblemSession): number =>
  session.minChargeKw * session.chargeEfficiency * 0.25;

describe("the cause of a shortfall", () => {
  test("is told of whatever is missing, and of nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(problemArb(), async (problem) => {
        const { plan, notes } = await planned(problem);
        for (const [index, { sessionId, shortfallKwh, shortfallCause }] of plan.sessions.entries()) {
          const session = problem.sessions[index];
          const enough = LEAST_SHORTFALL_KWH + (session === undefined ? 0 : leastSlotKwh(session));
          if (shortfallKwh > enough) expect(shortfallCause).not.toBeNull();
          if (shortfallKwh < LEAST_SHORTFALL_KWH) expect(shortfallCause).toBeNull();
          if (shortfallCause !== null)
            expect(notes.join("\n")).toMatch(new RegExp(`${sessionId}.* kWh will be missing: `));
        }
      }),
      { numRuns: 25 },
    );
  });

  test("is the limits where less is missing without them, else at least half is missing all the same", async () => {
    let limited = 0;
    await fc.assert(
      fc.asyncProperty(tightArb, async (problem) => {
        const { plan } = await planned(problem);
        const free = (await planned(withoutLimits(problem))).plan;
        for (const [index, { shortfallKwh, shortfallCause }] of plan.sessions.entries()) {
          const without = free.sessions[index]?.shortfallKwh ?? NaN;
          const session = problem.sessions[index];
          if (shortfallCause?.key === "limits") {
            if (session === undefined || shortfallKwh <= leastSlotKwh(session)) continue;
            limited++;
            expect(without).toBeLessThan(shortfallKwh);
          } else if (shortfallCause?.key === "stay-too-short" && shortfallCause.besides !== undefined)
            expect(without).toBeGreaterThanOrEqual(shortfallKwh - shortfallCause.besides.kwh - 1e-6);
          else if (shortfallCause !== null && shortfallCause.key !== "not-planned")
            expect(without).toBeGreaterThanOrEqual(shortfallKwh / 2 - 1e-6);
        }
      }),
      { numRuns: 25 },
    );
    expect(limited).toBeGreaterThan(0);
  });

  /** A car of 8 kWh with one hour at 7 kW: 14.3 kWh are the most. */
  const short = async (session: Partial<ProblemSession>, node = {}): Promise<SessionPlan | undefined> => {
    const problem = plainProblem();
    const { plan } = await planned({
      ...problem,
      nodes: problem.nodes.map((one) => ({ ...one, ...node })),
      sessions: problem.sessions.map((one) => ({ ...one, ...session })),
    });
    return plan.sessions[0];
  };

  test.each([
    ["the stay", { capacityKwh: 100, targetKwh: 60 }, {}, { key: "stay-too-short", maxChargeKw: 7 }],
    [
      "the taper",
      { capacityKwh: 20, targetKwh: 14, taper: { interceptKw: 7, slopeKwPerKwh: 0.5 } },
      {},
      { key: "battery-tapers" },
    ],
    ["the stay, not the battery", { targetKwh: 60 }, {}, { key: "stay-too-short", maxChargeKw: 7 }],
    ["the battery", { capacityKwh: 12, targetKwh: 60 }, {}, { key: "battery-too-small", capacityKwh: 12 }],
    [
      "a node's limit",
      { targetKwh: 14 },
      { importLimitKw: [5, 5, 5, 5] },
      { key: "limits", nodeId: "site", eventId: null },
    ],
    [
      "an event's limit",
      { targetKwh: 14 },
      { importLimitKw: [2, 2, 2, 20], limitSource: ["e", "e", "e", null] },
      { key: "limits", nodeId: "site", eventId: "e" },
    ],
    [
      "the fail-safe of a node",
      { targetKwh: 14 },
      { failsafe: { headroomKw: [3, 3, 3, 3] } },
      { key: "limits", nodeId: "site", eventId: null },
    ],
    [
      "the stay, and of it a limit's part: 53 kWh at full power, 2 kWh because of the limit",
      { capacityKwh: 100, initialKwh: 0, targetKwh: 60, chargeEfficiency: 1, maxDischargeKw: 0 },
      { importLimitKw: [5, 5, 5, 5], baseKw: [0, 0, 0, 0] },
      {
        key: "stay-too-short",
        maxChargeKw: 7,
        besides: {
          cause: { key: "limits", nodeId: "site", eventId: null },
          kwh: expect.closeTo(2, 6) as number,
        },
      },
    ],
    ["a price", { targetKwh: 14, shortfallPerPercent: 0.001 }, {}, { key: "not-planned" }],
  ])("may be %s", async (_name, session, node, cause) => {
    expect((await short(session, node))?.shortfallCause).toEqual(cause);
  });

  test("of many sessions is one note", async () => {
    const problem = plainProblem();
    const [one] = problem.sessions;
    if (one === undefined) throw new Error("no session");
    const sessions = ["a", "b", "c", "d", "e", "f", "g"].map((id) => ({
      ...one,
      id,
      maxDischargeKw: 0,
      targetKwh: 14,
    }));
    const { notes } = await planned({ ...problem, sessions });
    expect(notes).toEqual([
      expect.stringMatching(
        /^sessions \w, .* and \d more: \d+\.\d\d kWh will be missing: node site has no room/,
      ),
    ]);
  });
});
