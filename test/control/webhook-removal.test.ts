/** Laws of taking a webhook away: it is gone from everywhere, or it is there as if nobody had asked. */
import { describe, expect, it } from "vitest";
import {
  ALL,
  answered,
  batchesOf,
  countingDocuments,
  event,
  held,
  lifeOf,
  settle,
  UNAVAILABLE,
  withOne,
} from "./webhook-stage.js";

const broken = async (): Promise<void> => {
  throw new Error("the disk is broken");
};
const whole = async (): Promise<void> => undefined;
/** Holds up what is awaited until it is let. */
const gate = () => {
  const waiting: (() => void)[] = [];
  return {
    before: (): Promise<void> => new Promise((resolve) => void waiting.push(resolve)),
    open: async (): Promise<void> => {
      waiting.splice(0).forEach((go) => go());
      await settle();
    },
    waits: () => waiting.length,
  };
};
/** One that has an event to tell and a receiver that is away, then well. */
const withWaiting = async () => {
  const stage = await withOne();
  stage.life.answer = () => UNAVAILABLE;
  await stage.tell(event("a", { kind: "transaction.ended" }));
  return stage;
};
type Stage = Awaited<ReturnType<typeof withWaiting>>;
const goesOn = async (
  { life, until, clock, webhooks, names, disk, documents, webhookId }: Stage,
  more: string[],
) => {
  disk.beforeRemoval = whole;
  disk.beforeReading = whole;
  life.answer = () => answered(204);
  await until(clock.now() + 60_000);
  expect([webhooks.list().length, names()]).toEqual([1, ["a", "a", ...more]]);
  expect(await batchesOf(documents, webhookId)).toEqual([]);
};

describe("where the disk refuses to take a webhook away", () => {
  it.each([
    ["nothing of it", "webhook-delivery", true],
    ["nothing of it, and cannot be read either", "webhook-delivery", false],
    ["but what waited", "webhook", true],
  ])("(%s) it is there, on disk too, and told", async (_what, collection, isReadable) => {
    const stage = await withWaiting();
    const { disk, webhooks, webhookId, documents, until, clock } = stage;
    disk.beforeRemoval = async (from) => (from.split("/")[0] === collection ? broken() : undefined);
    disk.beforeReading = isReadable ? whole : broken;
    await expect(webhooks.remove(webhookId)).rejects.toThrow("the disk is broken");
    disk.beforeReading = whole;
    await until(clock.now() + 500);
    expect([webhooks.list().length, await batchesOf(documents, webhookId)]).toEqual([1, [["a"]]]);
    await goesOn(stage, []);
    expect([await webhooks.remove(webhookId), webhooks.list()]).toEqual([true, []]);
  });

  it("it is told what came meanwhile, which is on disk in order", async () => {
    const stage = await withWaiting();
    const { disk, webhooks, webhookId, tell, until, documents } = stage;
    const { before, open } = gate();
    // All that is known of "a" is on disk by then.
    await until(500);
    disk.beforeRemoval = async (from) => (from === "webhook" ? before().then(broken) : undefined);
    const removed = webhooks.remove(webhookId);
    const refused = expect(removed).rejects.toThrow("the disk is broken");
    await tell(event("b"));
    await open();
    await refused;
    await until(1_000);
    expect(await batchesOf(documents, webhookId)).toEqual([["a"], ["b"]]);
    await goesOn(stage, ["b"]);
  });

  it("what waited is on disk, also where some of it was taken off late", async () => {
    const { disk, webhooks, webhookId, tell, life, until, documents } = await withOne();
    life.answer = held().answer;
    await tell(event("a"));
    await tell(event("b"));
    await until(500);
    expect(await batchesOf(documents, webhookId)).toEqual([["a"], ["b"]]);
    const { before, open } = gate();
    let asked = 0;
    disk.beforeRemoval = async () => (++asked === 1 ? broken() : before());
    const refused = expect(webhooks.remove(webhookId)).rejects.toThrow("the disk is broken");
    await until(1_000);
    await open();
    await refused;
    await until(2_000);
    expect((await batchesOf(documents, webhookId)).flat().toSorted()).toEqual(["a", "b"]);
  });

  it("the end waits for that, and what waits is on disk, in order", async () => {
    const { disk, webhooks, webhookId, tell, documents } = await withWaiting();
    const { before, open } = gate();
    disk.beforeRemoval = async () => before().then(broken);
    const refused = expect(webhooks.remove(webhookId)).rejects.toThrow("the disk is broken");
    await tell(event("b"));
    const closed = webhooks.close();
    await open();
    await refused;
    await closed;
    expect((await batchesOf(documents, webhookId)).flat()).toEqual(["a", "b"]);
  });
});

