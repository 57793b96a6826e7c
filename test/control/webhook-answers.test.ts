/** Laws of what receivers of webhooks answer, and of the end: that no receiver holds anything up. */
import { describe, expect, it } from "vitest";
import { ALL, answered, batchesOf, event, held, lifeOf, settle, withOne } from "./webhook-stage.js";

describe("an answer", () => {
  it("that refuses an event for good does not hold the others", async () => {
    const { life, tell, names, webhooks, webhookId } = await withOne();
    life.answer = () => answered(names().at(-1) === "a" ? 400 : 204);
    await tell(event("a"), event("b"));
    expect(names()).toEqual(["a", "b"]);
    expect(webhooks.deliveries(webhookId)).toMatchObject([
      { state: "given-up", tries: 1, detail: "answered 400", nextMs: null },
      { state: "delivered" },
    ]);
  });

  it("says when it is to be asked again", async () => {
    const { life, tell, until, clock } = await withOne();
    const triedMs: number[] = [];
    life.answer = () => {
      triedMs.push(clock.now());
      return answered(triedMs.length === 1 ? 429 : 503, triedMs.length === 1 ? "120" : "99999");
    };
    await tell(event("a"));
    await until(3_800_000);
    expect(triedMs).toEqual([0, 120_000, 3_720_000]);
  });

  it("of 410 ends it for good, as the operator sees", async () => {
    const { life, tell, until, webhooks, webhookId, names, documents, clock } = await withOne();
    await until(5_000);
    life.answer = () => answered(410);
    await tell(event("a"), event("b"));
    await tell(event("c"));
    await until(60_000);
    expect(names()).toEqual(["a"]);
    expect(webhooks.list()).toMatchObject([{ id: webhookId, goneMs: 5_000 }]);
    expect(webhooks.deliveries(webhookId)).toMatchObject([
      { state: "given-up", tries: 1, detail: "answered 410" },
      { state: "given-up", tries: 0, detail: "answered 410" },
    ]);
    await expect(webhooks.ping(webhookId)).rejects.toMatchObject({ code: "webhook.gone" });
    expect(await batchesOf(documents, webhookId)).toEqual([]);
    const after = await lifeOf(documents, clock);
    await after.tell(event("d"));
    expect([after.names(), after.webhooks.list()]).toEqual([[], webhooks.list()]);
  });

  it("of 410 ends it also where a crash leaves what waited", async () => {
    const { life, tell, webhookId, documents, clock, until } = await withOne();
    life.answer = () => answered(410);
    await tell(event("a"), event("b"));
    // The documents are taken off half a second later.
    expect((await batchesOf(documents, webhookId)).flat()).toEqual(["a", "b"]);
    const after = await lifeOf(documents, clock);
    await after.until(60_000);
    expect([after.names(), await batchesOf(documents, webhookId)]).toEqual([[], []]);
    await until(60_000);
  });
});

describe("the end", () => {
  it("comes in two seconds though the receiver never answers, and the event is told again in the next life", async () => {
    const { life, tell, until, webhooks, sent, disk, documents, clock } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"), event("b"));
    let isOver = false;
    const stopped = webhooks.close().then(() => void (isOver = true));
    await until(1_999);
    expect([isOver, sent[0]?.signal.aborted]).toEqual([false, false]);
    await until(2_000);
    await stopped;
    expect(sent[0]?.signal.aborted).toBe(true);
    const { writes } = disk;
    answers[0]?.(answered(410));
    await until(60_000);
    expect(disk.writes).toBe(writes);
    const after = await lifeOf(documents, clock);
    await settle();
    expect(after.names()).toEqual(["a", "b"]);
    expect(after.sent[0]?.headers["webhook-id"]).toBe(sent[0]?.headers["webhook-id"]);
  });

  it("waits for an answer that comes before, and for what it brings to be on disk", async () => {
    const { life, tell, webhooks, documents, webhookId, names } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"));
    await tell(event("b"));
    const stopped = webhooks.close();
    await settle();
    answers[0]?.(answered(200));
    await stopped;
    expect(names()).toEqual(["a"]);
    expect(await batchesOf(documents, webhookId)).toEqual([["b"]]);
  });

  it("takes what comes once nobody is told any more, and keeps it for the next life", async () => {
    const { tell, until, webhooks, names, documents, clock } = await withOne();
    await webhooks.stopSending();
    await tell(event("a"));
    await until(60_000);
    await webhooks.add(ALL, "me");
    await tell(event("b"));
    expect(names()).toEqual([]);
    await webhooks.close();
    await tell(event("late"));
    const after = await lifeOf(documents, clock);
    await after.until(120_000);
    expect(after.names().toSorted()).toEqual(["a", "b", "b"]);
  });

  it("waits for it to be on disk that the webhook is gone", async () => {
    const { life, tell, webhooks, disk, documents } = await withOne();
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"));
    let done = (): void => undefined;
    disk.before = () => new Promise((resolve) => void (done = resolve));
    let isOver = false;
    const stopped = webhooks.close().then(() => void (isOver = true));
    answers[0]?.(answered(410));
    await settle();
    expect(isOver).toBe(false);
    done();
    await stopped;
    expect(await documents.list("webhook")).toMatchObject([{ goneMs: 0 }]);
  });
});
