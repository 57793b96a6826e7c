import { describe, expect, it } from "vitest";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Policy } from "../../src/control/contract.js";
import { connect, flatPolicy, harnessOf } from "./harness.js";
import {
  MINUTE,
  of,
  PILE,
  play,
  type Played,
  powers,
  row,
  schedules,
  siteOf,
  STUBBORN,
  V2G,
} from "./v2g-play.js";

/** Once; after that the last plan stands. */
const once = (powerKw: number): Policy => {
  let plan: PlanOutcome | null = null;
  return {
    name: "once",
    plan: async (problem: Problem) => {
      plan ??= problem.sessions.length > 0 ? await flatPolicy(powerKw).plan(problem) : null;
      return plan ?? (await flatPolicy(0).plan(problem));
    },
  };
};

describe("the safety floor of a 2.1 station", () => {
  it("is a default, a profile for priority charging that a fuse bears, and no plan", async () => {
    const strict = await play(siteOf("strict"), STUBBORN);
    expect(of(strict.asked, "default")).toHaveLength(1);
    expect(powers(of(strict.asked, "priority"))).toEqual([0]);
    const graced = await play(siteOf("graced"), STUBBORN);
    expect(powers(of(graced.asked, "priority"))).toEqual(powers(of(graced.asked, "default")));
    expect(Math.max(...powers(of(graced.asked, "priority")))).toBeCloseTo(1.32);
  });

  it("bounds a station by the limit of a node of its own", async () => {
    const site = siteOf("graced");
    const own = { ...site.nodes[1]!, id: "pile-1", parentId: "piles", importLimitKw: 5 };
    const stations = [{ ...PILE, nodeId: "pile-1" }];
    const { asked } = await play({ ...site, nodes: [...site.nodes, own], stations }, STUBBORN);
    const [maximum, ...others] = of(asked, "maximum");
    expect(maximum).toMatchObject({ evseId: 0, transactionId: null });
    expect(powers([maximum!])[0]).toBeCloseTo(5, 1);
    expect(others).toEqual([]);
    expect(of((await play(siteOf("graced"), STUBBORN)).asked, "maximum")).toEqual([]);
  });

  it("is left to the default where the station knows no more", async () => {
    const { asked } = await play(siteOf("graced"), STUBBORN, {
      rateUnit: "A",
      maxPeriods: 24,
      maxStackLevel: 8,
      dischargeSetpoint: false,
    });
    expect(new Set(schedules(asked).map(({ purpose }) => purpose))).toEqual(new Set(["default", "session"]));
  });

  it("is not told where a station takes no profiles at all", async () => {
    const { asked } = await play(siteOf("graced"), STUBBORN, { ...V2G, noProfiles: true });
    expect(of(asked, "default")).toHaveLength(0);
    const { asked: others } = await play(siteOf("graced"), STUBBORN);
    expect(of(others, "default")).toHaveLength(1);
  });

  it("is told once, and a default that was refused not again for an hour either", async () => {
    const harness = await harnessOf(siteOf("graced"), STUBBORN);
    const told: number[] = [];
    let takes = false;
    harness.answer = (_, command) => {
      const isDefault = command.kind === "set-schedule" && command.schedule.purpose === "default";
      if (isDefault) told.push(harness.clock.now());
      return isDefault && !takes ? { status: "rejected", detail: "no" } : { status: "accepted" };
    };
    connect(harness, "p1");
    await harness.run(30 * MINUTE);
    expect(told).toHaveLength(1);
    takes = true;
    await harness.run(90 * MINUTE);
    expect(told.slice(1).map((atMs) => atMs - told[0]! >= 60 * MINUTE)).toEqual([true]);
  });

  it("is told once, and a refused part not again for an hour", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    const { harness, asked } = played;
    harness.answer = (_, command) => {
      asked.push(command);
      const refused = command.kind === "set-schedule" && command.schedule.purpose === "priority";
      return refused ? { status: "rejected", detail: "no" } : { status: "accepted" };
    };
    await harness.run(30 * MINUTE);
    expect(of(asked, "priority")).toHaveLength(1);
    played.tell({ kind: "booted", vendor: "v", model: "m" });
    await harness.run(50 * MINUTE);
    expect(of(asked, "priority")).toHaveLength(2);
    await harness.run(30 * MINUTE);
    expect(of(asked, "priority")).toHaveLength(3);
  });
});

