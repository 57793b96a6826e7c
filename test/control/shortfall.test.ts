import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import type { Policy } from "../../src/control/contract.js";
import type { Site } from "../../src/domain/site.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf, plugIn } from "./harness.js";

const THREE_PHASE = { phases: 3, voltageV: 220, maxA: 32 } as const;
const RATED_KW = 21.12;
const IN_AN_HOUR = EVENING_MS + MINUTE_MS + HOUR_MS;

let policy: Policy;
beforeAll(async () => {
  policy = await policyByName("optimizer", 10_000);
});

const siteOf = (importLimitKw: number): Site => {
  const site = communityOf([stationOf("p1", THREE_PHASE)]);
  const [root, ...others] = site.nodes;
  if (root === undefined) throw new Error("no root");
  return { ...site, nodes: [{ ...root, importLimitKw }, ...others] };
};

let harness: Harness;
let sessionId: string;
const begin = async (importLimitKw: number): Promise<void> => {
  harness = await harnessOf(siteOf(importLimitKw), policy);
  connect(harness, "p1");
  await harness.run(MINUTE_MS);
  sessionId = await plugIn(harness, "p1");
};
const row = async () => (await harness.control.live("community")).rows[0]?.session;
const told = () => harness.log.filter(({ message }) => message.includes("cannot be met"));

describe("a wish that pile and stay cannot meet", () => {
  beforeEach(() => begin(200));

  it("is kept and told at once, in the row, in the plan's notes and once in the log", async () => {
    const wish = { departureMs: IN_AN_HOUR, energyNeedKwh: 500 };
    const answer = await harness.control.setPreference(sessionId, wish);
    const cause = { key: "stay-too-short", maxChargeKw: RATED_KW };
    expect(answer).toMatchObject({ energyNeedKwh: 500, shortfallCause: cause });
    expect(answer.shortfallKwh).toBeCloseTo(500 - RATED_KW, 6);
    for (let slot = 0; slot < 3; slot++) await harness.run(15 * MINUTE_MS);
    expect(await row()).toMatchObject({ energyNeedKwh: 500, shortfallCause: { key: "stay-too-short" } });
    const { plan } = await harness.control.live("community");
    expect(plan?.notes).toEqual([
      expect.stringMatching(/^session p1\.1\.\w+: [\d.]+ kWh will be missing: the stay is too short/),
    ]);
    expect(harness.cycles.length).toBeGreaterThan(3);
    expect(told()).toEqual([
      {
        level: "warn",
        message: expect.any(String) as string,
        fields: {
          siteId: "community",
          stationId: "p1",
          evseId: 1,
          sessionId,
          shortfallKwh: expect.closeTo(478.88, 0) as number,
          cause,
        },
      },
    ]);
  });

  it("is forgotten as soon as less is asked for, and told anew with the next one", async () => {
    await harness.control.setPreference(sessionId, { departureMs: IN_AN_HOUR, energyNeedKwh: 500 });
    await harness.run(MINUTE_MS);
    const less = await harness.control.setPreference(sessionId, { energyNeedKwh: 10 });
    expect(less).toMatchObject({ shortfallKwh: 0, shortfallCause: null });
    await harness.run(MINUTE_MS);
    expect(await row()).toMatchObject({ shortfallKwh: 0, shortfallCause: null });
    await harness.control.setPreference(sessionId, { energyNeedKwh: 90 });
    await harness.run(MINUTE_MS);
    expect(told()).toHaveLength(2);
  });

  it("is nobody's where the site's default was taken", async () => {
    await harness.run(13 * HOUR_MS);
    expect(told()).toEqual([]);
  });
});

describe("a wish that limits do not let be met", () => {
  beforeEach(() => begin(72));

  it("is told with the node that has no room, once there is a plan", async () => {
    const wish = { departureMs: IN_AN_HOUR, energyNeedKwh: 20 };
    const answer = await harness.control.setPreference(sessionId, wish);
    expect(answer).toMatchObject({ shortfallKwh: 0, shortfallCause: null });
    await harness.run(MINUTE_MS);
    const cause = { key: "limits", nodeId: "transformer", eventId: null };
    const shown = await row();
    expect(shown?.shortfallCause).toEqual(cause);
    expect(shown?.shortfallKwh).toBeGreaterThan(5);
    expect((await harness.control.session(sessionId)).shortfallCause).toEqual(cause);
    expect(told()).toHaveLength(1);
  });
});

describe("a wish that a cap by hand does not let be met", () => {
  const CAP_KW = 5;
  const wished = async (energyNeedKwh: number) => {
    await begin(200);
    const sinceMs = harness.clock.now();
    const steps = [{ startMs: sinceMs, chargeKw: CAP_KW, dischargeKw: null }];
    const limit = { evseId: 0, source: "operator", steps, endMs: null, sinceMs };
    harness.control.report({ kind: "outside-limit", stationId: "p1", atMs: sinceMs, limit });
    await harness.control.setPreference(sessionId, { departureMs: IN_AN_HOUR, energyNeedKwh });
    await harness.run(MINUTE_MS);
    const { plan } = await harness.control.live("community");
    return { cause: (await row())?.shortfallCause, notes: plan?.notes ?? [] };
  };
  const cause = { key: "limited-from-outside", stationId: "p1" };

  it("is the cap's where the stay would do at full power", async () => {
    const short = await wished(20);
    expect(short.cause).toEqual(cause);
    expect(short.notes).toEqual([
      expect.stringMatching(/ kWh will be missing: a limit at station p1 leaves no more$/),
    ]);
  });

  it("says how much of it is the cap's where the stay is too short as well", async () => {
    const short = await wished(60);
    expect(short.cause).toMatchObject({ key: "stay-too-short", maxChargeKw: RATED_KW, besides: { cause } });
    const [, kwh] =
      /all the time; ([\d.]+) kWh of it as a limit at station p1/.exec(short.notes[0] ?? "") ?? [];
    const mostByCapKwh = RATED_KW - CAP_KW;
    expect(Number(kwh)).toBeGreaterThan(0.7 * mostByCapKwh);
    expect(Number(kwh)).toBeLessThanOrEqual(mostByCapKwh);
  });
});
