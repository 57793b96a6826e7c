import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { dualBound, type Multipliers, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem, problemArb, SMALL } from "./problems.js";

const anyArb = fc.oneof(problemArb(), problemArb({ ...SMALL, flattening: true }));

interface Powers {
  chargeKw: number[][];
  dischargeKw: number[][];
  curtailedKw: number[][];
}

const powers = (charge: number[], discharge: number[] = [0, 0, 0, 0]): Powers => ({
  chargeKw: [charge],
  dischargeKw: [discharge],
  curtailedKw: [[0, 0, 0, 0]],
});

const places = (problem: Problem, given: Powers, semiContinuous = false): string[] =>
  verify(problem, given, { semiContinuous }).violations.map(({ place }) => place);

describe("a planted violation is found", () => {
  const site = plainProblem();

  test("none where there is none", () => {
    expect(places(site, powers([0, 2, 7, 0]), true)).toEqual([]);
  });

  test.each<[string, Powers, string]>([
    ["charge above the port", powers([0, 0, 7.1, 0]), "sessions[0].chargeKw[2]"],
    ["charge below zero", powers([0, 0, -0.1, 0]), "sessions[0].chargeKw[2]"],
    ["discharge above the port", powers([0, 0, 0, 0], [7.1, 0, 0, 0]), "sessions[0].dischargeKw[0]"],
    ["both directions", powers([2, 0, 0, 0], [2, 0, 0, 0]), "sessions[0].direction[0]"],
    ["not a number", powers([0, Number.NaN, 0, 0]), "sessions[0].chargeKw[1]"],
    ["a missing slot", powers([0, 0, 0]), "sessions[0].chargeKw[3]"],
    ["power from nowhere", powers([0, 0, 0, 0], [7, 7, 7, 7]), "nodes[0].exportLimitKw[0]"],
    ["more given back than may be", powers([0, 0, 0, 0], [0, 3, 0, 0]), "nodes[0].dischargeLimitKw[1]"],
  ])("%s", (_, given, place) => {
    const problem = {
      ...site,
      nodes: site.nodes.map((node) => ({
        ...node,
        exportLimitKw: [1, 1, 1, 1],
        dischargeLimitKw: [null, 2, 2, 2],
      })),
    };
    expect(places(problem, given)).toContain(place);
  });

  test("power between 0 and the minimum, only when it must be semi-continuous", () => {
    expect(places(site, powers([0, 0, 1.2, 0]), true)).toEqual(["sessions[0].chargeKw[2] minimum"]);
    expect(places(site, powers([0, 0, 1.2, 0]))).toEqual([]);
    expect(places(site, powers([0, 0, 0, 0], [0.5, 0, 0, 0]), true)).toEqual([
      "sessions[0].dischargeKw[0] minimum",
    ]);
  });

  test("charge outside the window", () => {
    const problem = { ...site, sessions: site.sessions.map((car) => ({ ...car, firstSlot: 1, endSlot: 3 })) };
    expect(places(problem, powers([2, 0, 0, 2]))).toEqual([
      "sessions[0].chargeKw[0]",
      "sessions[0].chargeKw[3]",
    ]);
  });

  test("a battery over-full, and one emptied", () => {
    const full = { ...site, sessions: site.sessions.map((car) => ({ ...car, initialKwh: 19.9 })) };
    expect(places(full, powers([7, 0, 0, 0]))).toContain("sessions[0].energyKwh[1]");
    const empty = { ...site, sessions: site.sessions.map((car) => ({ ...car, initialKwh: 0.1 })) };
    expect(places(empty, powers([0, 0, 0, 0], [7, 0, 0, 0]))).toContain("sessions[0].energyKwh[1]");
  });

  test("more energy taken than may be", () => {
    const problem = { ...site, sessions: site.sessions.map((car) => ({ ...car, maxDischargeKwh: 1 })) };
    expect(places(problem, powers([0, 0, 0, 0], [2, 2, 0, 0]))).toEqual([]);
    expect(places(problem, powers([0, 0, 0, 0], [2, 2.1, 0, 0]))).toEqual(["sessions[0].maxDischargeKwh"]);
  });

  test("charge above the taper", () => {
    const taper = { interceptKw: 10, slopeKwPerKwh: 0.5 };
    const problem = { ...site, sessions: site.sessions.map((car) => ({ ...car, taper })) };
    expect(places(problem, powers([6, 0, 0, 0]))).toEqual([]);
    expect(places(problem, powers([6.1, 0, 0, 0]))).toEqual(["sessions[0].chargeKw[0]"]);
  });

  test("an import limit, a fail-safe row and too much curtailment", () => {
    const tight = {
      ...site,
      nodes: site.nodes.map((node) => ({
        ...node,
        importLimitKw: [6, 6, 6, 6],
        failsafe: { headroomKw: [9, 3, 9, 9] },
      })),
    };
    expect(places(tight, powers([4, 3, 0, 0]))).toEqual([]);
    expect(places(tight, powers([4.1, 3.1, 0, 0]))).toEqual([
      "nodes[0].importLimitKw[0]",
      "nodes[0].failsafe[1]",
    ]);
    const curtailed = { ...powers([0, 0, 0, 0]), curtailedKw: [[0, 1, 0, 0]] };
    expect(places(site, curtailed)).toEqual(["nodes[0].curtailedKw[1]"]);
  });

  test("none where PV behind an export limit cannot relieve an import limit above", () => {
    const roof = {
      ...plainProblem().nodes[0]!,
      id: "roof",
      parentId: "site",
      importLimitKw: null,
      exportLimitKw: [2, 2, 2, 2],
      baseKw: [0, 0, 0, 0],
      pvKw: [6, 6, 6, 6],
    };
    const nodes = [
      ...site.nodes.map((node) => ({ ...node, importLimitKw: [3, 3, 3, 3], baseKw: [10, 10, 10, 10] })),
      roof,
    ];
    const rest = { chargeKw: [[0, 0, 0, 0]], dischargeKw: [[0, 0, 0, 0]] };
    const seen = verify({ ...site, nodes }, rest, { semiContinuous: true });
    expect(seen.violations).toEqual([]);
    expect(seen.curtailedKw[1]).toEqual([4, 4, 4, 4]);
    expect(seen.overKw[0]).toEqual([5, 5, 5, 5]);
  });

  test("a limit that base load alone breaks is reported, and may not be made worse", () => {
    const heavy = { ...site, nodes: site.nodes.map((node) => ({ ...node, importLimitKw: [1, 20, 20, 20] })) };
    const still = verify(heavy, powers([0, 0, 0, 0]), { semiContinuous: true });
    expect(still.maxViolation).toBe(0);
    expect(still.overKw).toEqual([[1, 0, 0, 0]]);
    expect(places(heavy, powers([2, 0, 0, 0]))).toEqual(["nodes[0].importLimitKw[0]"]);
    expect(verify(heavy, powers([0, 0, 0, 0], [1, 0, 0, 0]), { semiContinuous: true }).overKw[0]?.[0]).toBe(
      0,
    );
  });
});