describe("a webhook that is taken away", () => {
  it("is there until it is gone, and told nothing more", async () => {
    const { disk, webhooks, webhookId, tell, until, names, documents } = await withWaiting();
    const { before, open } = gate();
    disk.beforeRemoval = before;
    const twice = [webhooks.remove(webhookId), webhooks.remove(webhookId)];
    await tell(event("b"));
    await until(60_000);
    expect([webhooks.list().length, names()]).toEqual([1, ["a"]]);
    await open();
    await open();
    expect([await Promise.all(twice), webhooks.list()]).toEqual([[true, true], []]);
    await until(120_000);
    expect([names(), await batchesOf(documents, webhookId)]).toEqual([["a"], []]);
  });

  it("leaves nothing of what was told in the same breath", async () => {
    const { webhooks, webhookId, documents, until } = await withOne();
    webhooks.tell(event("a"));
    await webhooks.remove(webhookId);
    await until(60_000);
    expect(await batchesOf(documents, webhookId)).toEqual([]);
  });

  it("leaves nothing of what was being written, and is not told of it", async () => {
    const { disk, webhooks, webhookId, tell, documents, names } = await withOne();
    const { before, open } = gate();
    disk.before = before;
    await tell(event("a"));
    const removed = webhooks.remove(webhookId);
    await settle();
    await open();
    expect([await removed, await batchesOf(documents, webhookId), names()]).toEqual([true, [], []]);
  });

  it("has the log say at once of how many more it was not told", async () => {
    const { life, webhooks, webhookId, warned } = await withOne();
    life.answer = held().answer;
    for (let index = 0; index < 1_005; index++) webhooks.tell(event(`s${index}`));
    await webhooks.remove(webhookId);
    expect(warned).toMatchObject([{ detail: "crowded out, as 1000 wait" }, { events: 4 }]);
  });

  it("leaves nothing of what the disk had refused to take off", async () => {
    const { disk, webhooks, webhookId, tell, until, documents } = await withOne();
    disk.beforeRemoval = broken;
    await tell(event("a"));
    await until(500);
    expect(await documents.list(`webhook-delivery/${webhookId}`)).toHaveLength(1);
    disk.beforeRemoval = whole;
    await webhooks.remove(webhookId);
    expect(await documents.list(`webhook-delivery/${webhookId}`)).toEqual([]);
  });

  it("stays away, also where it is being written down that it answered 410", async () => {
    const { disk, life, webhooks, webhookId, tell, documents } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"));
    const { before, open } = gate();
    disk.before = before;
    answers[0]?.(answered(410));
    await settle();
    const removed = webhooks.remove(webhookId);
    await settle();
    await open();
    expect([await removed, await documents.list("webhook")]).toEqual([true, []]);
  });
});

it("a webhook that could not be added is not there in the next life either", async () => {
  const { disk, documents } = countingDocuments();
  const { webhooks } = await lifeOf(documents);
  disk.beforeReading = broken;
  await expect(webhooks.add(ALL, "me")).rejects.toThrow("the disk is broken");
  disk.beforeReading = whole;
  const after = await lifeOf(documents);
  expect([webhooks.list(), after.webhooks.list()]).toEqual([[], []]);
});
