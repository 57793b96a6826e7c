/** A car at a lent pile that is none of the owner's and has no booking in force. */
import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import type { OwnerTerms } from "../../src/domain/sharing.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf } from "./harness.js";
import { available, bookingWish, kindsTo, OWNER } from "./lent-stage.js";
import { virtualPile } from "./shared-pile.js";

const start = async (change: Partial<OwnerTerms> = {}, kept = {}) => {
  const site = communityOf([
    stationOf("n1", { owner: { ...OWNER, consent: "always", ...change } }),
    stationOf("own"),
  ]);
  const h = await harnessOf(site, await policyByName("least-laxity", 20_000), kept);
  const [pile, own] = [virtualPile(h, "n1"), virtualPile(h, "own")];
  for (const id of ["n1", "own"]) available(h, id);
  await pile.pass(1);
  return { h, site, pile, own, sharing: h.control.sharing };
};
const reasonOf = (h: Harness): string | undefined => h.control.stations()[0]?.reason.key;
const plannedOf = (h: Harness) => h.control.stations()[0]?.plannedKw;
const lentOf = (h: Harness) => h.control.stations().map(({ lent }) => lent);
const PLACE = { stationId: "n1", evseId: 1 };

describe("a car without a booking at a neighbour's pile", () => {
  it("gets nothing where its booking was not granted; owner, operator and driver are told once, over a restart", async () => {
    const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments() };
    const { h, site, pile, own, sharing } = await start({ consent: "ask" }, kept);
    await sharing.book("community", bookingWish(1, 2));
    await pile.pass(61);
    expect(sharing.view("community").lent[0]?.bookings[0]?.status).toBe("cancelled");
    await pile.plugIn("Bo-Card", 50);
    await own.plugIn("bo-card", 50);
    for (let minute = 0; minute < 20; minute++) {
      await pile.pass(1);
      await own.read();
    }
    expect(pile.drawnKwh()).toBe(0);
    expect(own.powerKw()).toBeGreaterThan(6);
    expect([reasonOf(h), plannedOf(h)]).toEqual(["not-booked", 0]);
    expect(kindsTo(h, "owner")).toEqual(["booking-asked", "booking-cancelled", "not-booked"]);
    expect(kindsTo(h, "operator")).toEqual(["not-booked"]);
    expect(kindsTo(h, "Bo")).toEqual(["booking-cancelled", "not-booked"]);
    await h.control.stop();
    const policy = await policyByName("least-laxity", 20_000);
    const again = await harnessOf(site, policy, { ...kept, clock: h.clock });
    connect(again, "n1");
    const moved = pile.movedTo(again);
    await moved.pass(5);
    expect([reasonOf(again), moved.drawnKwh()]).toEqual(["not-booked", 0]);
    expect(kindsTo(again, "owner")).toEqual([]);
  });

  it("is asked to unplug when the owner comes home, whose own car then charges as ever", async () => {
    const { h, pile, sharing } = await start();
    await pile.plugIn("stranger", 50);
    await pile.pass(2);
    for (let times = 0; times < 2; times++)
      await sharing.ownerReturns("community", PLACE, bookingWish(5, 5).fromMs);
    await pile.pass(1);
    expect(kindsTo(h, "operator")).toEqual(["not-booked", "please-unplug"]);
    await pile.unplug();
    await pile.plugIn("OWNER-card", 50);
    await pile.pass(5);
    expect(pile.powerKw()).toBeGreaterThan(6);
    expect(kindsTo(h, "owner")).toEqual(["not-booked"]);
  });

  it("gets power from when its booking can begin, or is made", async () => {
    const { h, pile, sharing } = await start();
    const { toMs } = await sharing.book("community", bookingWish(1, 2));
    await pile.pass(30);
    expect(lentOf(h)).toEqual([{ booking: null, isOpen: false }, undefined]);
    await pile.plugIn("bo-card", 50);
    await pile.pass(15);
    expect([reasonOf(h), pile.drawnKwh()]).toEqual(["not-booked", 0]);
    await pile.pass(15);
    expect(pile.powerKw()).toBeGreaterThan(6);
    expect(lentOf(h)).toEqual([{ booking: { driver: "Bo", untilMs: toMs }, isOpen: false }, undefined]);
    await pile.unplug();
    await pile.pass(70);
    await pile.plugIn("cy-card", 50);
    await pile.pass(2);
    expect([reasonOf(h), pile.powerKw()]).toEqual(["not-booked", 0]);
    const fromMs = h.clock.now();
    const wish = { ...bookingWish(0, 4), driver: "Cy", idToken: "cy-card", fromMs };
    await sharing.book("community", wish);
    await pile.pass(2);
    expect(pile.powerKw()).toBeGreaterThan(6);
  });

  it("is none that comes back within the time that it has booked, but for the owner's notice", async () => {
    const { h, pile, sharing } = await start();
    await sharing.book("community", bookingWish(1, 4));
    await pile.pass(60);
    for (let errands = 0; errands < 2; errands++) {
      await pile.plugIn("bo-card", 50);
      await pile.pass(10);
      expect(pile.powerKw()).toBeGreaterThan(6);
      await pile.unplug();
      await pile.pass(5);
    }
    await sharing.ownerReturns("community", PLACE, bookingWish(5, 5).fromMs);
    await pile.pass(30);
    await pile.plugIn("bo-card", 50);
    await pile.pass(5);
    expect([reasonOf(h), pile.powerKw()]).toEqual(["not-booked", 0]);
  });

  it("does not come back to a time that another has booked since", async () => {
    const { h, pile, sharing } = await start();
    await sharing.book("community", bookingWish(1, 4));
    await pile.pass(60);
    await pile.plugIn("bo-card", 50);
    await pile.pass(2);
    await pile.unplug();
    await pile.pass(1);
    await sharing.book("community", { ...bookingWish(2, 3), driver: "Cy", idToken: "cy-card" });
    await pile.plugIn("bo-card", 50);
    await pile.pass(5);
    expect([reasonOf(h), pile.powerKw()]).toEqual(["not-booked", 0]);
  });

  it("charges where the community wants that, until the owner's notice is over", async () => {
    const { h, pile, sharing } = await start({ withoutBooking: "charge" });
    await pile.plugIn("stranger", 50);
    await pile.pass(5);
    expect(pile.powerKw()).toBeGreaterThan(6);
    expect(kindsTo(h, "owner")).toEqual(["not-booked"]);
    expect(lentOf(h)[0]).toEqual({ booking: null, isOpen: true });
    await sharing.ownerReturns("community", PLACE, bookingWish(5, 5).fromMs);
    await pile.pass(29);
    expect(pile.powerKw()).toBeGreaterThan(6);
    await pile.pass(3);
    expect([reasonOf(h), pile.powerKw()]).toEqual(["not-booked", 0]);
  });

  it("charges on where it books after the owner has asked it to unplug", async () => {
    const { h, pile, sharing } = await start({ withoutBooking: "charge" });
    await pile.pass(60);
    await pile.plugIn("bo-card", 50);
    await pile.pass(2);
    await sharing.ownerReturns("community", PLACE, h.clock.now());
    await sharing.book("community", { ...bookingWish(0, 4), fromMs: h.clock.now() });
    await pile.pass(40);
    expect(pile.powerKw()).toBeGreaterThan(6);
  });

  it("charges, and nobody is told, where no card tells it from the owner's", async () => {
    const { h, pile } = await start({ idTokens: [] });
    await pile.plugIn("somebody", 50);
    await pile.pass(5);
    expect(pile.powerKw()).toBeGreaterThan(6);
    expect(kindsTo(h, "owner")).toEqual([]);
  });
});