describe("money", () => {
  test("is what a hand calculation gives", () => {
    const problem = plainProblem();
    const seen = verify(problem, powers([0, 0, 4, 0], [3, 0, 0, 0]), { semiContinuous: true });
    // Slot 0: 2 − 3 = −1 kW sold at 0.1; slots 1–3: 2, 6 and 2 kW bought at 0.5, 0.2 and 0.8.
    const energy = (-1 * 0.1 + 2 * 0.5 + 6 * 0.2 + 2 * 0.8) / 4;
    const wear = (3 / 4) * 0.1;
    expect(seen.moneyCost).toBeCloseTo(energy + wear, 12);
    const atDeparture = 8 - 3 / 4 / 0.9 + (4 / 4) * 0.9;
    const shortfall = ((10 - atDeparture) * 100 * 2) / 2;
    const time = (4 / 4) * 0.001 * 0.5;
    expect(seen.shortfallKwh[0]).toBeCloseTo(10 - atDeparture, 12);
    expect(seen.objective).toBeCloseTo(energy + wear + shortfall + time, 9);
  });

  test("counts net power by its square where a curve is flattened", () => {
    const plain = plainProblem();
    const nodes = plain.nodes.map((node) => ({ ...node, flatteningPerKw2h: 0.02 }));
    const given = powers([0, 0, 4, 0], [3, 0, 0, 0]);
    const [flattened, linear] = [{ ...plain, nodes }, plain].map((problem) =>
      verify(problem, given, { semiContinuous: true }),
    );
    // Net power −1, 2, 6 and 2 kW, a quarter of an hour each.
    const squares = ((1 + 4 + 36 + 4) * 0.02) / 4;
    expect((flattened?.objective ?? NaN) - (linear?.objective ?? NaN)).toBeCloseTo(squares, 12);
    expect(flattened?.moneyCost).toBe(linear?.moneyCost);
  });

  test("curtailment is chosen as well as the solver chooses it", async () => {
    const highs = await solverByName("highs");
    await fc.assert(
      fc.asyncProperty(anyArb, async (problem) => {
        const { chargeKw, dischargeKw, curtailedKw } = await highs.solve(problem, { timeLimitMs: 10_000 });
        const given = verify(
          problem,
          { chargeKw, dischargeKw, curtailedKw },
          { semiContinuous: false },
        ).objective;
        const chosen = verify(problem, { chargeKw, dischargeKw }, { semiContinuous: false }).objective;
        // Exact while no more than one price of power is in doubt, and without squares; near it otherwise.
        const prices = problem.meteringPoints.reduce(
          (count, { demandCharge }) =>
            count + Number(demandCharge !== null) + Number(problem.weights.peak > 0),
          0,
        );
        const isExact = prices <= 1 && problem.nodes.every((node) => node.flatteningPerKw2h === 0);
        expect(chosen).toBeLessThanOrEqual(given + (isExact ? 1e-6 : 0.02) * Math.max(1, Math.abs(given)));
      }),
      { numRuns: 25 },
    );
  });
});

