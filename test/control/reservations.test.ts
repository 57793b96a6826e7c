import { expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import type { StationCommand } from "../../src/domain/command.js";
import type { OwnerTerms, SharedTerms } from "../../src/domain/sharing.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf } from "./harness.js";
import { EMERGENCY } from "./lent-stage.js";

const SHARED: SharedTerms = {
  comeWithinMinutes: 10,
  unplugWithinMinutes: 10,
  mostTurnMinutes: 120,
  handoverMinutes: 5,
  idleFeePerMinute: 0,
};
const LENT: OwnerTerms = {
  idTokens: [],
  hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "00:00", to: "24:00" }],
  pricePerKwh: 0.9,
  consent: "always",
  noticeMinutes: 30,
  comeWithinMinutes: 15,
  handoverMinutes: 15,
  withoutBooking: "refuse",
};
const site = communityOf([
  stationOf("queued", { shared: SHARED }),
  stationOf("lent", { owner: LENT }),
  stationOf("fast", { emergency: EMERGENCY }),
]);
const at = (hours: number): number => EVENING_MS + hours * HOUR_MS;

const startOf = async (kept = {}) => {
  const h = await harnessOf(site, await policyByName("least-laxity", 20_000), kept);
  const asked: { stationId: string; command: StationCommand }[] = [];
  const before = h.answer;
  h.answer = (stationId, command) => {
    if (command.kind === "reserve" || command.kind === "cancel-reservation")
      asked.push({ stationId, command });
    return before(stationId, command);
  };
  for (const { id } of site.stations) back(h, id);
  await h.run(MINUTE_MS);
  return { h, asked };
};
const back = (h: Harness, stationId: string): void => {
  connect(h, stationId);
  h.control.report({ kind: "status", stationId, evseId: 1, atMs: h.clock.now(), status: "Available" });
};
const reserve = (h: Harness, stationId: string, hours: number, reservationId = 7) =>
  h.control.command(stationId, {
    kind: "reserve",
    reservationId,
    evseId: 1,
    idToken: "guest",
    expiresMs: at(hours),
  });
const cancel = (h: Harness, stationId: string, reservationId = 7) =>
  h.control.command(stationId, { kind: "cancel-reservation", reservationId });
const book = ({ control }: Harness, fromH: number, toH: number) =>
  control.sharing.book("community", {
    stationId: "lent",
    evseId: 1,
    driver: "Bo",
    idToken: "bo",
    energyNeedKwh: 5,
    fromMs: at(fromH),
    toMs: at(toH),
  });
const join = ({ control }: Harness) =>
  control.sharing.join("community", {
    stationId: "queued",
    evseId: 1,
    driver: "An",
    idToken: "an",
    energyNeedKwh: 5,
    deadlineMs: at(6),
    readyFromMs: null,
    reachableUntilMs: null,
  });
const emergency = ({ control }: Harness) =>
  control.sharing.quoteEmergency("community", {
    stationId: "fast",
    evseId: 1,
    driver: "Ya",
    idToken: "ya",
    energyKwh: 5,
    minutes: 20,
  });
const states = ({ control }: Harness, stationId: string) =>
  control.reservations(stationId).map(({ holder, state }) => `${holder.split(":")[0]} ${state}`);

it("an operator's stands in the way of a booking in its time, and of none after it", async () => {
  const { h } = await startOf();
  expect(await reserve(h, "lent", 2)).toEqual({ status: "accepted" });
  await expect(book(h, 1, 3)).rejects.toMatchObject({
    code: "reservation.conflict",
    message: expect.stringContaining("reservation 7 has EVSE 1 until"),
  });
  expect(await book(h, 2, 3)).toMatchObject({ status: "booked" });
});

it("a booking stands in the way of an operator's in its time, and of none before it", async () => {
  const { h, asked } = await startOf();
  await book(h, 2, 3);
  await expect(reserve(h, "lent", 2.5)).rejects.toMatchObject({
    code: "reservation.conflict",
    message: expect.stringContaining("a booking of Bo"),
  });
  expect(asked).toEqual([]);
  expect(await reserve(h, "lent", 2)).toEqual({ status: "accepted" });
});

it("nobody of the queue is called to a pile that an operator has held, until that is over", async () => {
  const { h } = await startOf();
  // Between two plans, which are looked at by themselves.
  await reserve(h, "queued", 1.1);
  await join(h);
  await h.run(64 * MINUTE_MS);
  expect(states(h, "queued")).toEqual(["operator held"]);
  await h.run(3 * MINUTE_MS);
  expect(states(h, "queued")).toEqual(["operator expired", "queue held"]);
});

it("who waits is called at once when the operator lets go", async () => {
  const { h } = await startOf();
  await reserve(h, "queued", 4);
  await join(h);
  await cancel(h, "queued");
  await h.run(MINUTE_MS);
  expect(states(h, "queued")).toEqual(["operator cancelled", "queue held"]);
});

it("a turn that is held is no operator's to take, to change or to end", async () => {
  const { h } = await startOf();
  await join(h);
  await h.run(MINUTE_MS);
  const [turn] = h.control.reservations("queued");
  const number = turn?.reservationId ?? 0;
  await expect(reserve(h, "queued", 1)).rejects.toMatchObject({ code: "reservation.conflict" });
  await expect(reserve(h, "queued", 1, number)).rejects.toMatchObject({ code: "reservation.of-sharing" });
  await expect(cancel(h, "queued", number)).rejects.toMatchObject({ code: "reservation.of-sharing" });
  expect(states(h, "queued")).toEqual(["queue held"]);
});

