import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf } from "./harness.js";
import { available, bookingWish, EMERGENCY, kindsTo, OWNER } from "./lent-stage.js";
import { virtualPile } from "./shared-pile.js";

const flat = (kw: number) => Array.from({ length: 96 }, () => kw);

describe("a neighbour's pile", () => {
  const site = communityOf([stationOf("n1", { owner: OWNER })]);
  const start = async (kept = {}) => {
    const h = await harnessOf(site, await policyByName("least-laxity", 20_000), kept);
    const pile = virtualPile(h, "n1");
    available(h, "n1");
    await pile.pass(1);
    return { h, pile };
  };
  const wish = bookingWish;

  it("is refused with the reason, asked of its owner, held at the begin, and left at the end", async () => {
    const { h, pile } = await start();
    const { sharing } = h.control;
    await expect(sharing.book("community", wish(0.5, 2))).rejects.toMatchObject({ code: "booking.not-free" });
    await expect(sharing.book("community", wish(2, 1))).rejects.toMatchObject({ code: "booking.window" });
    // Case does not matter, as the standard has it.
    await pile.plugIn("OWNER-card", 50);
    await pile.pass(1);
    await expect(sharing.book("community", wish(1, 3))).rejects.toMatchObject({
      code: "booking.owner-needs-pile",
    });
    await pile.unplug();
    const asked = await sharing.book("community", wish(1, 3));
    expect(asked).toMatchObject({ status: "asked", pricePerKwh: 0.9 });
    expect(asked).not.toHaveProperty("idToken");
    await expect(sharing.book("community", wish(3, 4))).rejects.toMatchObject({ code: "booking.overlap" });
    await sharing.answerBooking("community", asked.id, true);
    await pile.pass(16);
    const planned = h.cycles.at(-1)?.problem.sessions.find(({ id }) => id === `booking:${asked.id}`);
    expect(planned).toMatchObject({ targetKwh: 7, nodeId: "n1/1" });
    expect(h.cycles.at(-1)?.problem.horizon.startsMs[planned?.firstSlot ?? 0]).toBe(asked.fromMs);
    await pile.pass(40);
    expect(pile.heldFor()).toBeNull();
    await pile.pass(5);
    expect(pile.heldFor()).toBe("bo-card");
    await pile.plugIn("BO-CARD", 50);
    await pile.pass(130);
    expect(pile.drawnKwh()).toBeGreaterThan(6);
    expect(pile.powerKw()).toBe(0);
    await pile.unplug();
    await pile.pass(1);
    expect(sharing.view("community").lent[0]?.bookings[0]?.status).toBe("over");
    expect(kindsTo(h, "Bo")).toEqual([
      "booking-confirmed",
      "booking-begins",
      "please-unplug",
      "booking-over",
    ]);
    expect(kindsTo(h, "owner")).toEqual(["booking-asked", "booking-over"]);
  });

  it("is its owner's when the owner comes home, after notice, over a restart", async () => {
    const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments() };
    const { h, pile } = await start(kept);
    const { id } = await h.control.sharing.book("community", wish(1, 4));
    await h.control.sharing.answerBooking("community", id, true);
    const later = await h.control.sharing.book("community", wish(4.5, 5));
    await pile.pass(60);
    await pile.plugIn("bo-card", 50);
    await pile.pass(10);
    await h.control.stop();
    const again = await harnessOf(site, await policyByName("least-laxity", 20_000), {
      ...kept,
      clock: h.clock,
    });
    connect(again, "n1");
    const moved = pile.movedTo(again);
    await moved.pass(1);
    const { sharing } = again.control;
    const changed = await sharing.ownerReturns(
      "community",
      { stationId: "n1", evseId: 1 },
      wish(5, 5).fromMs,
    );
    const endsMs = again.clock.now() + 30 * MINUTE_MS;
    expect(changed.find((one) => one.id === id)).toMatchObject({ status: "running", toMs: endsMs });
    expect(changed.find((one) => one.id === later.id)?.status).toBe("cancelled");
    await moved.pass(31);
    expect(moved.powerKw()).toBe(0);
    expect(kindsTo(again, "Bo")).toEqual(["booking-ends-early", "booking-cancelled", "please-unplug"]);
  });

  it("is missed by who does not come, and the owner's car there goes before a booking", async () => {
    const { h, pile } = await start();
    const first = await h.control.sharing.book("community", wish(1, 2));
    await h.control.sharing.answerBooking("community", first.id, true);
    const second = await h.control.sharing.book("community", wish(2.5, 3));
    await h.control.sharing.answerBooking("community", second.id, true);
    await pile.pass(80);
    expect(pile.heldFor()).toBeNull();
    await pile.plugIn("Owner-Card", 2);
    await pile.pass(80);
    const [missed, cancelled] = h.control.sharing.view("community").lent[0]?.bookings ?? [];
    expect([missed?.status, cancelled?.status]).toEqual(["missed", "cancelled"]);
    expect(cancelled?.why).toMatch(/owner's car/);
  });
});