const shaken = (multipliers: Multipliers, by: (value: number) => number): Multipliers => {
  const rows = (series: readonly (readonly number[])[]): number[][] => series.map((row) => row.map(by));
  return {
    nodePricePerKwh: rows(multipliers.nodePricePerKwh),
    importLimitPerKwh: rows(multipliers.importLimitPerKwh),
    exportLimitPerKwh: rows(multipliers.exportLimitPerKwh),
    failsafePerKwh: rows(multipliers.failsafePerKwh),
    dischargeLimitPerKwh: rows(multipliers.dischargeLimitPerKwh),
    lowVoltagePerKwh: rows(multipliers.lowVoltagePerKwh),
    highVoltagePerKwh: rows(multipliers.highVoltagePerKwh),
    phaseLimitPerKwh: multipliers.phaseLimitPerKwh.map(rows),
    meteringPerKwh: rows(multipliers.meteringPerKwh),
    demandPerKwh: rows(multipliers.demandPerKwh),
    peakPerKwh: rows(multipliers.peakPerKwh),
    targetPerKwh: rows(multipliers.targetPerKwh),
    paymentPerKwh: rows(multipliers.paymentPerKwh),
    sessions: multipliers.sessions.map((own) => ({
      batteryPerKwh: own.batteryPerKwh.map(by),
      terminalPerKwh: by(own.terminalPerKwh),
      dischargeTotalPerKwh: by(own.dischargeTotalPerKwh),
      reservePerKwh: own.reservePerKwh.map(by),
      lagPerKwh: own.lagPerKwh.map(by),
      taperPerKwh: own.taperPerKwh.map(by),
    })),
  };
};

describe("dual bound", () => {
  test("holds for any multipliers whatever", async () => {
    const highs = await solverByName("highs");
    await fc.assert(
      fc.asyncProperty(
        anyArb,
        fc.infiniteStream(fc.integer({ min: -20, max: 20 })),
        async (problem, noise) => {
          const { objective, multipliers } = await highs.solve(problem, { timeLimitMs: 10_000 });
          if (objective === null || multipliers === null) throw new Error("no plan");
          const wrong = shaken(multipliers, (value) => value + (noise.next().value ?? 0) / 10);
          const bound = dualBound(problem, wrong);
          expect(bound).toBeLessThanOrEqual(objective + 1e-6 * Math.max(1, Math.abs(objective)));
          expect(bound).toBeLessThanOrEqual(
            dualBound(problem, multipliers) + 1e-6 * Math.max(1, Math.abs(objective)),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});
