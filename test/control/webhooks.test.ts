/** Laws of webhooks: in order, until taken, a bounded number, over restarts. */
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/ports/clock.js";
import type { HttpAnswer } from "../../src/ports/http-sender.js";
import { ALL, answered, batchesOf, event, lifeOf, settle, UNAVAILABLE } from "./webhook-stage.js";

const HOUR = 3_600_000;

/** A receiver that asks to be left alone for an hour each time. */
const lifeOfOnceAnHour = async () => {
  const stage = await lifeOf();
  const { webhook } = await stage.webhooks.add(ALL, "me");
  const triedMs: number[] = [];
  stage.life.answer = () => {
    triedMs.push(stage.clock.now());
    return answered(429, "3600");
  };
  return { ...stage, webhook, triedMs };
};

describe("a webhook", () => {
  it("is told of each event once, signed, in order", async () => {
    const { webhooks, sent, names, tell } = await lifeOf();
    const { webhook, secret } = await webhooks.add(ALL, "me");
    expect(secret).toBe(`secret of ${webhook.id}`);
    await tell(event("a"), event("b"), event("c", { data: { version: "2.1" } }));
    expect(names()).toEqual(["a", "b", "c"]);
    const [first] = sent;
    const {
      "webhook-id": id,
      "webhook-timestamp": atS,
      "webhook-signature": signature,
    } = first?.headers ?? {};
    expect(signature).toBe(`signed by ${webhook.id}: ${id}.${atS}.${first?.body}`);
    expect(JSON.parse(sent[2]?.body ?? "")).toEqual({
      type: "station.connected",
      timestamp: "1970-01-01T00:00:00.000Z",
      siteId: "home",
      stationId: "c",
      data: { version: "2.1" },
    });
    expect(webhooks.deliveries(webhook.id)?.map(({ state }) => state)).toEqual(Array(3).fill("delivered"));
  });

  it("is told again with growing pauses until it takes it, the others waiting behind", async () => {
    const { webhooks, life, names, sent, tell, until, clock } = await lifeOf();
    const { webhook } = await webhooks.add(ALL, "me");
    const triedMs: number[] = [];
    life.answer = () => {
      triedMs.push(clock.now());
      return UNAVAILABLE;
    };
    await tell(event("a"), event("b"));
    expect(names()).toEqual(["a"]);
    expect(webhooks.deliveries(webhook.id)?.[0]).toMatchObject({
      state: "waiting",
      tries: 1,
      detail: "answered 503",
      nextMs: 2_000,
    });
    await until(20_000);
    expect(triedMs).toEqual([0, 2_000, 6_000, 14_000]);
    expect(new Set(sent.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    life.answer = () => answered(200);
    await until(40_000);
    expect(names()).toEqual(["a", "a", "a", "a", "a", "b"]);
  });

  it("is given up after a day, and then told of what waits behind", async () => {
    const { webhooks, life, tell, until, names } = await lifeOf();
    const { webhook } = await webhooks.add(ALL, "me");
    life.answer = () => ({ kind: "failed", why: "ECONNREFUSED" });
    await tell(event("a"));
    await until(23 * HOUR);
    expect(webhooks.deliveries(webhook.id)).toMatchObject([{ state: "waiting" }]);
    await tell(event("b", { atMs: 23 * HOUR }));
    await until(27 * HOUR);
    expect(webhooks.deliveries(webhook.id)).toMatchObject([
      { state: "given-up", detail: "ECONNREFUSED", nextMs: null },
      { state: "waiting" },
    ]);
    expect(names().at(-1)).toBe("b");
  });

  it("is left alone as it asks, whichever message is next, and tried with each for a day", async () => {
    const { webhooks, webhook, triedMs, tell, until, names } = await lifeOfOnceAnHour();
    await tell(event("a"), event("b"), event("c"));
    await until(60 * HOUR);
    expect(triedMs).toEqual(Array.from({ length: 61 }, (_, hour) => hour * HOUR));
    const triesOf = (name: string): number => names().filter((one) => one === name).length;
    expect(["a", "b", "c"].map(triesOf)).toEqual([25, 25, 11]);
    expect(webhooks.deliveries(webhook.id)?.map(({ state }) => state)).toEqual([
      "given-up",
      "given-up",
      "waiting",
    ]);
  });

  it("is left alone as it asks, also where nothing waits when the next one comes", async () => {
    const { webhooks, webhook, triedMs, tell, until, names } = await lifeOfOnceAnHour();
    await tell(event("a"));
    await until(24.5 * HOUR);
    expect(webhooks.deliveries(webhook.id)).toMatchObject([{ state: "given-up" }]);
    await tell(event("b"));
    await until(25 * HOUR);
    expect([triedMs.slice(-2), names().slice(-2)]).toEqual([
      [24 * HOUR, 25 * HOUR],
      ["a", "b"],
    ]);
  });

  it("is told within the longest pause, also where the clock was set back a month", async () => {
    const before = await lifeOf(undefined, new VirtualClock(720 * HOUR));
    await before.webhooks.add(ALL, "me");
    before.life.answer = () => UNAVAILABLE;
    await before.tell(event("a"));
    await before.webhooks.close();
    const after = await lifeOf(before.documents, new VirtualClock(0));
    await after.tell(event("b"));
    await after.until(1.25 * HOUR - 1);
    expect(after.names()).toEqual([]);
    await after.until(1.25 * HOUR);
    expect(after.names()).toEqual(["a", "b"]);
  });

  it("keeps a bounded number, the oldest making way, but for the one under way", async () => {
    const { webhooks, life, tell, documents, names } = await lifeOf();
    const { webhook } = await webhooks.add(ALL, "me");
    const answers: ((answer: HttpAnswer) => void)[] = [];
    life.answer = () => new Promise((resolve) => answers.push(resolve));
    await tell(...Array.from({ length: 1_005 }, (_, index) => event(`s${index}`)));
    expect((await batchesOf(documents, webhook.id)).flat()).toHaveLength(1_000);
    expect(webhooks.deliveries(webhook.id)?.filter(({ state }) => state === "given-up")).toHaveLength(5);
    life.answer = () => answered(200);
    answers[0]?.(answered(200));
    await settle();
    expect(names().slice(0, 3)).toEqual(["s0", "s6", "s7"]);
  });

  it("is told after a restart of what it was not told before", async () => {
    const before = await lifeOf();
    const { webhook } = await before.webhooks.add(ALL, "me");
    before.life.answer = () => UNAVAILABLE;
    await before.tell(event("a"), event("b"));
    await before.webhooks.close();
    await before.tell(event("late"));
    const after = await lifeOf(before.documents, before.clock);
    expect(after.webhooks.deliveries(webhook.id)?.[0]).toMatchObject({ tries: 1, nextMs: 2_000 });
    await after.until(60_000);
    expect(after.names()).toEqual(["a", "b"]);
    expect(after.sent[0]?.headers["webhook-id"]).toBe(before.sent[0]?.headers["webhook-id"]);
    expect(await batchesOf(after.documents, webhook.id)).toEqual([]);
    const last = await lifeOf(before.documents, before.clock);
    await last.until(120_000);
    expect(last.sent).toEqual([]);
  });

  it("is told only of what it asked for", async () => {
    const { webhooks, names, tell } = await lifeOf();
    await webhooks.add({ ...ALL, kinds: ["task.ended"], siteIds: null }, "me");
    await webhooks.add({ ...ALL, siteIds: ["work"] }, "me");
    await tell(event("a"), event("b", { siteId: "work" }), event("c", { siteId: null }));
    expect(names()).toEqual(["b"]);
    await tell(event("t", { kind: "task.ended", siteId: null }));
    expect(names()).toEqual(["b", "t"]);
  });

  it("is told nothing once it was taken away, also of what waited", async () => {
    const { webhooks, life, tell, until, sent, documents } = await lifeOf();
    const { webhook } = await webhooks.add(ALL, "me");
    life.answer = () => UNAVAILABLE;
    await tell(event("a"), event("b"));
    expect(await webhooks.remove(webhook.id)).toBe(true);
    await tell(event("c"));
    await until(HOUR);
    expect(sent).toHaveLength(1);
    expect(await batchesOf(documents, webhook.id)).toEqual([]);
    expect([await webhooks.remove(webhook.id), webhooks.deliveries(webhook.id)]).toEqual([false, null]);
  });

  it("is refused at a private address, and beyond a hundred", async () => {
    const { webhooks } = await lifeOf();
    await expect(webhooks.add({ ...ALL, url: "https://private/" }, "me")).rejects.toMatchObject({
      code: "webhook.address",
    });
    for (let count = 0; count < 100; count++) await webhooks.add(ALL, "me");
    await expect(webhooks.add(ALL, "me")).rejects.toMatchObject({ code: "webhook.too-many" });
  });

  it("is refused beyond a hundred also where all are asked for at once", async () => {
    const { webhooks } = await lifeOf();
    const asked = Array.from({ length: 150 }, () => webhooks.add(ALL, "me"));
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === "rejected");
    expect([refused.length, webhooks.list().length]).toEqual([50, 100]);
    for (const { id } of webhooks.list().slice(0, 1)) await webhooks.remove(id);
    await webhooks.add(ALL, "me");
  });

  it.each([
    [["nope"], 'no site "nope"; there are home, work, depot'],
    [["home", "depto"], 'no site "depto"; did you mean depot?'],
  ])("of the sites %j is refused", async (siteIds, message) => {
    const { webhooks } = await lifeOf();
    await expect(webhooks.add({ ...ALL, siteIds }, "me")).rejects.toMatchObject({
      code: "not-found.site",
      place: "body.siteIds",
      message: expect.stringContaining(message) as string,
    });
    expect(webhooks.list()).toEqual([]);
  });
});
