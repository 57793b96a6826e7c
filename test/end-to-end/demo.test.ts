import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, startDemo } from "../../src/app/demo.js";
import { OPENADR_PREFIX } from "../../src/openadr/vtn.js";
import type { EventResult, SiteLive } from "../../src/domain/views.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { pause } from "./served.js";

/** The event's hour passes in twelve seconds. */
const SPEED = 300;
const LIMIT_KW = 190;

let demo: Demo;
let url: string;

const get = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${demo.tokens.page}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
};
const live = (): Promise<SiteLive> => get(`/api/v1/sites/${demo.scenario.site.id}/live`);

/** Waits by the demonstration's clock, as the load follows the tariff's hours; vitest bounds the wall time. */
const until = async (what: string, byMs: number, holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) {
    if (demo.clock.now() > byMs) throw new Error(`waited in vain until ${what}`);
    await pause(100);
  }
};
const inTheMorningMs = (): number => demo.scenario.startMs + 14 * HOUR_MS;

beforeAll(async () => {
  demo = await startDemo({ host: "127.0.0.1", port: 0, speed: SPEED, seed: 1, onCycle: () => undefined });
  url = demo.server.url;
}, 60_000);

afterAll(() => demo.close());

describe("the demonstration", () => {
  it("has all forty stations connected, of three versions, within half a minute", async () => {
    await until(
      "forty stations are connected",
      // Half a minute of the wall.
      demo.scenario.startMs + 30_000 * SPEED,
      async () => (await live()).rows.filter(({ connected }) => connected).length === 40,
    );
    const { rows } = await live();
    const count = (version: string) => rows.filter((row) => row.version === version).length;
    expect([count("1.6"), count("2.0.1"), count("2.1")]).toEqual([16, 12, 12]);
  }, 60_000);

  it("serves the live page without a token on loopback", async () => {
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("<title>");
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const seen = await fetch(`${url}/api/v1/sites`, { headers: { cookie, "sec-fetch-site": "same-origin" } });
    expect(seen.status).toBe(200);
  });

  it("bends the load under an event posted by curl, says why each car waits, and reads back what it brought", async () => {
    // Late in the evening every car is there and the night's charging runs: the baseline is the last
    // full quarter of an hour before the event.
    await until("the night's charging is well above the event's limit", inTheMorningMs(), async () => {
      const { past } = await live();
      return (past.at(-2)?.importKw ?? 0) > LIMIT_KW + 10 && (past.at(-1)?.importKw ?? 0) > LIMIT_KW + 10;
    });
    const event = JSON.parse(/-d '(.*)'/s.exec(demo.curl)?.[1] ?? "{}") as object;
    const posted = await fetch(`${url}${OPENADR_PREFIX}/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${demo.tokens.gridOperator}`, "content-type": "application/json" },
      body: JSON.stringify({
        ...event,
        intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [LIMIT_KW] }] }],
      }),
    });
    expect(posted.status).toBe(201);
    const { id } = (await posted.json()) as { id: string };
    const under = async () => demo.world.importKw() <= LIMIT_KW;
    await until("the site is under the event's limit", demo.clock.now() + 20 * MINUTE_MS, under);
    const startedMs = demo.clock.now();
    const seen: number[] = [];
    const reasons = new Set<string>();
    while (demo.clock.now() < startedMs + 40 * MINUTE_MS) {
      seen.push(demo.world.importKw());
      for (const { reason } of (await live()).rows) reasons.add(reason.key);
      await pause(50);
    }
    expect(Math.max(...seen)).toBeLessThanOrEqual(LIMIT_KW + 1e-6);
    expect([...reasons]).toContain("demand-response-event");
    await until(
      "the event is over",
      startedMs + 2 * HOUR_MS,
      async () => (await get<EventResult>(`/api/v1/events/${id}/result`)).intervals[0]?.complete === true,
    );
    const [interval] = (await get<EventResult>(`/api/v1/events/${id}/result`)).intervals;
    expect(interval?.targetKwh).toBeCloseTo(LIMIT_KW, 6);
    expect(interval?.measuredKwh).toBeLessThanOrEqual(LIMIT_KW * 1.02);
    expect(interval?.deliveredKwh).toBeCloseTo(
      (interval?.baselineKwh ?? 0) - (interval?.measuredKwh ?? 0),
      6,
    );
    expect(interval?.deliveredKwh).toBeGreaterThan(0);
  }, 360_000);
});
