/** Laws of what waits for a webhook: what a storm costs, and what a crash loses. */
import { describe, expect, it } from "vitest";
import { UNAVAILABLE, answered, batchesOf, event, held, lifeOf, settle, withOne } from "./webhook-stage.js";

const named = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => event(`s${from + index}`));
const namesOf = (from: number, to: number): string[] =>
  named(from, to).map(({ stationId }) => `${stationId}`);

describe("a storm of 10,000 events", () => {
  it("costs nothing where it is told, and 11 documents of a hundred afterwards", async () => {
    const { webhooks, life, disk, documents, webhookId } = await withOne();
    life.answer = held().answer;
    for (const one of named(0, 10_000)) webhooks.tell(one);
    expect(disk.writes).toBe(0);
    await settle();
    expect(disk.writes).toBeLessThanOrEqual(11);
    expect((await batchesOf(documents, webhookId)).flat()).toEqual(["s0", ...namesOf(9_001, 10_000)]);
  });

  it("costs no more where each comes in a turn of its own, within half a second", async () => {
    const { webhooks, life, disk, until, documents, webhookId } = await withOne();
    life.answer = held().answer;
    for (const one of named(0, 10_000)) {
      webhooks.tell(one);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([disk.writes, await batchesOf(documents, webhookId)]).toEqual([1, [["s0"]]]);
    await until(499);
    expect(disk.writes).toBe(1);
    await until(500);
    expect(disk.writes).toBeLessThanOrEqual(12);
    expect((await batchesOf(documents, webhookId)).flat()).toEqual(["s0", ...namesOf(9_001, 10_000)]);
  });

  it("that is taken is taken off the disk by document", async () => {
    const { webhooks, names, disk, until, documents, webhookId } = await withOne();
    for (const one of named(0, 10_000)) webhooks.tell(one);
    await settle();
    await until(60_000);
    expect(names()).toEqual(["s0", ...namesOf(9_001, 10_000)]);
    expect(disk.writes).toBeLessThanOrEqual(22);
    expect(await batchesOf(documents, webhookId)).toEqual([]);
  });

  it("leaves the newest 50 that are over to be seen", async () => {
    const { webhooks, life, webhookId } = await withOne();
    life.answer = held().answer;
    for (const one of named(0, 10_000)) webhooks.tell(one);
    const over = webhooks.deliveries(webhookId)?.filter(({ state }) => state !== "waiting");
    expect(over?.map(({ stationId }) => stationId)).toEqual(namesOf(8_951, 9_001));
  });

  it("is a line in the log, and one more a minute later", async () => {
    const { webhooks, life, warned, until } = await withOne();
    life.answer = held().answer;
    for (const one of named(0, 10_000)) webhooks.tell(one);
    await settle();
    await until(59_999);
    expect(warned).toMatchObject([{ detail: "crowded out, as 1000 wait" }]);
    await until(60_000);
    expect(warned.slice(1)).toMatchObject([{ events: 8_999 }]);
  });
});

describe("what waits", () => {
  it("is on disk before it is sent, also where its turn has come", async () => {
    const { life, disk, names, tell, until } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    let done = (): void => undefined;
    disk.before = () => new Promise((resolve) => void (done = resolve));
    await tell(event("a"));
    expect([disk.writes, names()]).toEqual([1, []]);
    done();
    await settle();
    expect(names()).toEqual(["a"]);
    disk.before = async () => undefined;
    await tell(event("b"));
    answers[0]?.(answered(200));
    await until(499);
    expect(names()).toEqual(["a"]);
    await until(500);
    expect(names()).toEqual(["a", "b"]);
  });

  it("is not sent while its write is under way", async () => {
    const { life, disk, names, tell, until } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"));
    await tell(event("b"));
    let done = (): void => undefined;
    disk.before = () => new Promise((resolve) => void (done = resolve));
    await until(500);
    answers[0]?.(answered(200));
    await settle();
    expect(names()).toEqual(["a"]);
    done();
    await settle();
    expect(names()).toEqual(["a", "b"]);
  });

  it("is sent all the same where the disk refuses it", async () => {
    const { disk, names, tell } = await withOne();
    disk.before = () => Promise.reject(new Error("disk full"));
    await tell(event("a"), event("b"));
    expect(names()).toEqual(["a", "b"]);
  });

  it("is written again where the disk refused it, though nothing more comes", async () => {
    const { life, disk, tell, until, documents, webhookId } = await withOne();
    life.answer = held().answer;
    disk.before = () => Promise.reject(new Error("disk full"));
    await tell(event("a"), event("b"));
    await until(5_000);
    expect(await batchesOf(documents, webhookId)).toEqual([]);
    disk.before = async () => undefined;
    await until(5_500);
    expect(await batchesOf(documents, webhookId)).toEqual([["a", "b"]]);
    const { writes } = disk;
    await until(60_000);
    expect(disk.writes).toBe(writes);
  });

  it("outlives a crash but for what came within the last half second", async () => {
    const { life, tell, until, documents, clock, webhookId } = await withOne();
    life.answer = held().answer;
    await tell(event("a"));
    await until(100);
    await tell(event("b"));
    await until(499);
    expect(await batchesOf(documents, webhookId)).toEqual([["a"]]);
    await until(500);
    expect(await batchesOf(documents, webhookId)).toEqual([["a"], ["b"]]);
    const late = await lifeOf(documents, clock);
    await settle();
    expect(late.names()).toEqual(["a", "b"]);
  });

  it("keeps its order over a crash in the midst of its documents", async () => {
    const { life, tell, until, names, documents, clock } = await withOne();
    let count = 0;
    life.answer = () => (++count <= 150 ? answered(200) : UNAVAILABLE);
    await tell(...named(0, 350));
    await until(1_000);
    const after = await lifeOf(documents, clock);
    await after.until(10_000);
    expect([...names().slice(0, 150), ...after.names()]).toEqual(namesOf(0, 350));
  });

  it("is not written back once newer ones crowded it out", async () => {
    const { life, tell, until, documents, webhookId, clock } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(...named(0, 1_000));
    await until(1_000);
    await tell(...named(1_000, 1_005));
    answers[0]?.(UNAVAILABLE);
    await settle();
    await until(2_000);
    const left = ["s0", ...namesOf(6, 1_005)];
    expect((await batchesOf(documents, webhookId)).flat()).toEqual(left);
    const after = await lifeOf(documents, clock);
    await after.until(60_000);
    expect(after.names()).toEqual(left);
  });

  it("is not written back by an answer that comes once the webhook was taken away", async () => {
    const { life, tell, until, disk, webhooks, webhookId, sent } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"), event("b"));
    await webhooks.remove(webhookId);
    expect(sent[0]?.signal.aborted).toBe(true);
    const { writes } = disk;
    answers[0]?.(UNAVAILABLE);
    await until(60_000);
    expect([disk.writes, sent.length]).toEqual([writes, 1]);
  });

  it("of before there were documents of many is told, in order", async () => {
    const { documents, clock, webhookId } = await withOne();
    const head = { kind: "ping", atMs: 0, state: "waiting", tries: 0, nextMs: 0, detail: null } as const;
    for (const id of ["b", "a"])
      await documents.put(`webhook-delivery/${webhookId}`, id, {
        ...head,
        id,
        body: `{"stationId":"${id}"}`,
      });
    await documents.put(`webhook-delivery/${webhookId}`, "x", { id: "x", deliveries: [{ strange: true }] });
    const after = await lifeOf(documents, clock);
    await after.until(1_000);
    expect(after.names()).toEqual(["b", "a"]);
  });
});

describe("of what a crash left", () => {
  const left = (id: string) =>
    ({
      id,
      kind: "ping",
      body: "{}",
      atMs: 0,
      state: "waiting",
      tries: 0,
      nextMs: 60_000,
      detail: null,
    }) as const;

  it("no more waits than ever does, the oldest making way", async () => {
    const { documents, clock, webhookId } = await withOne();
    const deliveries = Array.from({ length: 1_005 }, (_, index) => left(`d${index}`));
    await documents.put(`webhook-delivery/${webhookId}`, "batch", { id: "batch", deliveries });
    const after = await lifeOf(documents, clock);
    const ids = (state: string) =>
      (after.webhooks.deliveries(webhookId) ?? []).flatMap((one) => (one.state === state ? [one.id] : []));
    expect(ids("given-up")).toEqual(["d1", "d2", "d3", "d4", "d5"]);
    expect(ids("waiting")).toHaveLength(1_000);
  });
});
