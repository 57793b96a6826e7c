/** Laws of webhooks and time: pauses and the day of a message are time that passes, whatever the clock is set to. */
import { describe, expect, it } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createJumpingClock } from "../fixtures/jumping-clock.js";
import { ALL, answered, event, lifeOf, settle, UNAVAILABLE } from "./webhook-stage.js";

/** A life whose date can be set, and when each try was by time that passes. */
const lifeWithDate = async (documents = createMemoryDocuments(), clock = createJumpingClock()) => {
  const triedMs: number[] = [];
  const receiver = { answer: UNAVAILABLE };
  const stage = await lifeOf(documents, clock, () => {
    triedMs.push(clock.elapsed());
    return receiver.answer;
  });
  return { ...stage, clock, triedMs, receiver };
};
const started = async () => {
  const stage = await lifeWithDate();
  const { webhook } = await stage.webhooks.add(ALL, "me");
  stage.clock.jump(10 * DAY_MS);
  return { ...stage, webhookId: webhook.id };
};
const firstOf = ({ webhooks }: Pick<Awaited<ReturnType<typeof lifeOf>>, "webhooks">, id: string) =>
  webhooks.deliveries(id)?.[0];

describe.each([
  ["back a day", -DAY_MS],
  ["back a year", -365 * DAY_MS],
  ["forward a day", DAY_MS],
  ["forward two days", 2 * DAY_MS],
])("a clock set %s", (_how, byMs) => {
  it("neither shortens nor lengthens the pauses of a receiver", async () => {
    const { clock, tell, until, triedMs } = await started();
    await tell(event("a"));
    await until(5_000);
    clock.jump(byMs);
    await until(70_000);
    expect(triedMs).toEqual([0, 2_000, 6_000, 14_000, 30_000, 62_000]);
  });

  it("holds up nothing of a receiver that is well", async () => {
    const { clock, tell, names, receiver } = await started();
    receiver.answer = answered(204);
    await tell(event("a"));
    clock.jump(byMs);
    await tell(event("b"));
    expect(names()).toEqual(["a"]);
    clock.passing.step(500);
    await settle();
    expect(names()).toEqual(["a", "b"]);
  });

  it("holds up nothing that waited while it was not", async () => {
    const { clock, tell, until, names, receiver } = await started();
    await tell(event("a"), event("b"), event("c"));
    clock.jump(byMs);
    receiver.answer = answered(204);
    await until(2_000);
    expect(names()).toEqual(["a", "a", "b", "c"]);
  });

  it("gives nothing up that has not been tried for a day, and what has", async () => {
    const stage = await started();
    const { clock, tell, until, webhookId } = stage;
    await tell(event("a", { kind: "transaction.ended" }));
    clock.jump(byMs);
    await until(DAY_MS - 1);
    expect(firstOf(stage, webhookId)).toMatchObject({ state: "waiting" });
    await until(DAY_MS + 2 * HOUR_MS);
    expect(firstOf(stage, webhookId)).toMatchObject({ state: "given-up", detail: "answered 503" });
  });

  it("is seen in when it is tried next, and when it was first", async () => {
    const stage = await started();
    const { clock, tell, until, webhookId } = stage;
    await tell(event("a"));
    clock.jump(byMs);
    await until(3_000);
    expect(firstOf(stage, webhookId)).toMatchObject({
      firstTriedMs: clock.now() - 3_000,
      triedForMs: 2_000,
      nextMs: clock.now() + 3_000,
    });
    clock.jump(byMs);
    expect(firstOf(stage, webhookId)).toMatchObject({ nextMs: clock.now() + 3_000 });
  });
});

it.each([204, 400])("an answer of %i has the pauses begin anew", async (status) => {
  const { tell, until, triedMs, life, clock } = await started();
  life.answer = () => answered(triedMs.push(clock.elapsed()) === 4 ? status : 503);
  await tell(event("a"), event("b"));
  await until(20_000);
  expect(triedMs).toEqual([0, 2_000, 6_000, 14_000, 14_000, 16_000, 20_000]);
});

describe("over a restart", () => {
  /** The next life of one whose message was tried until 14 s and rests until 30 s, ended at 20 s. */
  const nextAfter = async (awayMs: number) => {
    const before = await started();
    await before.tell(event("a", { kind: "transaction.ended" }));
    await before.until(20_000);
    await before.webhooks.close();
    expect(before.triedMs).toEqual([0, 2_000, 6_000, 14_000]);
    const clock = createJumpingClock();
    clock.jump(before.clock.now() + awayMs);
    const after = await lifeWithDate(before.documents, clock);
    return { ...after, first: () => firstOf(after, before.webhookId) };
  };

  it("the pauses go on growing", async () => {
    const { until, triedMs } = await nextAfter(0);
    await until(100_000);
    expect(triedMs).toEqual([10_000, 42_000]);
  });

  it.each([
    ["for as long as the date says", 5_000, 5_000, 14_000 + 11_000 + 5_000],
    ["for a pause at most, where the date is a month later", 30 * DAY_MS, 0, 14_000 + 75 * MINUTE_MS],
    ["for nothing, where the date is earlier", -DAY_MS, 75 * MINUTE_MS, 14_000 + 75 * MINUTE_MS],
  ])("what was tried counts, and the time away %s", async (_how, awayMs, triedAtMs, triedForMs) => {
    const { until, triedMs, first } = await nextAfter(awayMs);
    await until(triedAtMs);
    expect([triedMs, first()?.state, first()?.triedForMs]).toEqual([[triedAtMs], "waiting", triedForMs]);
  });

  it("the day of a message that was not tried yet begins with its first try", async () => {
    const before = await started();
    before.life.answer = () => answered(429, "3600");
    await before.tell(event("a"), event("b"));
    await before.until(DAY_MS);
    await before.webhooks.close();
    const clock = createJumpingClock();
    clock.jump(before.clock.now() + MINUTE_MS);
    const { until, names, webhooks } = await lifeWithDate(before.documents, clock);
    await until(HOUR_MS);
    expect(names()[0]).toBe("b");
    const [first] = webhooks.deliveries(before.webhookId) ?? [];
    expect(first?.triedForMs).toBe(30_000);
  });

  it("what was tried for a day in several lives is given up", async () => {
    const { until, first } = await nextAfter(0);
    await until(DAY_MS - 20_001);
    expect(first()?.state).toBe("waiting");
    await until(DAY_MS + 2 * HOUR_MS);
    expect(first()?.state).toBe("given-up");
  });
});
