import { describe, expect, it } from "vitest";
import type { Problem, ProblemNode } from "../../src/domain/problem.js";
import { planProblem, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem } from "./problems.js";
import { solve } from "./solving.js";

/** 1 ohm at 400 V: a kW takes 2·1000/400² = 0.0125 from the squared voltage, half an ohm half of it. */
const LINE = { resistanceOhm: 1, reactanceOhm: 0.5, nominalV: 400 };
const PER_KW = 0.0125;

/** Supply, a street behind one ohm, and two houses behind half an ohm each; the car stands at the far one. */
const street = (limits: ProblemNode["voltageLimits"], change: Partial<ProblemNode> = {}): Problem => {
  const problem = plainProblem();
  const [root] = problem.nodes;
  if (root === undefined) throw new Error("no root");
  const bare = {
    ...root,
    importLimitKw: null,
    exportLimitKw: null,
    failsafe: null,
    baseKw: [0, 0, 0, 0],
  };
  const half = { ...LINE, resistanceOhm: 0.5 };
  return {
    ...problem,
    nodes: [
      { ...bare, baseKw: [9, 9, 9, 9] },
      {
        ...bare,
        id: "street",
        parentId: "site",
        line: LINE,
        baseKw: [1, 1, 1, 1],
        reactiveKvar: [2, 2, 2, 2],
      },
      { ...bare, id: "near", parentId: "street", line: half, voltageLimits: limits },
      { ...bare, id: "far", parentId: "street", line: half, ...change },
    ],
    sessions: problem.sessions.map((car) => ({ ...car, nodeId: "far", reserveKwh: 0, targetKwh: 12 })),
  };
};

/** kW of the car in the first slot by which `verify` finds the limit of a node passed. */
const overKw = (problem: Problem, node: number, powerKw: number): number | undefined =>
  verify(
    problem,
    {
      chargeKw: [[Math.max(0, powerKw), 0, 0, 0]],
      dischargeKw: [[Math.max(0, -powerKw), 0, 0, 0]],
    },
    { semiContinuous: false },
  ).voltageOverKw[node]?.[0];

const square = (pu: number): number => pu ** 2;

describe("voltage along a radial feeder", () => {
  it("falls at a neighbour by the shared line alone, and at the car by the whole way", () => {
    // Base load: 1 kW and 2 kvar through the street's line.
    const resting = 1 - PER_KW * 1 - 0.5 * PER_KW * 2;
    const limits = { minPu: Math.sqrt(resting - PER_KW * 4), maxPu: null };
    expect(overKw(street(limits), 2, 4)).toBeCloseTo(0, 9);
    expect(overKw(street(limits), 2, 5)).toBeCloseTo(1, 9);
    const own = street(null, { voltageLimits: limits });
    expect(overKw(own, 3, 4 / 1.5)).toBeCloseTo(0, 9);
    expect(overKw(own, 3, 4)).toBeCloseTo(2, 9);
  });

  it("rises with what cars give back, beside all PV", () => {
    const resting = 1 - PER_KW * 1 - 0.5 * PER_KW * 2;
    const maxPu = Math.sqrt(resting + 1.5 * PER_KW * 2 + PER_KW * 3);
    const problem = street({ minPu: null, maxPu }, {});
    const withPv = street({ minPu: null, maxPu }, { pvKw: [3, 3, 3, 3] });
    expect(overKw(problem, 2, -6)).toBeCloseTo(0, 9);
    expect(overKw(problem, 2, -7)).toBeCloseTo(1, 9);
    expect(overKw(withPv, 2, -3)).toBeCloseTo(0, 9);
    expect(overKw(withPv, 2, -4)).toBeCloseTo(1, 9);
  });

  it.each(["structured", "highs", "simplex"] as const)("is kept to the watt by %s", async (name) => {
    const resting = 1 - PER_KW * 1 - 0.5 * PER_KW * 2;
    const problem = street({ minPu: Math.sqrt(resting - PER_KW * 4), maxPu: null });
    const { chargeKw } = await solve(name, problem);
    expect(Math.max(...(chargeKw[0] ?? []))).toBeCloseTo(4, 4);
  });

  it("is told to a car that waits for it, wherever the limit is", async () => {
    const limits = { minPu: 0.99, maxPu: null };
    const drawn = street(limits);
    const problem = { ...drawn, sessions: drawn.sessions.map((car) => ({ ...car, maxDischargeKw: 0 })) };
    const outcome = await planProblem(problem, {
      solver: await solverByName("highs"),
      fallback: await solverByName("least-laxity"),
      timeLimitMs: 20_000,
    });
    if (outcome.status === "invalid") throw new Error("invalid");
    // Base load alone is below the limit: the car may not make it worse.
    expect(square(0.99)).toBeGreaterThan(1 - PER_KW * 1 - 0.5 * PER_KW * 2);
    expect(outcome.status).toBe("limits-broken");
    expect(outcome.plan.sessions[0]?.chargeKw).toEqual([0, 0, 0, 0]);
    expect(outcome.plan.sessions[0]?.reasons[0]).toMatchObject({ key: "voltage-low", nodeId: "near" });
    expect(outcome.notes.join("\n")).toContain("voltage of node near");
  });
});
