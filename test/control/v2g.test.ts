import { describe, expect, it } from "vitest";
import type { StationCommand } from "../../src/domain/command.js";
import type { FleetEvent, StationCapabilities } from "../../src/domain/fleet.js";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Problem } from "../../src/domain/problem.js";
import type { Schedule } from "../../src/domain/schedule.js";
import type { Site } from "../../src/domain/site.js";
import type { Policy } from "../../src/control/contract.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

const MINUTE = 60_000;
const V2G: StationCapabilities = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 8,
  dischargeSetpoint: true,
  dynamicProfiles: true,
  priorityCharging: true,
  stationMaximum: true,
};
const PILE = stationOf("p1", { maxDischargeKw: 6 });

/** Base load of nothing and a limit of 20 kW, which a transformer bears above for a while. */
const siteOf = (failsafe: "strict" | "graced", change: Partial<Site> = {}): Site => {
  const site = communityOf([PILE], {
    baseProfileKw: Array.from({ length: 96 }, () => 0),
    baseMarginShare: 0,
    ...change,
  });
  const nodes = site.nodes.map((node) =>
    node.id === "transformer"
      ? { ...node, importLimitKw: 20, failsafe, graceS: 120, exportLimitKw: null }
      : node,
  );
  return { ...site, nodes };
};

interface Played {
  readonly harness: Harness;
  readonly asked: StationCommand[];
  tell(event: Record<string, unknown> & Pick<FleetEvent, "kind">): void;
  measure(powerKw: number): Promise<void>;
}

/** A car at a 2.1 station that was told a plan. */
const play = async (site: Site, policy: Policy, capabilities = V2G): Promise<Played> => {
  const harness = await harnessOf(site, policy);
  const asked: StationCommand[] = [];
  harness.answer = (_, command) => {
    asked.push(command);
    return { status: "accepted" };
  };
  const tell: Played["tell"] = (event) =>
    harness.control.report({ stationId: "p1", atMs: harness.clock.now(), ...event } as unknown as FleetEvent);
  tell({ kind: "connected", version: "2.1" });
  tell({ kind: "booted", vendor: "v", model: "m" });
  tell({ kind: "capabilities", capabilities });
  await plugIn(harness, "p1");
  await harness.run(5_000);
  return {
    harness,
    asked,
    tell,
    measure: async (powerKw) => {
      const atMs = harness.clock.now();
      await harness.control.measure({ siteId: "community", kind: "site-import", powerKw, atMs });
      await harness.run(5_000);
    },
  };
};

const schedules = (asked: readonly StationCommand[]): Schedule[] =>
  asked.flatMap((command) =>
    command.kind === "set-schedule" || command.kind === "update-schedule" ? [command.schedule] : [],
  );
const of = (asked: readonly StationCommand[], purpose: Schedule["purpose"]) =>
  schedules(asked).filter((schedule) => schedule.purpose === purpose);
const row = ({ harness }: Played) => harness.control.stations("community")[0]!;
const powers = (all: readonly Schedule[]): number[] => all.map(({ periods }) => periods[0]?.powerKw ?? NaN);

/** Gives every car this power in every slot, whatever is measured. */
const STUBBORN = flatPolicy(7);
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

const NEEDS = {
  departureMs: null,
  energyNeedKwh: 20,
  capacityKwh: 45,
  energyKwh: 15,
  maxChargeKw: 7,
  maxDischargeKw: 6,
  reserveKwh: 0,
  isWindow: true,
  transfers: ["AC_BPT"],
};

