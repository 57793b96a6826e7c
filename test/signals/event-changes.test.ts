/** Events keep to no quarter of an hour: what they ask of a site changes at the moments that are told, and at no other. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Horizon } from "../../src/domain/horizon.js";
import type { GridEvent } from "../../src/domain/signal.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { eventChanges } from "../../src/signals/event-changes.js";
import { laySignals } from "../../src/signals/lay.js";
import { eventOf, queryOf, siteOf, T0 } from "./tables.js";

const MINUTES = 60;
const SITE = siteOf("Asia/Shanghai");
const at = (minute: number): number => T0 + minute * MINUTE_MS;
const minutes: Horizon = {
  startsMs: Array.from({ length: MINUTES }, (_, minute) => at(minute)),
  endMs: at(MINUTES),
};

/** Values split their interval in equal parts, each of whole minutes here. */
const someEvents = fc.array(
  fc
    .record({
      type: fc.constantFrom(
        "IMPORT_CAPACITY_LIMIT",
        "EXPORT_CAPACITY_LIMIT",
        "SIMPLE",
        "DISPATCH_SETPOINT",
        "PRICE",
      ),
      nodeIds: fc.constantFrom(null, [], ["site"], ["feeder"], ["elsewhere"]),
      startMin: fc.integer({ min: -20, max: MINUTES + 5 }),
      partMin: fc.option(fc.integer({ min: 1, max: 20 }), { nil: null }),
      values: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }),
      priority: fc.option(fc.integer({ min: 0, max: 1 }), { nil: null }),
    })
    .map(({ type, nodeIds, startMin, partMin, values, priority }) =>
      eventOf({
        nodeIds,
        priority,
        intervals: [
          {
            id: 0,
            startMs: at(startMin),
            endMs: partMin === null ? null : at(startMin + partMin * values.length),
            payloads: [{ type, values }],
          },
        ],
      }),
    ),
  { maxLength: 4 },
);

/** All that is asked of the site in a minute, as text. */
const askedBy = (events: readonly GridEvent[]): string[] => {
  const {
    caps,
    exportCaps = [],
    targets,
    prices,
  } = laySignals(queryOf({ site: SITE, events, horizon: minutes }));
  return minutes.startsMs.map((_, minute) =>
    JSON.stringify([
      [...caps, ...exportCaps].map(({ nodeId, capKw, eventId }) => [nodeId, capKw[minute], eventId[minute]]),
      targets.map(({ id, powerKw }) => [id, powerKw[minute]]),
      [...prices].map(([point, { buyPerKwh }]) => [point, buyPerKwh[minute]]),
    ]),
  );
};

it("changes at moments that are told, and at no other", () => {
  fc.assert(
    fc.property(someEvents, (events) => {
      const asked = askedBy(events);
      const changed = minutes.startsMs.filter(
        (_, minute) => minute > 0 && asked[minute] !== asked[minute - 1],
      );
      const told = eventChanges({ events, site: SITE, fromMs: at(0), untilMs: at(MINUTES) });
      expect(told).toEqual(expect.arrayContaining(changed));
      expect(told).toEqual([...new Set(told)].toSorted((a, b) => a - b));
      expect(told.every((atMs) => atMs > at(0) && atMs < at(MINUTES))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it("tells starts, ends and parts of the events that aim at the site", () => {
  const eventAt = (nodeIds: string[] | null, [startMin, endMin]: [number, number | null], values: number[]) =>
    eventOf({
      nodeIds,
      intervals: [
        {
          id: 0,
          startMs: at(startMin),
          endMs: endMin === null ? null : at(endMin),
          payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values }],
        },
      ],
    });
  const events = [
    eventAt(null, [-5, 7], [10]),
    eventAt(["feeder"], [7, 19], [10, 20, 30]),
    eventAt(["site"], [31, null], [10]),
    eventAt(["elsewhere"], [40, 41], [10]),
  ];
  const told = eventChanges({ events, site: SITE, fromMs: at(0), untilMs: at(MINUTES) });
  expect(told.map((atMs) => (atMs - T0) / MINUTE_MS)).toEqual([7, 11, 15, 19, 31]);
});
