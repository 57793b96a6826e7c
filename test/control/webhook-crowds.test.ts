/** Which events make way where more wait for a webhook than are kept. */
import { describe, expect, it } from "vitest";
import type { WebhookEvent } from "../../src/domain/webhook.js";
import type { HttpAnswer } from "../../src/ports/http-sender.js";
import { ALL, answered, batchesOf, event, held, lifeOf, settle } from "./webhook-stage.js";

describe("where too many wait", () => {
  it.each([
    { crowd: "station.connected", other: "station.event", left: ["other", "honest"] },
    { crowd: "station.connected", other: "station.disconnected", left: ["other", "honest"] },
    { crowd: "station.disconnected", other: "limit.exceeded", left: ["other", "honest"] },
    { crowd: "station.event", other: "station.booted", left: ["other", "honest"] },
    { crowd: "evse.faulted", other: "station.event", left: ["other", "honest"] },
    { crowd: "transaction.started", other: "station.event", left: ["honest"] },
  ] as const)(
    "by 1,000 of $crowd of one station, of older ones of others ($other, the end of a transaction) there stay: $left",
    async (row) => {
      const { kept } = await crowdedBy(
        [event("other", { kind: row.other }), event("honest", { kind: "transaction.ended" })],
        Array.from({ length: 1_000 }, () => event("flapping", { kind: row.crowd })),
      );
      expect(kept).toHaveLength(1_000);
      expect(kept.filter((name) => name !== "flapping")).toEqual(["head", ...row.left]);
    },
  );

  it.each([
    { crowd: "station.connected", others: "station.booted", kept: 0 },
    { crowd: "station.connected", others: "station.event", kept: 3 },
    { crowd: "station.event", others: "station.connected", kept: 0 },
    { crowd: "station.connected", others: "transaction.started", kept: 3 },
  ] as const)(
    "by one $crowd of each of 1,000 stations, of three older $others of others there stay $kept",
    async ({ crowd, others, kept }) => {
      const stage = await crowdedBy(
        ["a", "b", "c"].map((name) => event(name, { kind: others })),
        Array.from({ length: 1_000 }, (_, index) => event(`s${index}`, { kind: crowd })),
      );
      expect(stage.kept.filter((name) => "abc".includes(name))).toHaveLength(kept);
    },
  );

  it("those of the station of which most wait make way, oldest first, until others have as many", async () => {
    const { kept, tellMore } = await crowdedBy([...of("few", 200), ...of("many", 500)], of("some", 299));
    expect(kept).toHaveLength(1_000);
    const after = async (count: number) => {
      const names = await tellMore(Array.from({ length: count }, (_, index) => event(`s${count}-${index}`)));
      return ["few", "many", "some"].map((name) => names.filter((one) => one === name).length);
    };
    expect(await after(201)).toEqual([200, 299, 299]);
    expect(await after(198)).toEqual([200, 200, 200]);
    expect(await after(3)).toEqual([199, 199, 199]);
  });

  it("the one that is under way stays, also where it was not the first", async () => {
    const { webhooks, life, tell, until } = await lifeOf();
    const { webhook } = await webhooks.add(ALL, "me");
    const { answers, answer } = held();
    life.answer = answer;
    await tell(event("a"), event("b"));
    await until(500);
    answers[0]?.(answered(204));
    await settle();
    for (let index = 0; index < 1_001; index++) webhooks.tell(event(`s${index}`));
    answers[1]?.(answered(204));
    await settle();
    const over = webhooks.deliveries(webhook.id)?.filter(({ state }) => state !== "waiting") ?? [];
    expect(over.map(({ stationId, state }) => `${stationId} ${state}`)).toEqual([
      "a delivered",
      "s0 given-up",
      "s1 given-up",
      "b delivered",
    ]);
  });

  it("what is of no station makes way by site and kind", async () => {
    const limit = { kind: "limit.exceeded", stationId: null } as const;
    const { deliveries } = await crowdedBy(
      [
        event("", { ...limit, siteId: "work" }),
        event("", { ...limit, kind: "task.ended", siteId: null }),
        event("", { ...limit, kind: "notice" }),
      ],
      Array.from({ length: 1_000 }, () => event("", limit)),
    );
    const quiet = deliveries.filter(({ kind, siteId }) => kind !== limit.kind || siteId !== "home");
    expect(quiet.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      "station.connected waiting",
      "limit.exceeded waiting",
      "task.ended waiting",
      "notice waiting",
    ]);
  });

  it("they make way by station in the next life, too", async () => {
    const { documents, webhook } = await crowdedBy(of("honest", 1), of("flapping", 998));
    const after = await lifeOf(documents, undefined, never);
    await after.tell(event("new"));
    await after.until(1_000);
    const kept = (await batchesOf(documents, webhook.id)).flat();
    expect([kept.length, kept.slice(0, 3), kept.at(-1)]).toEqual([
      1_000,
      ["head", "honest", "flapping"],
      "new",
    ]);
  });
});

const never = (): Promise<HttpAnswer> => new Promise(() => undefined);
const of = (name: string, count: number) => Array.from({ length: count }, () => event(name));

/** What a webhook whose receiver never answers has on disk, once it was told these in turn. */
const crowdedBy = async (first: readonly WebhookEvent[], crowd: readonly WebhookEvent[]) => {
  const { webhooks, life, until, documents, clock } = await lifeOf();
  const { webhook } = await webhooks.add(ALL, "me");
  life.answer = never;
  const tellMore = async (events: readonly WebhookEvent[]): Promise<string[]> => {
    for (const one of events) webhooks.tell(one);
    await until(clock.now() + 500);
    return (await batchesOf(documents, webhook.id)).flat();
  };
  await tellMore([event("head")]);
  const kept = await tellMore([...first, ...crowd]);
  return { kept, tellMore, documents, webhook, deliveries: webhooks.deliveries(webhook.id) ?? [] };
};
