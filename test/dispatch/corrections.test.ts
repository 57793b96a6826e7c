import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type CorrectableCar, correctionsOf, type SiteAim } from "../../src/dispatch/corrections.js";
import { sum } from "../../src/domain/units.js";

const car = (id: string, over: Partial<CorrectableCar> = {}): CorrectableCar => ({
  id,
  plannedKw: 7,
  toldKw: 7,
  leastKw: 0,
  minimumKw: 1.4,
  unseenKw: 0,
  urgent: false,
  rampKw: 10,
  ...over,
});
const aim = (over: Partial<SiteAim> = {}): SiteAim => ({
  importKw: 50,
  importLimitKw: 60,
  exportLimitKw: null,
  dischargeRoomKw: Infinity,
  ...over,
});
/** `a 4.5, b 0`: what is told anew. */
const told = (cars: readonly CorrectableCar[], over: Partial<SiteAim>): string =>
  correctionsOf(cars, aim(over))
    .map(({ id, powerKw }) => `${id} ${powerKw}`)
    .join(", ");

describe("between two plans", () => {
  it.each<[string, readonly CorrectableCar[], Partial<SiteAim>, string]>([
    ["below the limit nothing is told", [car("a")], {}, ""],
    ["an excess within the dead band is left alone", [car("a")], { importKw: 60.5 }, ""],
    ["an excess is taken off all alike", [car("a"), car("b")], { importKw: 64 }, "a 5, b 5"],
    ["what would end below the minimum is paused", [car("a")], { importKw: 66 }, "a 0"],
    ["no faster than the ramp", [car("a", { rampKw: 3 })], { importKw: 66 }, "a 4"],
    [
      "a car with a driver in haste comes last",
      [car("a", { urgent: true }), car("b")],
      { importKw: 64 },
      "b 3",
    ],
    [
      "batteries give once charging is paused",
      [car("a", { leastKw: -8, rampKw: 20 })],
      { importKw: 72 },
      "a -5",
    ],
    [
      "and no more than what a limit lets out",
      [car("a", { leastKw: -8, rampKw: 20 })],
      { importKw: 72, dischargeRoomKw: 2 },
      "a -2",
    ],
    [
      "what was told since the measurement counts as done",
      [car("a", { toldKw: 2, unseenKw: -5 })],
      { importKw: 64 },
      "",
    ],
    ["with room a car goes back to its plan", [car("a", { toldKw: 2 })], { importKw: 50 }, "a 7"],
    ["as far as there is room", [car("a", { toldKw: 2 })], { importKw: 57 }, "a 4.5"],
    ["not while there is hardly any", [car("a", { toldKw: 2 })], { importKw: 59.2 }, ""],
    ["from nothing at once to the minimum", [car("a", { toldKw: 0 })], { importKw: 57 }, "a 2.5"],
    ["or stays at nothing", [car("a", { toldKw: 0 })], { importKw: 58.4 }, ""],
    [
      "what goes out beyond the export limit is given back less",
      [car("a", { plannedKw: -8, toldKw: -8 }), car("b", { plannedKw: -4, toldKw: -4 })],
      { importKw: -9, exportLimitKw: 6 },
      "a -6, b -3",
    ],
    ["without a limit nothing is told", [car("a")], { importKw: 900, importLimitKw: null }, ""],
  ])("%s", (_name, cars, over, expected) => {
    expect(told(cars, over)).toBe(expected);
  });
});

const kw = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyCar = fc
  .record({
    plannedKw: kw(-10, 11),
    offKw: kw(0, 21),
    minimumKw: fc.constantFrom(0, 1.4, 4.1),
    depthKw: kw(0, 11),
    urgent: fc.boolean(),
    rampKw: kw(4.2, 20),
    unseenKw: kw(-3, 3),
  })
  .map(({ plannedKw, offKw, depthKw, ...rest }) => {
    const snap = (value: number): number => (Math.abs(value) < rest.minimumKw ? 0 : value);
    const planned = snap(plannedKw);
    const leastKw = Math.min(-depthKw, planned, 0);
    return { ...rest, plannedKw: planned, leastKw, toldKw: snap(Math.max(leastKw, planned - offKw)) };
  });