describe("the emergency pile", () => {
  /** 30 kW of a 100 kW transformer are left: less than the piles together. */
  const site = communityOf(
    [
      stationOf("fast", { phases: 3, maxA: 63, emergency: EMERGENCY }),
      stationOf("p1", { phases: 3, maxA: 32 }),
    ],
    { baseProfileKw: flat(68), baseMarginShare: 0.02 },
  );
  const FAST_KW = (3 * 220 * 63) / 1000;
  const start = async (kept = {}) => {
    const h = await harnessOf(site, await policyByName("optimizer", 20_000), { horizonSlots: 25, ...kept });
    const [fast, p1] = [virtualPile(h, "fast"), virtualPile(h, "p1")];
    for (const id of ["fast", "p1"]) available(h, id);
    await fast.pass(1);
    return { h, fast, p1 };
  };
  const wish = (energyKwh: number, idToken = "ya-card") => ({
    stationId: "fast",
    evseId: 1,
    driver: "Ya",
    idToken,
    energyKwh,
    minutes: 60,
  });
  const both = async (
    fast: ReturnType<typeof virtualPile>,
    p1: ReturnType<typeof virtualPile>,
    minutes: number,
  ) => {
    let mostKw = 0;
    for (let minute = 0; minute < minutes; minute++) {
      await fast.pass(1);
      await p1.read();
      mostKw = Math.max(mostKw, fast.powerKw() + p1.powerKw());
    }
    return mostKw;
  };

  it("gives nothing before its price is accepted, then all that limits leave, bounded, and tells who waits", async () => {
    const { h, fast, p1 } = await start();
    await p1.plugIn("p1-card", 60);
    await both(fast, p1, 5);
    expect(p1.powerKw()).toBeGreaterThan(20);
    await fast.plugIn("YA-CARD", 60);
    await both(fast, p1, 10);
    expect(fast.drawnKwh()).toBe(0);
    const quote = await h.control.sharing.quoteEmergency("community", wish(40));
    expect(quote.use).toMatchObject({ status: "quoted", energyKwh: 12, minutes: 30, surchargePerKwh: 1.5 });
    expect(quote.tariffPerKwh).toBeCloseTo(0.5, 6);
    expect(quote.mostCost).toBeCloseTo(12 * 2, 6);
    expect(quote.expectedKwh).toBeCloseTo(12, 0);
    expect(quote.waits).toHaveLength(1);
    expect(quote.waits[0]?.laterKwh).toBeGreaterThan(1);
    await h.control.sharing.acceptEmergency("community", quote.use.id);
    const mostKw = await both(fast, p1, 32);
    expect(mostKw).toBeGreaterThan(25);
    expect(mostKw).toBeLessThanOrEqual(100 - 68 * 1.02 + 1e-6);
    expect(mostKw).toBeLessThan(FAST_KW);
    expect(fast.drawnKwh()).toBeGreaterThan(11);
    expect(fast.drawnKwh()).toBeLessThan(12.5);
    expect(fast.powerKw()).toBe(0);
    expect(p1.powerKw()).toBeGreaterThan(20);
    const use = h.control.sharing.view("community").emergency[0]?.uses.find(({ id }) => id === quote.use.id);
    expect(use?.status).toBe("over");
    expect(use?.surchargeDue).toBeCloseTo((use?.deliveredKwh ?? 0) * 1.5, 6);
    const rest = await h.control.sharing.quoteEmergency("community", wish(40, "Ya-Card"));
    expect(rest.use.energyKwh).toBeCloseTo(15 - (use?.deliveredKwh ?? 0), 6);
  });

  it("says of a car that no price is accepted for it, not that it has all, but while one is, over a restart", async () => {
    const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments() };
    const { h, fast } = await start(kept);
    const reasonAt = (at: Harness) => at.control.stations()[0]?.reason.key;
    await fast.plugIn("ya-card", 60);
    await fast.pass(5);
    expect(reasonAt(h)).toBe("price-not-accepted");
    await h.control.stop();
    const policy = await policyByName("optimizer", 20_000);
    const again = await harnessOf(site, policy, { ...kept, clock: h.clock, horizonSlots: 25 });
    connect(again, "fast");
    const moved = fast.movedTo(again);
    await moved.pass(2);
    expect(reasonAt(again)).toBe("price-not-accepted");
    const { use } = await again.control.sharing.quoteEmergency("community", wish(5));
    await again.control.sharing.acceptEmergency("community", use.id);
    await moved.pass(2);
    expect(reasonAt(again)).toBe("emergency-use");
    await moved.pass(30);
    expect(moved.drawnKwh()).toBeGreaterThan(4.5);
    expect(reasonAt(again)).toBe("price-not-accepted");
  });

  it("has no price, and none that can be accepted, while its station is away", async () => {
    const { h, fast } = await start();
    const { sharing } = h.control;
    const { use } = await sharing.quoteEmergency("community", wish(5));
    h.control.report({ kind: "disconnected", stationId: "fast", atMs: h.clock.now() });
    const code = "emergency.station-away";
    await expect(sharing.quoteEmergency("community", wish(5, "other"))).rejects.toMatchObject({
      code,
      place: "body.stationId",
    });
    await expect(sharing.acceptEmergency("community", use.id)).rejects.toMatchObject({
      code,
      place: "params.use",
    });
    expect(sharing.view("community").emergency[0]?.uses).toMatchObject([{ id: use.id, status: "quoted" }]);
    connect(h, "fast");
    expect(await sharing.acceptEmergency("community", use.id)).toMatchObject({ status: "accepted" });
    await fast.pass(1);
    expect(fast.heldFor()).toBe("ya-card");
  });

  it("is said to be occupied, not taken, where a car stands that may not charge", async () => {
    const { h, fast } = await start();
    const { use } = await h.control.sharing.quoteEmergency("community", wish(5));
    await fast.plugIn("other", 60);
    await fast.pass(1);
    const { sharing } = h.control;
    const refused = { code: "emergency.occupied" };
    await expect(sharing.quoteEmergency("community", wish(5))).rejects.toMatchObject(refused);
    await expect(sharing.acceptEmergency("community", use.id)).rejects.toMatchObject(refused);
    const own = await sharing.quoteEmergency("community", wish(5, "Other"));
    await sharing.acceptEmergency("community", own.use.id);
    const taken = { code: "emergency.taken" };
    await expect(sharing.quoteEmergency("community", wish(5))).rejects.toMatchObject(taken);
  });

  it("has a price for a stay that is shorter than a slot of the plan", async () => {
    const { h } = await start();
    const quote = await h.control.sharing.quoteEmergency("community", { ...wish(5), minutes: 5 });
    expect(quote.tariffPerKwh).toBeCloseTo(0.5, 6);
    expect(quote.mostCost).toBeCloseTo(quote.use.energyKwh * 2, 6);
  });

  it("has no price, and keeps none, where no meter bills it", async () => {
    const unbilled = communityOf([stationOf("fast", { emergency: EMERGENCY })], { meteringPoints: [] });
    const h = await harnessOf(unbilled, await policyByName("least-laxity", 20_000));
    available(h, "fast");
    await h.run(MINUTE_MS);
    await expect(h.control.sharing.quoteEmergency("community", wish(5))).rejects.toMatchObject({
      code: "emergency.price-unknown",
    });
    expect(h.control.sharing.view("community").emergency[0]?.uses).toEqual([]);
  });

  it("is held for who accepted, expires unused, and is one driver's at a time", async () => {
    const { h, fast } = await start();
    const { use } = await h.control.sharing.quoteEmergency("community", wish(5));
    await h.control.sharing.acceptEmergency("community", use.id);
    await fast.pass(1);
    expect(fast.heldFor()).toBe("ya-card");
    await expect(h.control.sharing.quoteEmergency("community", wish(5, "other"))).rejects.toMatchObject({
      code: "emergency.taken",
    });
    await fast.pass(11);
    expect(fast.heldFor()).toBeNull();
    expect(kindsTo(h, "Ya")).toEqual(["emergency-held", "emergency-expired"]);
    const late = await h.control.sharing.quoteEmergency("community", wish(5));
    await fast.pass(6);
    await expect(h.control.sharing.acceptEmergency("community", late.use.id)).rejects.toMatchObject({
      code: "emergency.expired",
    });
  });
});
