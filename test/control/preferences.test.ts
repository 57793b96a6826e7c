import { test as law, fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { changedPreference } from "../../src/control/preferences.js";
import { type PreferenceChange, UNSAID } from "../../src/domain/session.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { DAY_MS, HOUR_MS } from "../../src/domain/units.js";
import { resolveNeed } from "../../src/planning/needs.js";
import { EVENING_MS, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const ONE_WAY = SINGLE_PHASE_32A;
const BIDIRECTIONAL = { ...ONE_WAY, maxDischargeKw: 7 };
const place = { evse: BIDIRECTIONAL, nowMs: EVENING_MS };

const amount = fc.double({ min: 0, max: 500, noNaN: true });
const wish = fc.record({
  profileType: fc.constantFrom("CHEAP", "FAST", "GREEN", "REGULAR"),
  departureMs: fc.option(fc.integer({ min: EVENING_MS + 1, max: EVENING_MS + 30 * DAY_MS })),
  energyNeedKwh: fc.option(amount),
  dischargeAllowed: fc.boolean(),
  reserveKwh: fc.option(amount),
  maxDischargeKwh: fc.option(amount),
});
const change: fc.Arbitrary<PreferenceChange> = wish.chain((whole) =>
  fc.subarray(Object.entries(whole)).map((fields) => Object.fromEntries(fields)),
);
const session = (preference: typeof UNSAID | null = null) => ({ ...sessionOf("p1"), preference });

describe("a driver's wish", () => {
  law.prop([wish, change])(
    "a change keeps what it does not name and takes what it names",
    (before, named) => {
      expect(changedPreference(session(before), named, place)).toEqual({ ...before, ...named });
    },
  );
  law.prop([wish])("a whole wish replaces whatever was wanted", (whole) => {
    expect(changedPreference(session(UNSAID), whole, place)).toEqual(whole);
  });
  law.prop([wish])("nulls take everything back", (whole) => {
    const nothing = Object.fromEntries(Object.keys(UNSAID).map((field) => [field, null]));
    expect(changedPreference(session(whole), nothing, place)).toEqual(UNSAID);
  });
  law.prop([fc.double({ min: 0, max: 100, noNaN: true })])(
    "a charge wanted in percent is what is planned for, never below what the car came with",
    (targetSocPercent) => {
      const needs = {
        departureMs: null,
        energyNeedKwh: 10,
        capacityKwh: 60,
        energyKwh: 24,
        maxChargeKw: 7,
        maxDischargeKw: 7,
        reserveKwh: null,
      };
      const car = { ...session(), needs };
      const preference = changedPreference(car, { targetSocPercent }, place);
      const defaults = { departureMs: EVENING_MS + HOUR_MS, energyNeedKwh: 5 };
      const { battery } = resolveNeed({ ...car, preference }, defaults, EVENING_MS);
      expect(((battery?.targetKwh ?? 0) / 60) * 100).toBeCloseTo(Math.max(40, targetSocPercent), 6);
    },
  );

  const refusals: [PreferenceChange, EvseConfig | null, string, string][] = [
    [{ departureMs: EVENING_MS }, ONE_WAY, "preference.window", "body.departureMs"],
    [{ departureMs: EVENING_MS + 400 * DAY_MS }, ONE_WAY, "preference.window", "body.departureMs"],
    [{ departureMs: Number.NaN }, ONE_WAY, "preference.window", "body.departureMs"],
    [{ dischargeAllowed: true }, ONE_WAY, "preference.one-way", "body.dischargeAllowed"],
    [{ dischargeAllowed: true }, null, "preference.one-way", "body.dischargeAllowed"],
    [{ targetSocPercent: 80 }, BIDIRECTIONAL, "preference.battery-unknown", "body.targetSocPercent"],
    [{ energyNeedKwh: -1 }, ONE_WAY, "request.invalid", "body.energyNeedKwh"],
    [{ reserveKwh: Infinity }, ONE_WAY, "request.invalid", "body.reserveKwh"],
  ];
  it.each(refusals)("%j at %j is refused with %s at %s", (wanted, evse, code, at) => {
    const attempt = () => changedPreference(session(), wanted, { evse, nowMs: EVENING_MS });
    expect(attempt).toThrow(expect.objectContaining({ code, place: at }));
  });
  it("a departure that has passed meanwhile hinders no other change", () => {
    const late = { ...UNSAID, departureMs: EVENING_MS - 1 };
    expect(changedPreference(session(late), { energyNeedKwh: 3 }, place).energyNeedKwh).toBe(3);
  });
});