const cars = fc
  .array(anyCar, { minLength: 1, maxLength: 8 })
  .map((all) => all.map((one, index): CorrectableCar => ({ id: `c${index}`, ...one })));
const anyAim = fc.record({
  importKw: kw(-60, 120),
  importLimitKw: fc.option(kw(0, 80), { nil: null }),
  exportLimitKw: fc.option(kw(0, 30), { nil: null }),
  dischargeRoomKw: kw(0, 30),
});

const EPSILON = 0.002;
const after = (all: readonly CorrectableCar[], corrections: ReturnType<typeof correctionsOf>) =>
  all.map((one) => ({
    one,
    powerKw: corrections.find(({ id }) => id === one.id)?.powerKw ?? one.toldKw,
  }));

describe("every correction", () => {
  test.prop([cars, anyAim])("is never more than the plan or nothing, nor deeper than allowed", (all, to) => {
    for (const { one, powerKw } of after(all, correctionsOf(all, to))) {
      expect(powerKw).toBeLessThanOrEqual(Math.max(one.plannedKw, one.toldKw, 0) + EPSILON);
      expect(powerKw).toBeGreaterThanOrEqual(one.leastKw - EPSILON);
    }
  });

  test.prop([cars, anyAim])("is nothing, or at least what flows at all", (all, to) => {
    for (const { id, powerKw } of correctionsOf(all, to)) {
      const minimumKw = all.find((one) => one.id === id)?.minimumKw ?? 0;
      expect(Math.abs(powerKw) === 0 || Math.abs(powerKw) >= minimumKw - EPSILON).toBe(true);
    }
  });

  test.prop([cars, anyAim])(
    "lowers the import where it is above its limit, by no more than the ramp",
    (all, to) => {
      const expectedKw = to.importKw + sum(all.map(({ unseenKw }) => unseenKw));
      if (to.importLimitKw === null || expectedKw - to.importLimitKw <= 0.5) return;
      for (const { one, powerKw } of after(all, correctionsOf(all, to))) {
        expect(powerKw).toBeLessThanOrEqual(one.toldKw + EPSILON);
        expect(one.toldKw - powerKw).toBeLessThanOrEqual(one.rampKw + one.minimumKw + EPSILON);
        if (one.urgent) expect(powerKw).toBeGreaterThanOrEqual(Math.min(0, one.toldKw) - EPSILON);
      }
    },
  );

  test.prop([cars, anyAim])("lets batteries give no more than there is room for", (all, to) => {
    const deeperKw = after(all, correctionsOf(all, to)).map(
      ({ one, powerKw }) => Math.max(0, -powerKw) - Math.max(0, -one.toldKw),
    );
    const expectedKw = to.importKw + sum(all.map(({ unseenKw }) => unseenKw));
    if (to.importLimitKw === null || expectedKw - to.importLimitKw <= 0.5) return;
    expect(sum(deeperKw)).toBeLessThanOrEqual(to.dischargeRoomKw + all.length * EPSILON);
  });

  test.prop([cars, anyAim])("does not take the site over a limit that it was below", (all, to) => {
    const expectedKw = to.importKw + sum(all.map(({ unseenKw }) => unseenKw));
    const movedKw = sum(after(all, correctionsOf(all, to)).map(({ one, powerKw }) => powerKw - one.toldKw));
    if (expectedKw <= (to.importLimitKw ?? Infinity) && -expectedKw <= (to.exportLimitKw ?? Infinity)) {
      expect(expectedKw + movedKw).toBeLessThanOrEqual((to.importLimitKw ?? Infinity) + EPSILON * all.length);
      expect(-expectedKw - movedKw).toBeLessThanOrEqual(
        (to.exportLimitKw ?? Infinity) + EPSILON * all.length,
      );
    }
  });
});
