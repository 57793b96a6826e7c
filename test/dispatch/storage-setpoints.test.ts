import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { SimulatedBattery } from "../../sims/devices/battery-unit.js";
import type { Plan } from "../../src/domain/plan.js";
import { lostBounds, type StorageSituation } from "../../src/domain/storage.js";
import { SECOND_MS, SLOT_MS } from "../../src/domain/units.js";
import { nearerToZero, plannedKw, setpointAt, storageRoomKw } from "../../src/dispatch/storage-setpoints.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { storageOf } from "../fixtures/storages.js";

const WATCHDOG_MS = 60 * SECOND_MS;
const MOST_DELAY_MS = 5 * SECOND_MS;
const HOLD_MS = WATCHDOG_MS + MOST_DELAY_MS;
const SLOTS = 4;

const proof = { objective: 0, bound: null, gap: null, maxViolation: 0 };
const planOf = (powersKw: readonly number[]): Plan => ({
  horizon: {
    startsMs: powersKw.map((_, slot) => EVENING_MS + slot * SLOT_MS),
    endMs: EVENING_MS + powersKw.length * SLOT_MS,
  },
  solver: "drawn",
  sessions: [],
  storages: [
    {
      storageId: "bank",
      chargeKw: powersKw.map((kw) => Math.max(0, kw)),
      dischargeKw: powersKw.map((kw) => Math.max(0, -kw)),
      energyKwh: [],
    },
  ],
  nodes: [],
  meteringPoints: [],
  certificate: { relaxation: proof, sent: proof },
  iterations: 0,
  moneyCost: 0,
  currency: "CNY",
});

const powers = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: SLOTS, maxLength: SLOTS });

describe("the setpoint of a battery", () => {
  test.prop([
    powers,
    fc.array(fc.record({ lost: fc.boolean(), delayMs: fc.nat(MOST_DELAY_MS) }), {
      minLength: 60,
      maxLength: 60,
    }),
  ])(
    "keeps it between nothing and what is planned for the moment, whatever messages are lost or late",
    (planned, messages) => {
      const plan = planOf(planned);
      const battery = new SimulatedBattery(
        {
          capacityKwh: 1_000,
          maxChargeKw: 10,
          maxDischargeKw: 10,
          efficiency: 1,
          watchdogMs: WATCHDOG_MS,
          failsafeKw: 0,
        },
        500,
        EVENING_MS,
      );
      const due = messages
        .map(({ lost, delayMs }, tick) => ({ lost, sentMs: EVENING_MS + tick * 20 * SECOND_MS, delayMs }))
        .filter(({ lost }) => !lost)
        .map(({ sentMs, delayMs }) => ({
          atMs: sentMs + delayMs,
          kw: setpointAt(plan, "bank", sentMs, HOLD_MS),
        }))
        .toSorted((a, b) => a.atMs - b.atMs);
      let beyondKw = 0;
      for (let atMs = EVENING_MS; atMs < plan.horizon.endMs; atMs += SECOND_MS) {
        while ((due[0]?.atMs ?? Infinity) <= atMs) {
          const message = due.shift();
          battery.take(message?.kw ?? 0, message?.atMs ?? atMs);
        }
        battery.advance(atMs);
        const wantedKw = plannedKw(plan, "bank", atMs) ?? 0;
        beyondKw = Math.max(
          beyondKw,
          battery.powerKw - Math.max(0, wantedKw),
          Math.min(0, wantedKw) - battery.powerKw,
        );
      }
      expect(beyondKw).toBe(0);
    },
  );

  test.prop([powers])("is what is planned, far from the end of a slot", (planned) => {
    const plan = planOf(planned);
    planned.forEach((kw, slot) =>
      expect((setpointAt(plan, "bank", EVENING_MS + slot * SLOT_MS, HOLD_MS) ?? NaN) + 0).toBe(kw),
    );
  });

  it("is none beyond the plan, and of a battery that the plan does not know", () => {
    const plan = planOf([1, 1]);
    expect(setpointAt(plan, "bank", plan.horizon.endMs - SECOND_MS, HOLD_MS)).toBe(1);
    expect(setpointAt(plan, "bank", plan.horizon.endMs, HOLD_MS)).toBeNull();
    expect(setpointAt(plan, "another", EVENING_MS, HOLD_MS)).toBeNull();
  });

  test.prop([fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })])(
    "nearer to zero adds nothing to either",
    (a, b) => {
      const kw = nearerToZero(a, b);
      for (const one of [a, b]) {
        expect(Math.max(0, kw)).toBeLessThanOrEqual(Math.max(0, one));
        expect(Math.max(0, -kw)).toBeLessThanOrEqual(Math.max(0, -one));
      }
    },
  );
});

describe("the room that batteries take of a guarded node", () => {
  const told = fc.array(
    fc.record({
      powerKw: fc.integer({ min: -10, max: 10 }),
      untilMs: fc.integer({ min: 0, max: 2 * SLOT_MS }),
    }),
    { maxLength: 4 },
  );

  const kinds = fc.record({ steered: fc.boolean(), watchdogMs: fc.option(fc.constant(WATCHDOG_MS)) });

  test.prop([told, powers, fc.nat(4 * SLOT_MS - 1), kinds])(
    "covers what they were told, what is planned, and what they do without us",
    (inPlay, planned, laterMs, { steered, watchdogMs }) => {
      const situation: StorageSituation = {
        config: storageOf({ watchdogMs, failsafeKw: 1 }),
        energyKwh: 5,
        measuredKw: 3,
        steered,
        inPlay: inPlay.map((one) => ({ ...one, untilMs: EVENING_MS + one.untilMs })),
      };
      const plan = planOf(planned);
      const atMs = EVENING_MS + laterMs;
      const room = { horizon: plan.horizon, plan, storages: [situation] };
      const { leastKw, mostKw } = lostBounds(situation, atMs);
      const byPlanKw = steered ? (plannedKw(plan, "bank", atMs) ?? 0) : 0;
      expect(storageRoomKw(room, "draw", atMs)).toBe(Math.max(0, mostKw, byPlanKw));
      expect(storageRoomKw(room, "discharge", atMs) + 0).toBe(Math.max(0, -leastKw, -byPlanKw));
      expect(storageRoomKw(room, "net", atMs)).toBeLessThanOrEqual(storageRoomKw(room, "draw", atMs));
      if (watchdogMs === null) expect(mostKw).toBe(10);
      if (!steered) expect(mostKw).toBeGreaterThanOrEqual(3);
    },
  );
});
