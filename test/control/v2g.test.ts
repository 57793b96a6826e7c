import { describe, expect, it } from "vitest";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Policy } from "../../src/control/contract.js";
import type { StationCommand } from "../../src/domain/command.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
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

  it("a car on one phase of a pile in amperes is corrected in what it draws, and never above the plan", async () => {
    const pile = { ...PILE, evses: [{ ...PILE.evses[0]!, phases: 3 as const, maxDischargeKw: 0 }] };
    const site = { ...siteOf("graced"), stations: [pile] };
    const played = await play(site, once(11), { ...V2G, dischargeSetpoint: false });
    const { harness, asked } = played;
    const [held] = of(asked, "session").at(-1)!.periods;
    await harness.run(MINUTE);
    const seen = { atMs: harness.clock.now(), importedWh: 1_000, exportedWh: null, socPercent: null };
    played.tell({ kind: "sampled", evseId: 1, sample: { ...seen, powerKw: held!.powerKw / 3 } });
    await harness.run(MINUTE);
    await played.measure(21.1);
    const [first] = of(asked, "correction");
    expect(first!.unit).toBe("A");
    expect(first!.periods[0]!.value).toBeCloseTo(held!.value - 1_100 / 220, 0);
    await played.measure(24);
    await harness.run(30_000);
    await played.measure(2);
    const values = of(asked, "correction").map(({ periods }) => periods[0]!.value);
    expect(values.length).toBeGreaterThan(1);
    expect(Math.max(...values)).toBeLessThanOrEqual(held!.value);
  });

  it("what the site's meter has seen of a correction is not counted again while the car's own is old", async () => {
    const played = await play(siteOf("graced"), once(7));
    const { harness, asked } = played;
    const seen = { atMs: harness.clock.now(), importedWh: 1_000, exportedWh: null, socPercent: null };
    played.tell({ kind: "sampled", evseId: 1, sample: { ...seen, powerKw: 7 } });
    await harness.run(5_000);
    for (let look = 0; look < 6; look++) {
      const told = schedules(asked).filter(
        ({ purpose }) => purpose === "session" || purpose === "correction",
      );
      await played.measure(16 + powers(told).at(-1)!);
      await harness.run(5_000);
    }
    const told = powers(of(asked, "correction"));
    expect(told.length).toBeGreaterThan(0);
    expect(Math.max(...told)).toBeLessThan(4.6);
    expect(Math.min(...told)).toBeGreaterThan(3);
  });

  it("any number of measurements within the gathering delay are looked at once", async () => {
    const played = await play(siteOf("graced"), once(7));
    const { harness } = played;
    for (let count = 0; count < 5; count++) {
      const atMs = harness.clock.now() + count;
      await harness.control.measure({ siteId: "community", kind: "site-import", powerKw: 22, atMs });
    }
    await harness.run(5_000);
    expect(of(played.asked, "correction")).toHaveLength(1);
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

  it("one that is pulled has the same value for the rest of its time, however often", async () => {
    const played = await play(siteOf("graced"), once(7));
    await played.measure(22);
    const last = of(played.asked, "correction").at(-1)!;
    const pulls = async () => {
      const pulled = played.harness.control.presentCorrection("p1", 1);
      await played.harness.run(20_000);
      return pulled;
    };
    for (let untilMs = last.startMs + 120_000; played.harness.clock.now() < untilMs; ) {
      const atMs = played.harness.clock.now();
      const pulled = await pulls();
      expect(pulled).toMatchObject({ startMs: atMs, endMs: last.endMs });
      expect(powers([pulled!])).toEqual(powers([last]));
    }
    expect(await pulls()).toBeNull();
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

  it("a correction from before a restart of the server is taken away before others count on it", async () => {
    const [ledger, documents] = [createMemoryLedger(), createMemoryDocuments()];
    const before = await play(siteOf("strict"), once(7), V2G, { ledger, documents });
    await before.measure(21.5);
    expect(of(before.asked, "correction")).toHaveLength(1);
    await before.harness.control.stop();
    const { clock } = before.harness;
    const harness = await harnessOf(siteOf("strict"), flatPolicy(0), { ledger, documents, clock });
    const asked: StationCommand[] = [];
    harness.answer = (_, command) => {
      asked.push(command);
      return { status: "accepted" };
    };
    const at = { stationId: "p1", atMs: clock.now() };
    harness.control.report({ ...at, kind: "connected", version: "2.1" });
    harness.control.report({ ...at, kind: "capabilities", capabilities: V2G });
    await harness.run(5_000);
    const session = asked.findIndex(
      (command) => command.kind === "set-schedule" && command.schedule.purpose === "session",
    );
    expect(session).toBeGreaterThanOrEqual(0);
    expect(asked[session + 1]).toEqual({ kind: "clear-schedule", evseId: 1, purpose: "correction" });
    expect(asked.filter(({ kind }) => kind === "clear-schedule")).toHaveLength(1);
  });

  it("a station that refuses a new value may hold the older one still, and is told a whole one next", async () => {
    let powerKw = 7;
    const moody: Policy = { name: "moody", plan: (problem) => flatPolicy(powerKw).plan(problem) };
    const played = await play(siteOf("strict"), moody);
    const { harness, asked } = played;
    harness.answer = (_, command) => {
      asked.push(command);
      return command.kind === "update-schedule"
        ? { status: "rejected", detail: "too soon" }
        : { status: "accepted" };
    };
    await played.measure(21);
    const [first] = powers(of(asked, "correction"));
    await played.measure(22.5);
    expect(asked.at(-1)!.kind).toBe("update-schedule");
    expect(row(played).correctedKw).toBeCloseTo(first!);
    await played.measure(22.5);
    const kinds = asked
      .filter((command) => "schedule" in command && command.schedule.purpose === "correction")
      .map(({ kind }) => kind);
    expect(kinds).toEqual(["set-schedule", "update-schedule", "set-schedule"]);
    powerKw = 0;
    played.tell({ kind: "capabilities", capabilities: V2G });
    await harness.run(5_000);
    expect(asked.at(-1)).toEqual({ kind: "clear-schedule", evseId: 1, purpose: "correction" });
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