describe("what a car tells", () => {
  it("is answered by a schedule within seconds, though it says nothing new", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    const before = of(played.asked, "session").length;
    await played.harness.run(MINUTE);
    expect(of(played.asked, "session")).toHaveLength(before);
    played.tell({ kind: "needs", evseId: 1, needs: NEEDS });
    await played.harness.run(5_000);
    expect(of(played.asked, "session")).toHaveLength(before + 1);
    await played.harness.run(MINUTE);
    expect(of(played.asked, "session")).toHaveLength(before + 1);
  });

  it("as a window alone can be charged and, with consent, discharged; its battery is not shown", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    played.tell({ kind: "needs", evseId: 1, needs: NEEDS });
    const session = row(played).session!;
    await played.harness.control.setPreference(session.id, { dischargeAllowed: true });
    await played.harness.run(5_000);
    expect(played.harness.cycles.at(-1)?.problem.sessions).toMatchObject([
      { maxDischargeKw: 6, capacityKwh: 45, initialKwh: 15, reserveKwh: 0 },
    ]);
    expect(row(played).session?.battery).toBeNull();
    await expect(
      played.harness.control.setPreference(session.id, { targetSocPercent: 80 }),
    ).rejects.toThrow();
  });

  it("lets the station know which transfers the driver allows, as that changes", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    played.tell({ kind: "needs", evseId: 1, needs: NEEDS });
    const { id } = row(played).session!;
    for (const dischargeAllowed of [true, true, false])
      await played.harness.control.setPreference(id, { dischargeAllowed });
    await played.harness.run(5_000);
    const told = played.asked.flatMap((command) =>
      command.kind === "allow-transfers" ? [command.transfers] : [],
    );
    expect(told).toEqual([
      ["AC_single_phase", "AC_three_phase", "AC_BPT"],
      ["AC_single_phase", "AC_three_phase"],
    ]);
  });

  it("of its own schedule is counted where it lies below the plan, and answered where above", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    const { startMs } = played.harness.cycles.at(-1)!.horizon.startsMs.length
      ? { startMs: played.harness.cycles.at(-1)!.horizon.startsMs[1]! }
      : { startMs: 0 };
    const own = (chargeKw: number) => ({
      steps: [{ startMs, chargeKw, dischargeKw: null }],
      endMs: startMs + 15 * MINUTE,
    });
    played.tell({ kind: "car-schedule", evseId: 1, schedule: own(3) });
    await played.harness.run(5_000);
    const { problem } = played.harness.cycles.at(-1)!;
    const node = problem.nodes.find(({ id }) => id === "car:p1/1");
    expect(node?.importLimitKw?.slice(0, 3)).toEqual([null, 3, null]);
    expect(problem.sessions[0]?.nodeId).toBe("car:p1/1");
    const before = of(played.asked, "session").length;
    played.tell({ kind: "car-schedule", evseId: 1, schedule: own(9) });
    await played.harness.run(5_000);
    expect(of(played.asked, "session")).toHaveLength(before + 1);
    expect(played.harness.cycles.at(-1)!.problem.nodes.map(({ id }) => id)).not.toContain("car:p1/1");
  });
});

