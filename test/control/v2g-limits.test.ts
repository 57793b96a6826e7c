import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/control/contract.js";
import { flatPolicy } from "./harness.js";
import { MINUTE, of, play, type Played, row, siteOf, STUBBORN } from "./v2g-play.js";

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
