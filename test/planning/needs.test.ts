import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChargingNeeds, Preference } from "../../src/domain/session.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { resolveNeed } from "../../src/planning/needs.js";
import { EVENING_MS, sessionOf } from "../fixtures/sites.js";

const MORNING_MS = EVENING_MS + 14 * HOUR_MS;
const SITE_DEFAULT = { departureMs: MORNING_MS, energyNeedKwh: 20 };

const wish: Preference = {
  profileType: "CHEAP",
  departureMs: EVENING_MS + 10 * HOUR_MS,
  energyNeedKwh: 30,
  dischargeAllowed: true,
  reserveKwh: 15,
  maxDischargeKwh: 10,
};
const told: ChargingNeeds = {
  departureMs: EVENING_MS + 12 * HOUR_MS,
  energyNeedKwh: 25,
  capacityKwh: 60,
  energyKwh: 30,
  maxChargeKw: 7,
  maxDischargeKw: 6,
  reserveKwh: 12,
};
const need = (change: Parameters<typeof sessionOf>[1], nowMs = EVENING_MS) =>
  resolveNeed(sessionOf("p1", change), SITE_DEFAULT, nowMs);

describe("what is planned for a session", () => {
  it.each([
    [
      "a silent driver: the site's default",
      {},
      { source: "site-default", energyNeedKwh: 20, departureMs: MORNING_MS },
    ],
    ["the car told", { needs: told }, { source: "car", energyNeedKwh: 25, departureMs: told.departureMs }],
    [
      "the driver told too",
      { needs: told, preference: wish },
      { source: "driver", energyNeedKwh: 30, departureMs: wish.departureMs },
    ],
    [
      "the driver told the energy only",
      { needs: told, preference: { ...wish, departureMs: null } },
      { source: "driver", energyNeedKwh: 30, departureMs: told.departureMs },
    ],
    ["FAST means now", { preference: { ...wish, profileType: "FAST" as const } }, { chargeNow: true }],
  ])("%s", (_name, change, expected) => {
    expect(need(change)).toMatchObject(expected);
  });

  it.each([
    ["no consent", { needs: told }, 0],
    ["consent, but the battery is unknown", { preference: wish }, 0],
    ["consent and a known battery", { needs: told, preference: wish }, 6],
  ])("discharges only with consent: %s", (_name, change, expectedKw) => {
    expect(need(change).maxDischargeKw).toBe(expectedKw);
  });

  it.each([
    ["nothing taken yet", { preference: wish }, 10],
    ["some taken", { preference: wish, exportedKwh: 4 }, 6],
    ["all taken, or more", { preference: wish, exportedKwh: 10.5 }, 0],
    ["no word", { exportedKwh: 4 }, null],
  ])("counts what may still be taken: %s", (_name, change, leftKwh) => {
    expect(need(change).dischargeLeftKwh).toBe(leftKwh);
  });

  it("gives a car that stays past its departure half an hour more", () => {
    expect(need({}, MORNING_MS + 1).departureMs).toBe(MORNING_MS + 1 + HOUR_MS / 2);
  });

  it("never wants more than the battery holds, nor less than nothing", () => {
    const energy = fc.double({ min: 0, max: 120, noNaN: true });
    fc.assert(
      fc.property(energy, energy, energy, energy, (energyNeedKwh, energyKwh, importedKwh, exportedKwh) => {
        const resolved = need({
          importedKwh,
          exportedKwh,
          needs: { ...told, energyNeedKwh, energyKwh: Math.min(60, energyKwh) },
        });
        expect(resolved.energyToGoKwh).toBeGreaterThanOrEqual(0);
        expect(resolved.battery?.targetKwh).toBeLessThanOrEqual(60);
        expect(resolved.battery?.energyKwh).toBeGreaterThanOrEqual(0);
        expect(resolved.battery?.energyKwh).toBeLessThanOrEqual(60);
      }),
    );
  });
});
