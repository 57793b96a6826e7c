import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import {
  dualBound,
  type Multipliers,
  planProblem,
  solverByName,
  type SolverName,
  verify,
} from "../../src/optimizer/index.js";
import type { Choices } from "../../src/optimizer/events/choices.js";
import { withOtherChoices } from "../../src/optimizer/events/other-choices.js";
import { searchEvents } from "../../src/optimizer/events/search.js";
import { allOrNothing, floorShare, payments } from "./drawn-worth.js";
import { NAMED_EVENTS } from "./named-events.js";
import { problemArb, SMALL } from "./problems.js";
import { check, poweredIn, RULES, scaleOf, solve, TOLERANCE } from "./solving.js";

const named = (name: string): Problem => {
  const found = NAMED_EVENTS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no problem is called ${name}`);
  return found.problem;
};

/** A problem with up to three payments that are all or nothing, at the same nodes and times or others. */
const withEvents = problemArb({ ...SMALL, maxSessions: 3, maxSlots: 5 }).chain((problem) =>
  fc
    .record({
      drawn: fc.array(payments(problem.horizon.startsMs.length), { minLength: 2, maxLength: 5 }),
      share: floorShare(),
    })
    .map(({ drawn, share }) => {
      const several = drawn.flat().map((payment, index) => ({ ...payment, id: `event-${index}` }));
      const whole = allOrNothing({ ...problem, payments: several, share: share ?? 0.5 });
      return { ...whole, payments: whole.payments.filter(({ floorKw }) => floorKw !== null).slice(0, 3) };
    }),
);

/** Every event taken up whose bit is set, as a limit of its node, the others without a baseline: by hand. */
const chosen = (problem: Problem, bits: number): Problem => {
  const isTaken = (index: number): boolean => ((bits >> index) & 1) === 1;
  const heldKw = (nodeId: string, slot: number): number =>
    problem.payments.reduce((least, payment, index) => {
      const baselineKw = payment.baselineKw[slot] ?? null;
      const holds = isTaken(index) && payment.nodeId === nodeId && baselineKw !== null;
      return holds ? Math.min(least, baselineKw - (payment.floorKw ?? 0)) : least;
    }, Infinity);
  return {
    ...problem,
    nodes: problem.nodes.map((node) => ({
      ...node,
      importLimitKw: problem.horizon.startsMs.map((_, slot) => {
        const most = Math.min(node.importLimitKw?.[slot] ?? Infinity, heldKw(node.id, slot));
        // No export limit can be broken: an event that asks for that is out of reach.
        const kw = Math.max(most, -(node.exportLimitKw?.[slot] ?? Infinity));
        return kw === Infinity ? null : kw;
      }),
    })),
    payments: problem.payments.map((payment, index) => ({
      ...payment,
      floorKw: null,
      baselineKw: payment.baselineKw.map((kw) => (isTaken(index) ? kw : null)),
    })),
  };
};

/** The best of all choices, each solved on its own and judged as a plan of the problem that is asked. */
const bestOfAll = async (name: SolverName, problem: Problem): Promise<number> => {
  let best = Infinity;
  for (let bits = 0; bits < 2 ** problem.payments.length; bits++) {
    const seen = check(problem, await solve(name, chosen(problem, bits)));
    if (seen.maxViolation < TOLERANCE) best = Math.min(best, seen.objective);
  }
  return best;
};

/** Multipliers of a plan that takes every event up, what their floors cost counted as what their kWh are worth. */
const takenUpAtAnyPrice = async (problem: Problem): Promise<Multipliers | null> => {
  const { multipliers } = await solve("highs", chosen(problem, 2 ** problem.payments.length - 1));
  // No plan takes them all up.
  if (multipliers === null) return null;
  const nodes = problem.payments.map(({ nodeId }) => problem.nodes.findIndex(({ id }) => id === nodeId));
  return {
    ...multipliers,
    paymentPerKwh: multipliers.paymentPerKwh.map((prices, index) =>
      prices.map((price, slot) => price + (multipliers.importLimitPerKwh[nodes[index] ?? -1]?.[slot] ?? 0)),
    ),
  };
};

describe("events that are all or nothing", () => {
  test.each([
    ["structured", 60],
    ["highs", 60],
    ["simplex", 25],
  ] as const)("are decided by %s as well as by trying all choices", async (name, numRuns) => {
    await fc.assert(
      fc.asyncProperty(withEvents, async (problem) => {
        const result = await solve(name, problem);
        const seen = check(problem, result);
        const best = await bestOfAll(name, problem);
        const slack = 2 * TOLERANCE * scaleOf(best);
        expect(result.status).toBe("optimal");
        expect(Math.abs(seen.objective - best)).toBeLessThan(slack);
        expect(result.bound ?? NaN).toBeLessThan(best + slack);
        expect(result.bound ?? NaN).toBeGreaterThan(best - slack);
        if (result.multipliers !== null)
          expect(dualBound(problem, result.multipliers)).toBeLessThan(best + slack);
      }),
      { numRuns },
    );
  });

  it("have no bound above their best plan, though the multipliers are those of another", async () => {
    const letBe = named("all or nothing, let be");
    // All taken up costs 5.06, as these multipliers would prove if nothing could be let be.
    const dear = await takenUpAtAnyPrice(letBe);
    expect(dear === null ? NaN : dualBound(letBe, dear)).toBeLessThan(4.68);
    await fc.assert(
      fc.asyncProperty(withEvents, async (problem) => {
        const best = await bestOfAll("highs", problem);
        const multipliers = await takenUpAtAnyPrice(problem);
        const bound = multipliers === null ? -Infinity : dualBound(problem, multipliers);
        expect(bound).toBeLessThan(best + 2 * TOLERANCE * scaleOf(best));
      }),
      { numRuns: 60 },
    );
  });

  it("are told of as they are verified, and no bound is above what another choice or a rule costs", async () => {
    const options = {
      solver: await solverByName("structured"),
      fallback: await solverByName("least-laxity"),
      timeLimitMs: 20_000,
    };
    await fc.assert(
      fc.asyncProperty(withEvents, async (problem) => {
        const outcome = await planProblem({ ...problem, swapStations: [] }, options);
        if (outcome.status === "invalid") throw new Error("invalid");
        const { plan, notes } = outcome;
        const asked = { ...problem, swapStations: [] };
        const seen = verify(asked, poweredIn(plan), { semiContinuous: true });
        const told = (plan.events ?? []).map(({ letBe, paid }) => ({ isPaid: letBe === null, paid }));
        expect(told).toEqual(seen.events.map(({ isPaid, paid }) => ({ isPaid, paid })));
        expect(notes.filter((note) => note.includes("let be"))).toHaveLength(
          told.filter(({ isPaid }) => !isPaid).length,
        );
        const { bound } = plan.certificate.sent;
        for (const rule of RULES) {
          const other = verify(asked, await solve(rule, asked), { semiContinuous: true });
          if (other.maxViolation > TOLERANCE) continue;
          expect(bound ?? -Infinity).toBeLessThan(other.objective + TOLERANCE * scaleOf(other.objective));
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** What `verify` finds due for a car that charges so, less what it costs without the event. */
const dueFor = (charge: readonly number[]): number => {
  const problem = named("all or nothing, taken up");
  const powers = { chargeKw: [charge], dischargeKw: [charge.map(() => 0)] };
  const costOf = (paid: Problem["payments"]): number =>
    verify({ ...problem, payments: paid }, powers, { semiContinuous: true }).moneyCost;
  return costOf(problem.payments) - costOf([]);
};

describe("verify pays", () => {
  it("for all of an event whose floor is reached in every slot, as far as each goes", () => {
    expect(dueFor([1, 1, 6])).toBeCloseTo(-0.16 * 8, 12);
    expect(dueFor([0, 1, 6])).toBeCloseTo(-0.16 * 9, 12);
  });

  it("nothing of one that is missed in one slot, and asks nothing for what is above the baseline", () => {
    expect(dueFor([0, 1.01, 6])).toBeCloseTo(0, 12);
    expect(dueFor([6, 0, 0])).toBeCloseTo(0, 12);
  });

  it("for an event that PV is not curtailed for, and the other way round, whichever is cheaper", () => {
    const problem = named("all or nothing, taken up");
    const priced = (buy: number): Problem => ({
      ...problem,
      nodes: problem.nodes.map((node) => ({ ...node, pvKw: [3, 3, 0] })),
      meteringPoints: problem.meteringPoints.map((meter) => ({
        ...meter,
        buyPricePerKwh: [buy, buy, 0.5],
        sellPricePerKwh: [buy, buy, 0.4],
      })),
    });
    const powers = { chargeKw: [[2, 2, 2]], dischargeKw: [[0, 0, 0]] };
    const curtailedAt = (buy: number): unknown =>
      verify(priced(buy), powers, { semiContinuous: true }).curtailedKw[0];
    // Without it a net power of 1 kW, of which 6 kW are reduced and 5 paid: 1 kW costs nothing, the next 0.16, and
    // the third one all of 1.28.
    expect(curtailedAt(-0.1)).toEqual([1, 1, 0]);
    expect(curtailedAt(-0.2)).toEqual([2, 2, 0]);
    expect(curtailedAt(-2)).toEqual([3, 3, 0]);
  });
});

describe("an event that is let be", () => {
  const planOf = async (problem: Problem) => {
    const outcome = await planProblem(problem, {
      solver: await solverByName("highs"),
      fallback: await solverByName("least-laxity"),
      timeLimitMs: 20_000,
    });
    if (outcome.status === "invalid") throw new Error("invalid");
    return outcome;
  };

  it("says what it would cost", async () => {
    const { plan, notes } = await planOf(named("all or nothing, let be"));
    expect(plan.events).toEqual([
      {
        eventId: "event",
        floorKw: 4,
        leastReductionKw: expect.closeTo(-1, 6),
        reducedKwh: expect.closeTo(2, 6),
        paid: 0,
        letBe: { key: "dearer", byAtLeast: expect.closeTo(1.18 - 0.8, 6) },
      },
    ]);
    expect(notes.join()).toContain("event event: let be");
  });

  it("says that no plan reaches it", async () => {
    const problem = named("all or nothing, taken up");
    const baselineKw = [5, 5, null];
    const { plan } = await planOf({
      ...problem,
      payments: problem.payments.map((payment) => ({ ...payment, baselineKw })),
    });
    expect(plan.events?.map(({ letBe }) => letBe)).toEqual([{ key: "out-of-reach" }]);
  });

  it("says so as well where an export limit above its node stands against it, and is proven", async () => {
    const problem = named("all or nothing, taken up");
    const [site] = problem.nodes;
    if (site === undefined) throw new Error("no node");
    // Of 4 kW that would have to leave the roof, base load takes 2 and the car 1; none may leave the site.
    const roof = { ...site, id: "roof", parentId: "site", baseKw: [0, 0, 0], pvKw: [5, 5, 5] };
    const { plan, status } = await planOf({
      ...problem,
      nodes: [{ ...site, exportLimitKw: [0, 0, 0] }, roof],
      sessions: problem.sessions.map((car) => ({ ...car, maxChargeKw: 1 })),
      payments: problem.payments.map((payment) => ({
        ...payment,
        nodeId: "roof",
        baselineKw: [0, 0, null],
      })),
    });
    expect(plan.events?.map(({ letBe }) => letBe)).toEqual([{ key: "out-of-reach" }]);
    expect(status).toBe("optimal");
  });

  it("and one that is taken up is what a car waits for", async () => {
    const { plan } = await planOf(named("all or nothing, taken up"));
    expect(plan.events?.map(({ paid, letBe }) => ({ paid, letBe }))).toEqual([
      { paid: expect.closeTo(1.28, 6), letBe: null },
    ]);
    expect(plan.sessions[0]?.reasons[0]?.key).toMatch(/charging|demand-response-event/);
  });
});

describe("the search", () => {
  /** An objective of each choice of events; the bound of what is undecided is that of the best choice within, or below. */
  const searched = async (costs: readonly number[], below: readonly number[]) => {
    const events = [...Array(Math.log2(costs.length)).keys()];
    const bitsOf = (paid: ReadonlySet<number>): number => [...paid].reduce((bits, one) => bits + 2 ** one, 0);
    const within = (choices: Choices): number[] =>
      [...costs.keys()].filter((bits) =>
        [...choices].every(([event, choice]) => ((bits >> event) & 1) === (choice === "taken-up" ? 1 : 0)),
      );
    const found = await searchEvents({
      events,
      first: new Map(),
      isLate: () => false,
      relax: async (choices) => {
        const all = within(choices);
        const paid = new Set(events.filter((event) => choices.get(event) === "taken-up"));
        const least = Math.min(...all.map((bits) => costs[bits] ?? NaN));
        const bound = all.length === 1 ? least : least - (below[all.length % below.length] ?? 0);
        return { objective: costs[bitsOf(paid)] ?? NaN, paid, bound, proven: bound };
      },
    });
    return { best: found.best?.objective ?? NaN, bound: Math.min(...found.ends.map(({ bound }) => bound)) };
  };
  const cost = fc.integer({ min: 0, max: 100 });

  test.each([1, 2, 3, 4])("finds the best of all choices of %d events, and proves it", async (count) => {
    const all = fc.array(cost, { minLength: 2 ** count, maxLength: 2 ** count });
    await fc.assert(
      fc.asyncProperty(all, fc.array(cost, { minLength: 1 }), async (costs, below) => {
        const { best, bound } = await searched(costs, below);
        expect(best).toBe(Math.min(...costs));
        expect(bound).toBeGreaterThanOrEqual(best - 1e-6 * scaleOf(best));
      }),
    );
  });

  it("of more events ends all the same, with a bound that is none too high", async () => {
    const all = fc.array(cost, { minLength: 2 ** 7, maxLength: 2 ** 7 });
    await fc.assert(
      fc.asyncProperty(all, fc.array(cost, { minLength: 1 }), async (costs, below) => {
        const { best, bound } = await searched(costs, below);
        expect(best).toBeGreaterThanOrEqual(Math.min(...costs));
        expect(bound).toBeLessThanOrEqual(Math.min(...costs));
      }),
    );
  });
});

describe("a plan that misses the floor of an event which it makes for", () => {
  const asked = named("all or nothing, taken up");
  const sendOf = (charge: readonly number[]) => {
    const powers = { chargeKw: [charge], dischargeKw: [charge.map(() => 0)] };
    return { powers, sent: verify(asked, powers, { semiContinuous: true }) };
  };
  const planned = async (cheaper: readonly number[]) => {
    const result = await solve("highs", asked);
    const narrow: Problem[] = [];
    const found = await withOtherChoices(
      asked,
      { result, best: sendOf([1.5, 0.5, 6]) },
      {
        plan: async (problem) => {
          narrow.push(problem);
          return { result, best: sendOf(cheaper) };
        },
        isBetter: (next, best) => next.sent.objective < best.sent.objective,
        isLate: () => false,
      },
    );
    return {
      charge: found.best.powers.chargeKw[0],
      baselines: narrow.map((one) => one.payments[0]?.baselineKw),
    };
  };

  it("is planned without it, and the cheaper plan is kept", async () => {
    const without = [[null, null, null]];
    expect(await planned([6, 2, 0])).toEqual({ charge: [6, 2, 0], baselines: without });
    expect(await planned([0, 0, 2])).toEqual({ charge: [1.5, 0.5, 6], baselines: without });
  });
});
