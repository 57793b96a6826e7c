/** What a use of the emergency pile costs, how many prices are worked out at once, and what is due in the end. */
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../src/domain/units.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { emergencyStage } from "./emergency-stage.js";

describe("the dearest price of a stay that begins at 17:01 and may be 15 minutes late", () => {
  const risingAt = (minute: number) => (atMs: number) => (atMs < EVENING_MS + minute * MINUTE_MS ? 0.4 : 0.9);

  it.each([
    { plan: "a day", slots: 97, riseMinute: 30, tariff: 0.9, most: 0.9 },
    { plan: "a day", slots: 97, riseMinute: 45, tariff: 0.4, most: 0.9 },
    { plan: "a day", slots: 97, riseMinute: 60, tariff: 0.4, most: 0.4 },
    { plan: "half an hour", slots: 2, riseMinute: 30, tariff: 0.9, most: 0.9 },
    { plan: "half an hour", slots: 2, riseMinute: 45, tariff: 0.4, most: 0.9 },
    { plan: "half an hour", slots: 2, riseMinute: 60, tariff: 0.4, most: 0.4 },
  ])(
    "with a plan of $plan that gives nothing and a rise at minute $riseMinute is $tariff, at most $most",
    async ({ slots, riseMinute, tariff, most }) => {
      const kept = { pricePerKwh: risingAt(riseMinute), horizonSlots: slots };
      const stage = await emergencyStage({ powerKw: 0, kept });
      const { use, tariffPerKwh, mostCost, expectedKwh } = await stage.quote("ya");
      expect(expectedKwh).toBe(0);
      expect(tariffPerKwh).toBe(tariff);
      expect(mostCost).toBeCloseTo(use.energyKwh * (most + 1.5), 9);
    },
  );
});

describe("prices that are asked for at once", () => {
  const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

  it("are worked out one after the other, five of a site at most, and the rest is refused", async () => {
    let [now, most] = [0, 0];
    const during = async (): Promise<void> => {
      most = Math.max(most, ++now);
      await turn();
      now--;
    };
    const stage = await emergencyStage({ during });
    const asked = await Promise.allSettled(
      Array.from({ length: 50 }, (_, one) => stage.quote(`card-${one}`)),
    );
    expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    const refused = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(refused).toHaveLength(45);
    for (const reason of refused) expect(reason).toMatchObject({ code: "emergency.too-many", status: 429 });
    expect(most).toBe(1);
    expect(stage.uses()).toHaveLength(5);
    expect((await stage.quote("later")).use.status).toBe("quoted");
  });

  it("let the event loop turn between any two plans, so that stations are answered", async () => {
    const seen: string[] = [];
    const stage = await emergencyStage({ during: async () => void seen.push("plan") });
    seen.length = 0;
    let isAsked = true;
    const tick = (): void => {
      seen.push("-");
      if (isAsked) setImmediate(tick);
    };
    setImmediate(tick);
    await Promise.all(["an", "bo", "cy"].map((card) => stage.quote(card)));
    isAsked = false;
    expect(seen.filter((what) => what === "plan")).toHaveLength(6);
    expect(seen.join(" ")).not.toContain("plan plan");
  });

  it("count as under way for who waits until all is done", async () => {
    const stage = await emergencyStage();
    const asked = stage.quote("ya");
    expect(stage.h.control.idle()).toBe(false);
    await asked;
    await turn();
    expect(stage.h.control.idle()).toBe(true);
  });
});

it("a use in which the pile could not give what is worth one has no price and is none of the day's", async () => {
  const stage = await emergencyStage({ terms: { mostMinutesPerUse: 0.5 } });
  await expect(stage.quote("ya")).rejects.toMatchObject({ code: "emergency.too-little" });
  expect(stage.uses()).toEqual([]);
});

it("no surcharge is due for what a pile gives above what was quoted, and that is said", async () => {
  const stage = await emergencyStage();
  const { h, fast } = stage;
  const { use } = await stage.quote("ya");
  await stage.accept(use.id);
  await fast.plugIn("ya", 60);
  await h.run(10 * MINUTE_MS);
  const at = { stationId: "fast", evseId: 1, atMs: h.clock.now() };
  const sample = { atMs: at.atMs, powerKw: 39, importedWh: 6_500, exportedWh: null, socPercent: null };
  const message = { transactionId: "tx-fast-1", seqNo: 1, stationTimeMs: at.atMs };
  await h.control.record({ kind: "transaction-updated", ...at, ...message, sample });
  await h.run(MINUTE_MS);
  expect(stage.uses()).toMatchObject([
    { status: "over", energyKwh: 4, deliveredKwh: 6.5, surchargeDue: 6, beyondQuoteKwh: 2.5 },
  ]);
  const told = h.control.sharing.notices.of("community", { afterId: 0, to: "ya", limit: 9 });
  expect(told.find(({ kind }) => kind === "emergency-over")?.text).toBe(
    "6.50 kWh taken, 6.00 due above the tariff, nothing for 2.50 kWh above what was quoted: please unplug",
  );
});