describe("a limit from outside", () => {
  const limit = (source: string, evseId: number, chargeKw: number | null, dischargeKw: number | null) => ({
    evseId,
    source,
    steps: [{ startMs: 0, chargeKw, dischargeKw }],
    endMs: null,
    sinceMs: 0,
  });
  const bounds = ({ harness }: Played) =>
    harness.cycles
      .at(-1)!
      .problem.nodes.filter(({ id }) => id.startsWith("outside:"))
      .map(({ id, parentId, importLimitKw, dischargeLimitKw }) =>
        [id, parentId, importLimitKw?.[0], dischargeLimitKw?.[0]].join(" "),
      );

  it("stands in the next plan, of the station or an EVSE, and in the views until it is cleared", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    expect(bounds(played)).toEqual([]);
    played.tell({ kind: "outside-limit", limit: limit("EMS", 0, 4, null) });
    played.tell({ kind: "outside-limit", limit: limit("SO", 1, 3, 2) });
    await played.harness.run(5_000);
    expect(bounds(played)).toEqual(["outside:p1 piles 4 ", "outside:p1/1 outside:p1 3 2"]);
    expect(row(played).outsideLimits).toMatchObject([
      { source: "EMS", wholeStation: true, chargeKw: 4 },
      { source: "SO", wholeStation: false, chargeKw: 3, dischargeKw: 2 },
    ]);
    played.tell({ kind: "outside-limit-cleared", limited: { evseId: null, source: "SO" } });
    await played.harness.run(5_000);
    expect(bounds(played)).toEqual(["outside:p1 piles 4 "]);
  });

  it("told again takes the place of the one before, and one without numbers bounds nothing", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    played.tell({ kind: "outside-limit", limit: limit("EMS", 0, 4, null) });
    played.tell({ kind: "outside-limit", limit: limit("EMS", 0, 6, null) });
    played.tell({ kind: "outside-limit", limit: { ...limit("Other", 0, 1, null), steps: null } });
    await played.harness.run(5_000);
    expect(bounds(played)).toEqual(["outside:p1 piles 6 "]);
    expect(row(played).outsideLimits).toHaveLength(2);
  });

  it("is bounded in number whatever a station tells", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    for (let source = 0; source < 100; source += 1)
      played.tell({ kind: "outside-limit", limit: limit(`s${source}`, 0, 4, null) });
    expect(row(played).outsideLimits).toHaveLength(32);
  });

  it("of a DER control is known from its setting on, else discharge is not counted on", async () => {
    const played = await play(siteOf("graced"), STUBBORN);
    const der = (controlId: string, started: boolean, supersededIds: string[] = []) =>
      played.tell({ kind: "der-control", controlId, started, supersededIds });
    der("unknown", true);
    await played.harness.run(5_000);
    expect(bounds(played)).toEqual(["outside:p1 piles  0"]);
    const set = (parameters: Record<string, unknown>, controlId = "half") =>
      played.harness.control.command("p1", {
        kind: "set-der-control",
        controlId,
        controlType: "LimitMaxDischarge",
        isDefault: false,
        parameters,
      });
    await set({ priority: 1, pctMaxDischargePower: 50 });
    der("half", true, ["unknown"]);
    await played.harness.run(5_000);
    expect(bounds(played)).toEqual(["outside:p1 piles  3"]);
    der("half", false);
    await played.harness.run(5_000);
    expect(bounds(played)).toEqual([]);
    await set({ priority: 1, pctMaxDischargePower: 10, startTime: "never" }, "odd");
    expect(row(played).outsideLimits).toBeUndefined();
  });

  it("is the reason that a driver is told", async () => {
    const full = (nodeId: string): Policy => ({
      name: "full",
      plan: async (problem) => {
        const outcome = await flatPolicy(0).plan(problem);
        if (outcome.status === "invalid") return outcome;
        const sessions = outcome.plan.sessions.map((session) => ({
          ...session,
          reasons: session.reasons.map(() => ({ key: "node-full" as const, nodeId, shadowPricePerKwh: 1 })),
        }));
        return { ...outcome, plan: { ...outcome.plan, sessions } };
      },
    });
    expect(row(await play(siteOf("graced"), full("outside:p1/1"))).reason).toEqual({
      key: "limited-from-outside",
      stationId: "p1",
    });
    expect(row(await play(siteOf("graced"), full("car:p1/1"))).reason).toEqual({ key: "limited-by-car" });
    expect(row(await play(siteOf("graced"), full("piles"))).reason).toMatchObject({ key: "node-full" });
  });
});

describe("a signal for frequency restoration", () => {
  it("goes to the stations named, or to all of 2.1, and tells what became of it at each", async () => {
    const { harness, asked } = await play(siteOf("graced"), STUBBORN);
    const forward = { signal: -3, atMs: 5, stationIds: null };
    expect(await harness.control.signalStations("community", forward)).toEqual([
      { stationId: "p1", outcome: { status: "accepted" } },
    ]);
    expect(asked.at(-1)).toEqual({ kind: "afrr-signal", signal: -3, atMs: 5 });
    await expect(
      harness.control.signalStations("community", { ...forward, stationIds: ["p1", "ghost"] }),
    ).rejects.toMatchObject({ code: "not-found.station" });
    await expect(harness.control.signalStations("nowhere", forward)).rejects.toMatchObject({
      code: "not-found.site",
    });
  });
});
