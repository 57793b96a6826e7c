import { test as law, fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { LEAST_SHORTFALL_KWH, type SessionPlan, type ShortfallCause } from "../../src/domain/plan.js";
import { type ChargingNeeds, type Preference, UNSAID } from "../../src/domain/session.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { DEFAULT_EFFICIENCY, resolveNeed } from "../../src/planning/needs.js";
import { expectedShortfall } from "../../src/planning/shortfall.js";
import { EVENING_MS, sessionOf } from "../fixtures/sites.js";

const SILENT: ChargingNeeds = {
  departureMs: null,
  energyNeedKwh: null,
  capacityKwh: null,
  energyKwh: null,
  maxChargeKw: null,
  maxDischargeKw: null,
  reserveKwh: null,
};
const DEFAULTS = { departureMs: EVENING_MS + 14 * HOUR_MS, energyNeedKwh: 20 };

interface Wish {
  readonly energyNeedKwh: number;
  readonly stayH: number;
  readonly battery?: { readonly capacityKwh: number; readonly energyKwh: number } | null;
  readonly deliveredKwh?: number;
}

const needOf = ({ energyNeedKwh, stayH, battery = null, deliveredKwh = 0 }: Wish) => {
  const departureMs = EVENING_MS + stayH * HOUR_MS;
  const preference: Preference = { ...UNSAID, energyNeedKwh, departureMs };
  const needs = battery === null ? null : { ...SILENT, ...battery };
  const session = sessionOf("p1", { preference, needs, importedKwh: deliveredKwh });
  return resolveNeed(session, DEFAULTS, EVENING_MS);
};

const plannedShort = (shortfallKwh: number, shortfallCause: ShortfallCause): SessionPlan => ({
  sessionId: "p1.1.s",
  chargeKw: [],
  dischargeKw: [],
  energyKwh: [],
  shortfallKwh,
  shortfallCause,
  reasons: [],
});

const missing = (wish: Wish, planned: SessionPlan | null = null) =>
  expectedShortfall({ need: needOf(wish), maxChargeKw: 22, planned, nowMs: EVENING_MS });

const LIMITS: ShortfallCause = { key: "limits", nodeId: "transformer", eventId: "e" };
const battery = { capacityKwh: 60, energyKwh: 22 };

describe("what will be missing at departure", () => {
  it.each([
    ["the pile cannot bring it", { energyNeedKwh: 500, stayH: 1 }, 478, "stay-too-short"],
    ["the rest cannot come", { energyNeedKwh: 40, stayH: 1, deliveredKwh: 10 }, 8, "stay-too-short"],
    ["the battery cannot hold it", { energyNeedKwh: 50, stayH: 8, battery }, 10, "battery-too-small"],
    ["neither, and the stay binds", { energyNeedKwh: 50, stayH: 1, battery }, 28, "stay-too-short"],
  ] as const)("is known without a plan where %s", (_why, wish, kwh, key) => {
    const found = missing(wish);
    expect(found?.kwh).toBeCloseTo(kwh, 9);
    expect(found?.cause.key).toBe(key);
  });

  law.prop([
    fc.double({ min: 0, max: 200, noNaN: true }),
    fc.double({ min: 0.1, max: 20, noNaN: true }),
    fc.option(
      fc.record({ capacityKwh: fc.constant(60), energyKwh: fc.double({ min: 0, max: 60, noNaN: true }) }),
    ),
  ])("is the need less what pile and battery can take, at the port", (energyNeedKwh, stayH, told) => {
    const room = told === null ? Infinity : (60 - told.energyKwh) / DEFAULT_EFFICIENCY;
    const kwh = energyNeedKwh - Math.min(22 * stayH, room, energyNeedKwh);
    const found = missing({ energyNeedKwh, stayH, battery: told });
    if (kwh > LEAST_SHORTFALL_KWH + 1e-6) expect(found?.kwh).toBeCloseTo(kwh, 6);
    if (kwh < LEAST_SHORTFALL_KWH - 1e-6) expect(found).toBeNull();
  });

  it("is what limits keep back by the plan, counted at the port", () => {
    expect(missing({ energyNeedKwh: 20, stayH: 8 }, plannedShort(9, LIMITS))).toEqual({
      kwh: 9,
      cause: LIMITS,
    });
    const known = missing({ energyNeedKwh: 20, stayH: 8, battery }, plannedShort(9.5, LIMITS));
    expect(known?.kwh).toBeCloseTo(10, 9);
    expect(known?.cause).toEqual(LIMITS);
  });

  it("is named by its larger part", () => {
    const both = missing({ energyNeedKwh: 50, stayH: 8, battery }, plannedShort(1.9, LIMITS));
    expect(both?.kwh).toBeCloseTo(12, 9);
    expect(both?.cause.key).toBe("battery-too-small");
  });

  it("is nothing once the car was to have left: what it still gets nobody knows", () => {
    expect(missing({ energyNeedKwh: 50, stayH: -1 })).toBeNull();
  });
});
