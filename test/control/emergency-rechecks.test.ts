/** A price of the emergency pile is worked out in a while and accepted in another: what changed meanwhile counts. */
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/domain/units.js";
import { emergencyStage, type EmergencyStage } from "./emergency-stage.js";

/** The driver of an accepted price comes, charges for some minutes, and leaves. */
const charge = async ({ fast }: EmergencyStage, idToken: string, minutes: number): Promise<number> => {
  const beforeKwh = fast.drawnKwh();
  await fast.plugIn(idToken, 60);
  await fast.pass(minutes);
  await fast.unplug();
  await fast.pass(1);
  return fast.drawnKwh() - beforeKwh;
};

describe("a price is not kept where meanwhile", () => {
  const reserve = ({ h }: EmergencyStage) =>
    h.control.command("fast", {
      kind: "reserve",
      reservationId: 7,
      evseId: 1,
      idToken: "officer",
      expiresMs: h.clock.now() + HOUR_MS,
    });
  const goAway = async ({ h }: EmergencyStage) =>
    h.control.report({ kind: "disconnected", stationId: "fast", atMs: h.clock.now() });

  it.each([
    ["the station went away", goAway, "emergency.station-away"],
    ["a car of another card was plugged in", ({ fast }) => fast.plugIn("other", 60), "emergency.occupied"],
    ["an operator reserved the pile", reserve, "reservation.conflict"],
  ] satisfies [string, (stage: EmergencyStage) => Promise<unknown>, string][])(
    "%s",
    async (_, happens, code) => {
      const stage = await emergencyStage();
      await expect(stage.quote("ya", () => happens(stage))).rejects.toMatchObject({ code });
      expect(stage.uses()).toEqual([]);
    },
  );

  it("another driver accepted a price that was told before", async () => {
    const stage = await emergencyStage();
    const { use } = await stage.quote("bo");
    const asked = stage.quote("ya", () => stage.accept(use.id));
    await expect(asked).rejects.toMatchObject({ code: "emergency.taken" });
    expect(stage.uses()).toMatchObject([{ id: use.id, status: "accepted" }]);
  });

  it("the driver has used up the day", async () => {
    const stage = await emergencyStage({ terms: { mostUsesPerDay: 1 } });
    const { use } = await stage.quote("ya");
    const asked = stage.quote("ya", async () => {
      await stage.accept(use.id);
      await charge(stage, "ya", 3);
    });
    await expect(asked).rejects.toMatchObject({ code: "emergency.used-up" });
    expect(stage.uses()).toMatchObject([{ id: use.id, status: "over" }]);
  });
});

describe("what a driver takes counts in the day", () => {
  it("where it was taken while the next price was worked out", async () => {
    const stage = await emergencyStage();
    const first = await stage.quote("ya");
    let tookKwh = 0;
    const { use, mostCost } = await stage.quote("ya", async () => {
      await stage.accept(first.use.id);
      tookKwh = await charge(stage, "ya", 3);
    });
    expect(tookKwh).toBeGreaterThan(1.2);
    expect(use.energyKwh).toBeCloseTo(5 - tookKwh, 2);
    expect(mostCost).toBeCloseTo(use.energyKwh * (0.5 + 1.5), 9);
  });

  it("bounds a price that was told before", async () => {
    const stage = await emergencyStage();
    const [first, second] = [await stage.quote("ya"), await stage.quote("ya")];
    expect(second.use.energyKwh).toBe(4);
    await stage.accept(first.use.id);
    const tookKwh = await charge(stage, "ya", 3);
    expect(tookKwh).toBeGreaterThan(1.2);
    expect((await stage.accept(second.use.id)).energyKwh).toBeCloseTo(5 - tookKwh, 2);
  });

  it("leaves nothing of a price that was told before", async () => {
    const stage = await emergencyStage({ terms: { mostKwhPerDay: 1.7 } });
    const [first, second] = [await stage.quote("ya"), await stage.quote("ya")];
    await stage.accept(first.use.id);
    expect(await charge(stage, "ya", 3)).toBeGreaterThan(1.2);
    await expect(stage.accept(second.use.id)).rejects.toMatchObject({ code: "emergency.used-up" });
  });
});