describe("between two plans", () => {
  it("an excess is corrected at once, and the car is let back when there is room", async () => {
    const played = await play(siteOf("graced"), once(7));
    await played.measure(22);
    const [first] = of(played.asked, "correction");
    expect(powers([first!])[0]).toBeLessThan(5.2);
    expect(row(played).correctedKw).toBeCloseTo(powers([first!])[0]!);
    expect(first!.endMs - first!.startMs).toBe(150_000);
    await played.harness.run(MINUTE);
    await played.measure(10);
    const told = of(played.asked, "correction");
    expect(powers(told).at(-1)).toBeCloseTo(7, 1);
    expect(played.asked.filter(({ kind }) => kind === "update-schedule")).toHaveLength(told.length - 1);
  });

  it("nothing is corrected below the limit, or where the station takes no corrections", async () => {
    const calm = await play(siteOf("graced"), once(7));
    await calm.measure(19);
    expect(of(calm.asked, "correction")).toEqual([]);
    const { dynamicProfiles: _, ...older } = V2G;
    const plain = await play(siteOf("graced"), once(7), older);
    await plain.measure(30);
    expect(of(plain.asked, "correction")).toEqual([]);
    const flat = await play(siteOf("graced"), once(7), { ...V2G, maxStackLevel: 0 });
    await flat.measure(30);
    expect(of(flat.asked, "correction")).toEqual([]);
  });

  it("a station is told no more often than it takes", async () => {
    const played = await play(siteOf("graced"), once(7), { ...V2G, updateRateLimitS: 90 });
    await played.measure(21);
    await played.measure(24);
    expect(of(played.asked, "correction")).toEqual([]);
    await played.harness.run(2 * MINUTE);
    await played.measure(24);
    expect(of(played.asked, "correction")).toHaveLength(1);
    expect(of(played.asked, "correction")[0]!.endMs - of(played.asked, "correction")[0]!.startMs).toBe(
      300_000,
    );
  });

  it("a correction that nobody refreshes is over, and the plan's schedule stands", async () => {
    const played = await play(siteOf("graced"), once(7));
    await played.measure(22);
    await played.harness.run(3 * MINUTE);
    expect(row(played).correctedKw).toBeUndefined();
    expect(played.harness.control.presentCorrection("p1", 1)).toBeNull();
  });

  it("one that is pulled has the same value and lasts as long again", async () => {
    const played = await play(siteOf("graced"), once(7));
    await played.measure(22);
    await played.harness.run(MINUTE);
    const pulled = played.harness.control.presentCorrection("p1", 1);
    expect(powers([pulled!])).toEqual(powers(of(played.asked, "correction").slice(-1)));
    expect(pulled!.endMs).toBe(played.harness.clock.now() + 150_000);
    expect(played.harness.control.presentCorrection("nobody", 1)).toBeNull();
  });

  it("a new schedule takes the correction of the one before away", async () => {
    let powerKw = 7;
    const moody: Policy = { name: "moody", plan: (problem) => flatPolicy(powerKw).plan(problem) };
    const played = await play(siteOf("graced"), moody);
    await played.measure(22);
    expect(row(played).correctedKw).toBeDefined();
    powerKw = 3;
    played.tell({ kind: "capabilities", capabilities: V2G });
    await played.harness.run(5_000);
    expect(played.asked.at(-1)).toEqual({ kind: "clear-schedule", evseId: 1, purpose: "correction" });
    expect(row(played).correctedKw).toBeUndefined();
  });

  it("a station that lost its dynamic profile is told a whole one next", async () => {
    const played = await play(siteOf("graced"), once(7));
    await played.measure(22);
    const { harness, asked } = played;
    const accepted = harness.answer;
    harness.answer = (id, command) =>
      command.kind === "update-schedule"
        ? { status: "rejected", detail: "no such profile" }
        : accepted(id, command);
    await harness.run(20_000);
    await played.measure(26);
    await harness.run(20_000);
    await played.measure(26);
    const kinds = asked
      .filter((command) => "schedule" in command && command.schedule.purpose === "correction")
      .map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "set-schedule").length).toBeGreaterThan(1);
  });
});

describe("a driver who charges at once", () => {
  const press = (played: Played, active: boolean): Promise<void> => {
    played.tell({ kind: "priority", evseId: 1, transactionId: "tx-p1", active });
    return played.harness.run(5_000);
  };

  it("at the station leaves V2G in plan and views, and the station is told the plan as priority", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    await press(played, true);
    expect(row(played)).toMatchObject({ hasPriority: true, session: { chargeNow: true } });
    expect(played.harness.cycles.at(-1)?.problem.sessions).toMatchObject([
      { urgency: "now", maxDischargeKw: 0 },
    ]);
    const along = of(played.asked, "priority").at(-1)!;
    expect(along.transactionId).toBe("tx-p1");
    expect(powers([along])).toEqual(powers(of(played.asked, "session").slice(-1)));
    await press(played, false);
    expect(row(played).session?.chargeNow).toBe(false);
    expect(row(played).hasPriority).toBeUndefined();
    expect(of(played.asked, "priority").at(-1)!.transactionId).toBeNull();
  });

  it("of another transaction, or told again, changes nothing", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    played.tell({ kind: "priority", evseId: 1, transactionId: "tx-old", active: true });
    await played.harness.run(5_000);
    expect(row(played).session?.chargeNow).toBe(false);
    await press(played, true);
    const before = played.asked.length;
    await press(played, true);
    expect(played.asked.slice(before).filter(({ kind }) => kind === "use-priority")).toEqual([]);
    expect(row(played).session?.chargeNow).toBe(true);
  });

  it("by our own page has the station show it too", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    const sessionId = row(played).session!.id;
    await played.harness.control.chargeNow(sessionId, true);
    await played.harness.run(5_000);
    expect(played.asked).toContainEqual({ kind: "use-priority", transactionId: "tx-p1", on: true });
    expect(row(played).hasPriority).toBe(true);
    await played.harness.control.chargeNow(sessionId, false);
    await played.harness.run(5_000);
    expect(played.asked).toContainEqual({ kind: "use-priority", transactionId: "tx-p1", on: false });
  });

  it("is served by the plan alone where the station has no profile for it", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    const accepted = played.harness.answer;
    played.harness.answer = (id, command) =>
      command.kind === "use-priority" ? { status: "rejected", detail: "NoProfile" } : accepted(id, command);
    await played.harness.control.chargeNow(row(played).session!.id, true);
    await played.harness.run(5_000);
    expect(row(played)).toMatchObject({ session: { chargeNow: true } });
    expect(row(played).hasPriority).toBeUndefined();
  });
});
