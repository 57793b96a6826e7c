import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session } from "../../src/domain/session.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SLOT_MS } from "../../src/domain/units.js";
import { createPriceBook } from "../../src/control/price-book.js";
import { createSavingsBook } from "../../src/control/savings-book.js";
import { localMidnightMs } from "../../src/signals/calendar.js";
import { fixedPriceTables } from "../../src/ports/price-tables.js";
import { createSignalSource } from "../../src/signals/source.js";
import { communityOf, EVENING_MS, sessionOf, stationOf } from "../fixtures/sites.js";
import { flatTariff } from "../signals/tables.js";

const site = communityOf([stationOf("p1")]);
/** Dear by day, cheap by night. */
const tariff = { ...flatTariff("Asia/Shanghai", 1, 0.3), id: "tariff" };
const signals = createSignalSource({
  sites: [site],
  tariffs: [tariff],
  prices: fixedPriceTables([]),
  events: { recent: () => [] },
});
const sinceMs = EVENING_MS;
const plainSession = (id: string, startedMs: number): Session => sessionOf("p1", { id, startedMs });
const book = () =>
  createSavingsBook({
    site,
    prices: createPriceBook(site, signals),
    sinceMs,
    backgroundKwh: () => new Map(),
    cheapestToCome: () => null,
  });

/** A session told every quarter of an hour: registers as given, closed with the last. */
const tell = (
  savings: ReturnType<typeof book>,
  session: Session,
  registersKwh: readonly number[],
): number => {
  savings.note(session, session.startedMs);
  let atMs = session.startedMs;
  registersKwh.forEach((importedKwh, index) => {
    atMs += SLOT_MS;
    const endedMs = index === registersKwh.length - 1 ? atMs : null;
    savings.note({ ...session, importedKwh, endedMs }, atMs);
  });
  return atMs;
};

const stays = fc.array(
  fc.record({
    day: fc.integer({ min: 0, max: 12 }),
    hour: fc.integer({ min: 0, max: 23 }),
    stepsKwh: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 60 }),
  }),
  { minLength: 1, maxLength: 8 },
);

describe("savings since the start", () => {
  it("never forget: after days they are the sum of what each session saved alone, and of all days", () => {
    fc.assert(
      fc.property(stays, (drawn) => {
        const sorted = drawn.toSorted((a, b) => a.day * 24 + a.hour - (b.day * 24 + b.hour));
        const together = book();
        let aloneSaved = 0;
        for (const [index, { day, hour, stepsKwh }] of sorted.entries()) {
          const startedMs = sinceMs + day * DAY_MS + hour * HOUR_MS;
          const session = plainSession(`s${index}`, startedMs);
          let sum = 0;
          const registers = stepsKwh.map((kwh) => (sum += kwh));
          const alone = book();
          aloneSaved += alone.read(tell(alone, session, registers)).saved;
          tell(together, session, registers);
        }
        const read = together.read(sinceMs + 20 * DAY_MS);
        expect(read.saved).toBeCloseTo(aloneSaved, 6);
        expect(read.days.reduce((total, { saved }) => total + saved, 0)).toBeCloseTo(read.saved, 6);
        const begun = sorted.map(({ day, hour }) =>
          localMidnightMs(sinceMs + day * DAY_MS + hour * HOUR_MS, site.timeZone),
        );
        expect(read.days.map(({ startMs }) => startMs)).toEqual(
          [...new Set(begun)].toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("stay as they are once a session has ended, however long nothing happens", () => {
    const savings = book();
    const session = plainSession("a", sinceMs + HOUR_MS);
    const endedMs = tell(savings, session, [0, 0, 0, 0, 7]);
    const then = savings.read(endedMs);
    expect(then.saved).not.toBe(0);
    const { days, ...later } = savings.read(endedMs + 400 * DAY_MS);
    expect({ ...later, days }).toEqual(then);
  });

  it("count only what was drawn since the start of sessions that began before it", () => {
    const savings = book();
    const session = { ...plainSession("a", sinceMs - 3 * HOUR_MS), importedKwh: 30 };
    savings.note(session, sinceMs);
    savings.note({ ...session, importedKwh: 31 }, sinceMs + 10 * MINUTE_MS);
    expect(savings.read(sinceMs + 11 * MINUTE_MS).deliveredKwh).toBeCloseTo(1, 9);
  });

  it("take what was moved between two messages as evenly moved, on both sides of a change of price", () => {
    const savings = book();
    // The tariff turns at 20:00.
    const turnMs = localMidnightMs(sinceMs, site.timeZone) + 20 * HOUR_MS;
    const session = plainSession("a", turnMs - 20 * MINUTE_MS);
    savings.note(session, session.startedMs);
    savings.note(session, turnMs - 4 * MINUTE_MS);
    savings.note({ ...session, importedKwh: 1 }, turnMs + MINUTE_MS);
    const { actualCost, deliveredKwh } = savings.read(turnMs + MINUTE_MS);
    expect(actualCost).toBeCloseTo(0.8 * 1 + 0.2 * 0.3, 9);
    expect(deliveredKwh).toBeCloseTo(1, 9);
    // Silent for days: what came meanwhile is taken as moved on the last of them.
    savings.note({ ...session, importedKwh: 25 }, turnMs + 5 * DAY_MS);
    expect(savings.read(turnMs + 5 * DAY_MS).deliveredKwh).toBeCloseTo(25, 9);
    expect(savings.read(turnMs + 5 * DAY_MS).actualCost).toBeCloseTo(actualCost + 12 * 1 + 12 * 0.3, 9);
  });

  it("follow a session that runs for a week, and are not told twice of one that was stopped late", () => {
    const savings = book();
    const session = plainSession("a", sinceMs);
    savings.note(session, sinceMs);
    for (let day = 1; day <= 7; day++)
      savings.note({ ...session, importedKwh: 5 * day }, sinceMs + day * DAY_MS);
    const endedMs = sinceMs + 8 * DAY_MS;
    const closed = { ...session, importedKwh: 40, endedMs };
    savings.note(closed, endedMs);
    expect(savings.read(endedMs + HOUR_MS).deliveredKwh).toBeCloseTo(40, 9);
    savings.note(closed, endedMs + 2 * HOUR_MS);
    expect(savings.read(endedMs + 3 * HOUR_MS).deliveredKwh).toBeCloseTo(40, 9);
  });
});
