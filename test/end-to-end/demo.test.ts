import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, startDemo } from "../../src/app/demo.js";
import { OPENADR_PREFIX } from "../../src/openadr/vtn/vtn.js";
import type { EventResult, SiteLive } from "../../src/domain/views.js";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { pause } from "./served.js";

/** The event's hour passes in eighteen seconds; a plan of 0.2 s and its messages take a minute of it. */
const SPEED = 200;
const LIMIT_KW = 190;
const SITE_LIMIT_KW = 250;
/**
 * The longest that one control cycle may take at this speed, in simulated time: what is gathered first,
 * the wall time after which a rule plans instead of the solver, and that after which the others go on
 * without a silent station. Usually it takes a tenth of that; how long it took is measured below.
 */
const LONGEST_CYCLE_MS = 10 * SECOND_MS + (2 + 3) * SECOND_MS * SPEED;

interface Cycle {
  readonly causes: readonly string[];
  readonly endMs: number;
}

const cycles: Cycle[] = [];
let demo: Demo;
/** Stations that could have spoken before whoever began the demonstration could. */
let connectedAtFirst: number;
let url: string;

const get = async <T>(path: string): Promise<T> => {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${demo.tokens.page}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
};
const post = async <T>(path: string, token: string, body: object): Promise<T> => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  expect([200, 201]).toContain(answer.status);
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
const result = async (id: string) => (await get<EventResult>(`/api/v1/events/${id}/result`)).intervals[0];
const quarters = ({ past }: SiteLive): (number | null)[] => past.slice(-2).map(({ importKw }) => importKw);

/** Drivers press "charge now" as they come, until the site is well above the event's limit. */
const crowd = async (): Promise<boolean> => {
  const now = await live();
  for (const { session } of now.rows)
    if (session?.chargeNow === false)
      await post(`/api/v1/sessions/${session.id}/charge-now`, demo.tokens.page, { on: true });
  return quarters(now).every((importKw) => (importKw ?? 0) > LIMIT_KW + 10);
};

beforeAll(async () => {
  demo = await startDemo({ host: "127.0.0.1", port: 0, speed: SPEED, seed: 1, onCycle: () => undefined });
  connectedAtFirst = demo.server.control.stations().filter(({ connected }) => connected).length;
  demo.server.control.onCycle(({ causes }) => void cycles.push({ causes, endMs: demo.clock.now() }));
  url = demo.server.url;
}, 240_000);

afterAll(() => demo.close());

describe("the demonstration", () => {
  it("lets whoever began it speak before any station does", () => {
    expect(connectedAtFirst).toBe(0);
  });

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
  }, 120_000);

  it("serves the live page without a token on loopback", async () => {
    const answer = await fetch(`${url}/`);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("<title>");
    const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    const seen = await fetch(`${url}/api/v1/sites`, { headers: { cookie, "sec-fetch-site": "same-origin" } });
    expect(seen.status).toBe(200);
  });

  it("knows the page's token at the VTN too, and names the scope that it lacks there", async () => {
    const headers = { authorization: `Bearer ${demo.tokens.page}` };
    const answer = await fetch(`${url}${OPENADR_PREFIX}/programs`, { headers });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      code: "auth.forbidden",
      detail: expect.stringMatching(/needs the scope read_all .*; the token has read, operate/),
    });
  });

  it("bends the load under an event posted by curl from one control cycle after posting to its end, says why each car waits, and reads back what it brought", async () => {
    await until("cars that charge now crowd the site", demo.scenario.startMs + 4 * HOUR_MS, crowd);
    const offered = JSON.parse(/-d '(.*)'/s.exec(demo.curl)?.[1] ?? "{}") as object;
    const postedMs = demo.clock.now();
    const { id } = await post<{ id: string }>(`${OPENADR_PREFIX}/events`, demo.tokens.gridOperator, {
      ...offered,
      intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [LIMIT_KW] }] }],
    });
    const planned = (): Cycle | undefined =>
      cycles.find(({ causes, endMs }) => endMs > postedMs && causes.includes("event"));
    await until(
      "the cycle of the event is over",
      postedMs + HOUR_MS / 2,
      async () => planned() !== undefined,
    );
    const compliantMs = planned()?.endMs ?? Infinity;
    // A pass that was under way when the event came ends first.
    expect(compliantMs - postedMs).toBeLessThanOrEqual(2 * LONGEST_CYCLE_MS);

    const endMs = postedMs + HOUR_MS;
    const reasons = new Set<string>();
    // Base load may rise above its upper forecast: then a cycle follows, and the cars make way.
    const tooLong: string[] = [];
    let [seen, overSinceMs] = [0, Infinity];
    for (let lookMs = 0; demo.clock.now() < endMs; ) {
      const importKw = demo.world.importKw();
      const atMs = demo.clock.now();
      if (atMs >= endMs) break;
      seen += 1;
      overSinceMs = importKw > LIMIT_KW + 1e-6 ? Math.min(overSinceMs, atMs) : Infinity;
      if (atMs - overSinceMs > LONGEST_CYCLE_MS)
        tooLong.push(`${importKw} kW ${(atMs - postedMs) / MINUTE_MS} min after`);
      if (atMs > lookMs) {
        for (const { reason } of (await live()).rows) reasons.add(reason.key);
        lookMs = atMs + 2 * MINUTE_MS;
      }
      await pause(20);
    }
    expect(tooLong).toEqual([]);
    expect(seen).toBeGreaterThan(20);
    expect([...reasons]).toContain("demand-response-event");

    await until("the result is whole", endMs + HOUR_MS, async () => (await result(id))?.complete === true);
    const interval = await result(id);
    const [target, measured, baseline] = [interval?.targetKwh, interval?.measuredKwh, interval?.baselineKwh];
    const measuredHours = 1 - (interval?.gapMs ?? 0) / HOUR_MS;
    expect(target).toBeCloseTo(LIMIT_KW * measuredHours, 6);
    // Until the cycle is over the site may draw what its transformer bears.
    const before = ((compliantMs - postedMs) / HOUR_MS) * (SITE_LIMIT_KW - LIMIT_KW);
    expect(measured).toBeLessThanOrEqual(LIMIT_KW * measuredHours + before + 1);
    expect(interval?.deliveredKwh).toBeCloseTo((baseline ?? 0) - (measured ?? 0), 6);
    expect(interval?.deliveredKwh).toBeGreaterThan(0);
  }, 180_000);
});
