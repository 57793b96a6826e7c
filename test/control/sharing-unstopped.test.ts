/** A station says that an EVSE is free while the transaction there goes on, or its stop has not come. */
import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf } from "./harness.js";
import { type VirtualPile, virtualPile } from "./shared-pile.js";

const SHARED = {
  comeWithinMinutes: 10,
  unplugWithinMinutes: 10,
  mostTurnMinutes: 120,
  handoverMinutes: 15,
  idleFeePerMinute: 0.5,
};

const PLACE = { stationId: "p1", evseId: 1 };

interface Stage {
  readonly h: Harness;
  readonly pile: VirtualPile;
  /** The station says that the EVSE is free, and no more for so many minutes. */
  readonly free: (minutes: number) => Promise<void>;
  readonly told: (to: string) => string[];
}

const start = async (shared: Partial<EvseConfig>): Promise<Stage> => {
  const site = communityOf([stationOf("p1", shared)]);
  const h = await harnessOf(site, await policyByName("least-laxity", 20_000));
  const pile = virtualPile(h, "p1");
  connect(h, "p1");
  const say = () => h.control.report({ kind: "status", ...PLACE, atMs: h.clock.now(), status: "Available" });
  say();
  await pile.pass(1);
  return {
    h,
    pile,
    free: async (minutes) => {
      say();
      await h.control.freed({ ...PLACE, atMs: h.clock.now(), sinceMs: h.clock.now() });
      await h.run(minutes * MINUTE_MS);
    },
    told: (to) =>
      h.control.sharing.notices.of("community", { afterId: 0, to, limit: 99 }).map(({ kind }) => kind),
  };
};

describe("at a shared pile", () => {
  /** An has the pile, Bo waits. */
  const anThenBo = async () => {
    const stage = await start({ shared: SHARED });
    const { h, pile } = stage;
    const join = (driver: string) =>
      h.control.sharing.join("community", {
        ...PLACE,
        driver,
        idToken: `card-${driver}`,
        energyNeedKwh: 14,
        deadlineMs: EVENING_MS + 12 * HOUR_MS,
        readyFromMs: null,
        reachableUntilMs: null,
      });
    await join("An");
    await pile.pass(1);
    await pile.plugIn("card-An", 50);
    await join("Bo");
    await pile.pass(10);
    return { ...stage, queue: () => h.control.sharing.view("community").queues[0] };
  };

  it("its car keeps its turn while its stop may come, and goes on when it is heard of again", async () => {
    const { pile, free, told, queue } = await anThenBo();
    const before = queue()?.turn;
    await free(3);
    expect(queue()?.turn).toEqual(before);
    await pile.pass(10);
    expect(queue()?.turn).toEqual(before);
    expect(told("Bo")).toEqual([]);
  });

  it("the next is called once its stop comes", async () => {
    const { pile, free, told } = await anThenBo();
    await free(1);
    expect(told("Bo")).toEqual([]);
    await pile.unplug();
    await pile.pass(1);
    expect(told("Bo")).toEqual(["your-turn"]);
    expect(pile.heldFor()).toBe("card-Bo");
  });

  it("the next is called where nothing is heard for five minutes", async () => {
    const { pile, free, told } = await anThenBo();
    await free(5);
    expect(told("Bo")).toEqual(["your-turn"]);
    expect(pile.heldFor()).toBe("card-Bo");
  });

  it("its car has its turn again where it is heard of later, and whoever was called stays first", async () => {
    const { pile, free, told, queue } = await anThenBo();
    const before = queue()?.turn;
    await free(6);
    expect(queue()?.turn).toBeNull();
    await pile.pass(2);
    expect(queue()?.turn).toEqual(before);
    expect(before?.driver).toBe("An");
    expect(told("Bo")).toEqual(["your-turn", "pile-taken"]);
    expect(queue()?.waiting).toMatchObject([{ driver: "Bo", position: 1, missedOffers: 0 }]);
    expect(pile.heldFor()).toBeNull();
  });

  it("another car that comes takes the turn at once", async () => {
    const { h, pile, free, queue } = await anThenBo();
    await free(1);
    await pile.movedTo(h).plugIn("card-Bo", 50);
    await h.run(MINUTE_MS);
    expect(queue()).toMatchObject({ turn: { driver: "Bo" }, waiting: [] });
  });
});

it("an emergency use goes on while its stop may come, and when it is heard of later", async () => {
  const terms = { surchargePerKwh: 1.5, mostKwhPerUse: 12, mostMinutesPerUse: 60 };
  const { h, pile, free } = await start({
    emergency: { ...terms, mostUsesPerDay: 2, mostKwhPerDay: 15, comeWithinMinutes: 10 },
  });
  const { sharing } = h.control;
  const wish = { ...PLACE, driver: "Du", idToken: "card-Du", energyKwh: 10, minutes: 60 };
  await sharing.acceptEmergency("community", (await sharing.quoteEmergency("community", wish)).use.id);
  const use = () => sharing.view("community").emergency[0]?.uses[0];
  await pile.plugIn("card-Du", 50);
  await pile.pass(5);
  await free(4);
  expect(use()?.status).toBe("running");
  await free(2);
  expect(use()?.status).toBe("over");
  await pile.pass(40);
  expect(use()?.status).toBe("running");
  expect(use()?.deliveredKwh).toBeGreaterThan(4);
  await pile.unplug();
  await pile.pass(1);
  expect(use()?.status).toBe("over");
  await pile.plugIn("card-Du", 5);
  await pile.pass(1);
  expect(use()?.status).toBe("over");
});

it("a booking goes on while its stop may come, and when it is heard of later", async () => {
  const { h, pile, free } = await start({
    owner: {
      idTokens: ["owner-card"],
      hours: [{ days: [1, 2, 3, 4, 5], from: "17:00", to: "22:00" }],
      pricePerKwh: 0.9,
      consent: "always",
      noticeMinutes: 30,
      comeWithinMinutes: 15,
      handoverMinutes: 15,
      withoutBooking: "refuse",
    },
  });
  const wish = { ...PLACE, driver: "Bo", idToken: "card-Bo", energyNeedKwh: 7 };
  const fromMs = h.clock.now();
  await h.control.sharing.book("community", { ...wish, fromMs, toMs: fromMs + 2 * HOUR_MS });
  const booking = () => h.control.sharing.view("community").lent[0]?.bookings[0];
  await pile.plugIn("card-Bo", 50);
  await pile.pass(5);
  await free(4);
  expect(booking()?.status).toBe("running");
  await free(2);
  expect(booking()?.status).toBe("over");
  await pile.pass(1);
  expect(booking()?.status).toBe("running");
  await pile.unplug();
  await pile.pass(1);
  expect(booking()?.status).toBe("over");
});