it("the emergency pile is one's or the other's", async () => {
  const { h } = await startOf();
  const { use } = await emergency(h);
  await reserve(h, "fast", 1);
  await expect(h.control.sharing.acceptEmergency("community", use.id)).rejects.toMatchObject({
    code: "reservation.conflict",
  });
  await cancel(h, "fast");
  await h.control.sharing.acceptEmergency("community", use.id);
  await expect(reserve(h, "fast", 1)).rejects.toMatchObject({
    code: "reservation.conflict",
    message: expect.stringContaining("an emergency use of Ya"),
  });
});

it("of an operator's and a booking at one moment exactly one is made", async () => {
  const { h } = await startOf();
  const both = await Promise.allSettled([book(h, 0, 2), reserve(h, "lent", 1)]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  const { h: other } = await startOf();
  const again = await Promise.allSettled([reserve(other, "lent", 1), book(other, 0, 2)]);
  expect(again.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

it.each([
  ["rejected", []],
  ["unsupported", []],
  ["offline", []],
  ["error", []],
  // It may hold it.
  ["timeout", ["operator asked"]],
] as const)("an operator's that came to %s: %j", async (status, left) => {
  const { h } = await startOf();
  h.answer = () => ({ status, detail: "" });
  await reserve(h, "lent", 1);
  expect(states(h, "lent")).toEqual(left);
});

it("one that the station does not know any more is held no more", async () => {
  const { h } = await startOf();
  await reserve(h, "lent", 1);
  h.answer = () => ({ status: "rejected", detail: "Rejected" });
  await cancel(h, "lent");
  expect(states(h, "lent")).toEqual(["operator removed"]);
});

it("ends as the station tells it, and when the car comes that it is for", async () => {
  const { h } = await startOf();
  await reserve(h, "lent", 1);
  const place = { stationId: "lent", atMs: h.clock.now() };
  h.control.told({ ...place, kind: "reservation-told", reservationId: 7, became: "removed" });
  await h.run(MINUTE_MS);
  expect(states(h, "lent")).toEqual(["operator removed"]);
  await reserve(h, "lent", 1, 8);
  await h.control.record({
    kind: "transaction-started",
    ...place,
    evseId: 1,
    transactionId: "tx",
    seqNo: 0,
    stationTimeMs: h.clock.now(),
    idToken: "GUEST",
    meterWh: 0,
  });
  await h.run(MINUTE_MS);
  expect(states(h, "lent")).toEqual(["operator removed", "operator used"]);
});

it("all stand over a restart, are sent again to a station that comes back, and no number comes twice", async () => {
  const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments() };
  const { h } = await startOf(kept);
  await reserve(h, "lent", 4);
  await join(h);
  await h.run(MINUTE_MS);
  const [before] = h.control.reservations("queued");
  await h.control.stop();
  const { h: again, asked } = await startOf({ ...kept, clock: h.clock });
  expect(states(again, "lent")).toEqual(["operator held"]);
  expect(states(again, "queued")).toEqual(["queue held"]);
  const numberOf = ({ command }: (typeof asked)[number]) =>
    "reservationId" in command ? command.reservationId : null;
  expect(new Map(asked.map((each) => [each.stationId, numberOf(each)]))).toEqual(
    new Map([
      ["lent", 7],
      ["queued", before?.reservationId],
    ]),
  );
  await expect(book(again, 1, 2)).rejects.toMatchObject({ code: "reservation.conflict" });
  await again.run(11 * MINUTE_MS);
  await again.run(MINUTE_MS);
  const numbers = again.control.reservations("queued").map(({ reservationId }) => reservationId);
  expect(numbers.length).toBeGreaterThan(1);
  expect(new Set(numbers).size).toBe(numbers.length);
});

const reasonAt = ({ control }: Harness, stationId: string) =>
  control.stations().find((row) => row.stationId === stationId)?.reason;

it.each<[string, string, (h: Harness) => Promise<unknown>, object]>([
  [
    "an operator's reservation",
    "lent",
    (h) => reserve(h, "lent", 1),
    { heldFor: "reservation", untilMs: at(1) },
  ],
  ["a turn", "queued", join, { heldFor: "queue", untilMs: at(0) + 11 * MINUTE_MS }],
  ["a booking", "lent", (h) => book(h, 0.1, 2), { heldFor: "booking", untilMs: at(0.1) + 15 * MINUTE_MS }],
  [
    "an emergency use",
    "fast",
    async (h) => h.control.sharing.acceptEmergency("community", (await emergency(h)).use.id),
    { heldFor: "emergency", untilMs: at(0) + 11 * MINUTE_MS },
  ],
])("a pile that is held for %s says so, and until when, also to who plugs in", async (_, id, hold, held) => {
  const { h } = await startOf();
  expect(reasonAt(h, id)).toEqual({ key: "not-plugged-in" });
  await hold(h);
  await h.run(6 * MINUTE_MS);
  expect(reasonAt(h, id)).toEqual({ key: "reserved", ...held });
  expect((await h.control.live("community")).rows.find((row) => row.stationId === id)?.reason).toEqual({
    key: "reserved",
    ...held,
  });
  h.control.report({ kind: "status", stationId: id, evseId: 1, atMs: h.clock.now(), status: "Occupied" });
  expect(reasonAt(h, id)).toEqual({ key: "reserved", ...held });
  await h.run(2 * HOUR_MS);
  expect(reasonAt(h, id)).toEqual({ key: "no-session" });
});
