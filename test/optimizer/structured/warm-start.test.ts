import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { siteDay } from "../../../bench/site-day.js";
import type { Problem } from "../../../src/domain/problem.js";
import type { WarmStart } from "../../../src/domain/warm-start.js";
import { type Split, solveSplit } from "../../../src/optimizer/solvers/structured/fleet/solve.js";
import { changesArb, slotLater } from "../moved.js";
import { problemArb, SMALL } from "../problems.js";
import { scaleOf, TOLERANCE } from "../solving.js";

const TIME_LIMIT_MS = 60_000;
const inTime = (): number => TIME_LIMIT_MS;

const remembered = (problem: Problem): WarmStart | null => {
  let kept: WarmStart | null = null;
  solveSplit(problem, inTime, "threads", { onWarmStart: (warmStart) => (kept = warmStart) });
  return kept;
};

const begun = (problem: Problem, warmStart?: WarmStart): Split | null =>
  solveSplit(problem, inTime, "threads", { warmStart });

/** A solve from a snapshot ends as one that begins anew; true: it did begin from the snapshot. */
const endsAlike = (problem: Problem, warmStart: WarmStart): boolean => {
  const [warm, anew] = [begun(problem, warmStart), begun(problem)];
  if (anew === null) return false;
  expect(warm).not.toBeNull();
  if (anew.outcome.status === "optimal") expect(warm?.outcome.status).toBe("optimal");
  if (warm === null || anew.outcome.status !== "optimal") return false;
  const { objective } = anew.outcome;
  expect(Math.abs(warm.outcome.objective - objective)).toBeLessThan(TOLERANCE * scaleOf(objective));
  return warm.isWarm;
};

/** Only cars that the kernels know. */
const ofFleet = (problem: Problem): Problem => ({
  ...problem,
  sessions: problem.sessions.map((session) => ({ ...session, taper: null, maxDischargeKwh: null })),
  storages: [],
  swapStations: [],
});

const powersOf = ({ point, network }: Split): number[] => {
  return [...point.above, ...point.y, ...network.kept.above];
};

test.each([
  { runs: 150, least: 90, shape: { ...SMALL, maxSessions: 6, maxSlots: 10 } },
  { runs: 25, least: 10, shape: { ...SMALL, maxSessions: 16, maxSlots: 40 } },
  { runs: 60, least: 30, shape: { ...SMALL, maxSlots: 8, oddPrices: true, flattening: true } },
])(
  "a solve from the last ends as one anew, on $runs random problems of $shape a slot later",
  ({ runs, least, shape }) => {
    let warm = 0;
    fc.assert(
      fc.property(problemArb(shape), changesArb, (drawn, changes) => {
        const problem = ofFleet(drawn);
        const kept = problem.horizon.startsMs.length < 2 ? null : remembered(problem);
        if (kept !== null && endsAlike(slotLater(problem, changes), kept)) warm++;
      }),
      { numRuns: runs },
    );
    expect(warm).toBeGreaterThanOrEqual(least);
  },
);

describe("of a site's day", () => {
  const day = siteDay(20, 1);
  const kept = remembered(day)!;
  const next = slotLater(day, []);

  test("the same snapshot, kept as text meanwhile or not, gives the same to the last bit", () => {
    const copy = JSON.parse(JSON.stringify(kept)) as WarmStart;
    const [one, other] = [begun(next, kept)!, begun(next, copy)!];
    expect(one.isWarm).toBe(true);
    expect(powersOf(other)).toEqual(powersOf(one));
    expect(other.outcome).toEqual(one.outcome);
  });

  test("takes far fewer iterations", () => {
    let [warm, anew] = [0, 0];
    for (const seed of [1, 2, 3, 4, 5]) {
      const before = siteDay(60, seed);
      const after = slotLater(before, []);
      warm += begun(after, remembered(before)!)!.outcome.iterations;
      anew += begun(after)!.outcome.iterations;
    }
    expect(warm).toBeLessThan(0.7 * anew);
  });

  test.each([
    ["other nodes", { ...kept, rows: kept.rows.map((row) => ({ ...row, id: "elsewhere" })) }],
    ["other cars", { ...kept, sessions: kept.sessions.map((car) => ({ ...car, id: `${car.id}-gone` })) }],
    ["another day", { ...kept, startsMs: kept.startsMs.map((ms) => ms + 9e8), endMs: kept.endMs + 9e8 }],
    ["no cars", { ...kept, sessions: [] }],
  ])("a snapshot of %s is not begun from", (_, other) => {
    const split = begun(next, other)!;
    expect(split.isWarm).toBe(false);
    expect(powersOf(split)).toEqual(powersOf(begun(next)!));
  });

  /** Numbers no solve ever leaves, and things that are none. */
  const oddArb = fc.constantFrom(
    Number.NaN,
    Infinity,
    -Infinity,
    1e300,
    1e8,
    -1e8,
    -1,
    0,
    1e-300,
    null,
    "1",
    {},
  );
  const spoil = (value: unknown, odds: readonly unknown[], count: { next: number }): unknown => {
    if (Array.isArray(value)) return value.map((own) => spoil(own, odds, count));
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(
        Object.entries(value).map(([key, own]) => [key, key === "id" ? own : spoil(own, odds, count)]),
      );
    const odd = odds[count.next++ % odds.length];
    return odd === undefined ? value : odd;
  };

  test("whatever its numbers are, a snapshot breaks nothing", () => {
    const oddsArb = fc.array(fc.option(oddArb, { nil: undefined, freq: 60 }), {
      minLength: 97,
      maxLength: 997,
    });
    fc.assert(
      fc.property(oddsArb, (odds) => {
        endsAlike(next, spoil(kept, odds, { next: 0 }) as WarmStart);
      }),
      { numRuns: 40 },
    );
  });

  test("a snapshot that comes to no numbers half-way leaves nothing behind", () => {
    const problem = siteDay(6);
    const own = remembered(problem);
    if (own === null) throw new Error("nothing was remembered");
    const sessions = own.sessions.map((car, index) =>
      index === 4 ? { ...car, worthPerKwh: car.worthPerKwh.map(() => 1e9) } : car,
    );
    const split = begun(problem, { ...own, product: 1e-9, sessions })!;
    expect(split.isWarm).toBe(false);
    expect(powersOf(split)).toEqual(powersOf(begun(problem)!));
  });

  test.each([
    ["prices", 1e6],
    ["prices", -1],
    ["powers", 1e6],
    ["powers", -1],
    ["product", 1e9],
    ["product", 1e-9],
  ] as const)("%s times %f end alike", (what, factor) => {
    const times = (own: readonly number[]): number[] => own.map((value) => value * factor);
    endsAlike(next, {
      ...kept,
      product: kept.product * (what === "product" ? factor : 1),
      sessions: kept.sessions.map((car) =>
        what === "powers"
          ? { ...car, chargeKw: times(car.chargeKw), dischargeKw: times(car.dischargeKw) }
          : car,
      ),
      rows: kept.rows.map((row) =>
        what === "prices"
          ? { ...row, dual: row.dual.map((own) => (own === null ? null : own * factor)) }
          : row,
      ),
    });
  });
});
