/** What an event is said to do now is what it does to the signals that are laid now. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { EventPayload, GridEvent } from "../../src/domain/signal.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { eventAtSite } from "../../src/signals/event-state.js";
import { laySignals } from "../../src/signals/lay.js";
import { eventOf, queryOf, siteOf, T0 } from "./tables.js";

const site = siteOf("Asia/Shanghai");
const NODES = ["site", "feeder", "unlimited", "elsewhere"];
const TYPES = ["PRICE", "EXPORT_PRICE", "IMPORT_CAPACITY_LIMIT"];

const at = (event: GridEvent, events: readonly GridEvent[] = [event]) =>
  eventAtSite(event, { site, events, nowMs: T0 });

const withPayloads = (payloads: readonly EventPayload[], part: Partial<GridEvent> = {}): GridEvent =>
  eventOf({
    intervals: [{ id: 0, startMs: T0 - MINUTE_MS, endMs: T0 + MINUTE_MS, payloads }],
    ...part,
  });

/** Events around now; each claims a value of its own, so that it can be found again. */
const someEvents = fc
  .array(
    fc.record({
      type: fc.constantFrom(...TYPES),
      nodeIds: fc.option(fc.subarray(NODES), { nil: null }),
      startMin: fc.integer({ min: -3, max: 2 }),
      lengthMin: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
      priority: fc.option(fc.integer({ min: 0, max: 1 }), { nil: null }),
      currency: fc.constantFrom(undefined, "CNY", "USD"),
    }),
    { maxLength: 5 },
  )
  .map((drawn) =>
    drawn.map(({ type, startMin, lengthMin, currency, ...part }, index) => {
      const startMs = T0 + startMin * MINUTE_MS;
      // Of the caps some lie above the limits of their nodes.
      const value = type === "IMPORT_CAPACITY_LIMIT" ? 20 + 30 * index : index + 100;
      const payload = { type, values: [value], ...(currency === undefined ? {} : { currency }) };
      const endMs = lengthMin === null ? null : startMs + lengthMin * MINUTE_MS;
      return eventOf({
        id: `e${index}`,
        ...part,
        intervals: [{ id: 0, startMs, endMs, payloads: [payload] }],
      });
    }),
  );

/** Ids of the events that the laid signals of the next millisecond show. */
const effectiveNow = (events: readonly GridEvent[]): Set<string> => {
  const { prices, caps } = laySignals(queryOf({ site, events, horizon: { startsMs: [T0], endMs: T0 + 1 } }));
  const priced = [...prices.values()].flatMap(({ buyPerKwh, sellPerKwh }) => [...buyPerKwh, ...sellPerKwh]);
  const byPrice = events.filter((_, index) => priced.includes(index + 100)).map(({ id }) => id);
  return new Set([...byPrice, ...caps.flatMap(({ eventId }) => eventId.flatMap((id) => id ?? []))]);
};

describe("what an event does now", () => {
  it("is in force exactly when the laid signals come from it; overruled by one that is", () => {
    fc.assert(
      fc.property(someEvents, (events) => {
        const effective = effectiveNow(events);
        for (const event of events) {
          const standing = at(event, events);
          expect(standing?.state === "in-force").toBe(effective.has(event.id));
          if (standing?.state === "overruled") {
            expect(effective.has(standing.overruledBy ?? "")).toBe(true);
            expect(standing.overruledBy).not.toBe(event.id);
          } else expect(standing?.overruledBy ?? null).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["before it begins", 1, 5, "upcoming"],
    ["from its first moment on", 0, 5, "in-force"],
    ["until its last", -5, 0, "finished"],
    ["open-ended", -5, null, "in-force"],
  ])("%s", (_, startMin, endMin, state) => {
    const event = eventOf({
      intervals: [
        {
          id: 0,
          startMs: T0 + startMin * MINUTE_MS,
          endMs: endMin === null ? null : T0 + endMin * MINUTE_MS,
          payloads: [{ type: "SIMPLE", values: [1] }],
        },
      ],
    });
    expect(at(event)).toMatchObject({ state, ignored: [] });
  });

  it("is upcoming in a gap between its intervals", () => {
    const interval = (id: number, fromMin: number) => ({
      id,
      startMs: T0 + fromMin * MINUTE_MS,
      endMs: T0 + (fromMin + 1) * MINUTE_MS,
      payloads: [{ type: "PRICE", values: [1] }],
    });
    expect(at(eventOf({ intervals: [interval(0, -5), interval(1, 5)] }))?.state).toBe("upcoming");
  });

  it("is nothing at a site that it does not aim at", () => {
    expect(at(withPayloads([{ type: "PRICE", values: [1] }], { nodeIds: ["elsewhere"] }))).toBeNull();
    expect(at(withPayloads([{ type: "PRICE", values: [1] }], { nodeIds: [] }))).toBeNull();
  });

  it.each<[string, EventPayload[], string[] | null, string]>([
    ["a type that is passed through", [{ type: "GHG", values: [1] }], null, "signal.payload-ignored"],
    ["a private type", [{ type: "GREEN", values: ["yes"] }], null, "signal.payload-ignored"],
    [
      "a price in another currency",
      [{ type: "PRICE", values: [1], currency: "USD" }],
      null,
      "signal.currency",
    ],
    [
      "a price where nothing is metered",
      [{ type: "PRICE", values: [1] }],
      ["unlimited"],
      "signal.no-metering-point",
    ],
    [
      "a level where there is no limit",
      [{ type: "SIMPLE", values: [2] }],
      ["unlimited"],
      "signal.simple-without-limit",
    ],
    [
      "a cap above the node's own limit",
      [{ type: "IMPORT_CAPACITY_LIMIT", values: [190_000] }],
      ["site"],
      "signal.limit-above-own",
    ],
    ["a price beyond the bound", [{ type: "PRICE", values: [-1e308] }], null, "signal.payload-invalid"],
    ["no payload", [], null, "signal.no-payload"],
  ])("ignores %s, now and when it comes, and says why", (...[, payloads, nodeIds, code]) => {
    // A point of its own for the price test: the root's meter is above every node.
    const event = withPayloads(payloads, { nodeIds });
    const coming = {
      ...event,
      intervals: event.intervals.map((interval) => ({ ...interval, startMs: T0 + 1 })),
    };
    for (const one of [event, coming]) {
      expect(at(one)).toMatchObject({ state: "ignored", ignored: [{ code }] });
      const laid = laySignals(
        queryOf({ site, events: [one], horizon: { startsMs: [T0], endMs: T0 + MINUTE_MS } }),
      );
      const nothing = laySignals(queryOf({ site, horizon: { startsMs: [T0], endMs: T0 + MINUTE_MS } }));
      expect({ ...laid, notes: [] }).toEqual({ ...nothing, notes: [] });
      expect(laid.notes.map((note) => note.code)).toEqual([code]);
    }
  });

  it("a cap above all limits of its nodes lifts no other's, one at the limit does; W is asked for where it fits", () => {
    const cap = (id: string, valueKw: number, nodeIds = ["site"]) =>
      withPayloads([{ type: "IMPORT_CAPACITY_LIMIT", values: [valueKw] }], {
        id,
        nodeIds,
        priority: valueKw > 90 ? 0 : 1,
      });
    const stateBeside = (valueKw: number) => {
      const events = [cap("low", 50), cap("high", valueKw)];
      return events.map((event) => at(event, events)?.state);
    };
    expect(stateBeside(100.5)).toEqual(["in-force", "ignored"]);
    expect(stateBeside(100)).toEqual(["overruled", "in-force"]);
    const why = (valueKw: number) => at(cap("e", valueKw))?.ignored[0]?.message;
    expect(why(90_000)).toContain(
      "90000 kW lies above the import limit of site, 100 kW: it caps nothing; is it in W?",
    );
    expect(why(120_000)).not.toContain("in W");
    for (const nodeIds of [
      ["feeder", "site"],
      ["feeder", "unlimited"],
    ])
      expect(at(cap("e", 60, nodeIds))).toMatchObject({ state: "in-force", ignored: [] });
  });

  it("a cap of export is measured by the limit of export", () => {
    const nodes = site.nodes.map((node) => (node.id === "site" ? { ...node, exportLimitKw: 30 } : node));
    const ignoredOf = (valueKw: number): string[] => {
      const event = withPayloads([{ type: "EXPORT_CAPACITY_LIMIT", values: [valueKw] }], {
        nodeIds: ["site"],
      });
      const state = eventAtSite(event, { site: { ...site, nodes }, events: [event], nowMs: T0 });
      return state?.ignored.map(({ message }) => message) ?? [];
    };
    expect(ignoredOf(30)).toEqual([]);
    expect(ignoredOf(31)).toEqual([expect.stringContaining("above the export limit of site, 30 kW")]);
  });

  it("is in force with what has an effect, and names what has none", () => {
    const event = withPayloads([
      { type: "PRICE", values: [1], currency: "cny" },
      { type: "ALERT_GRID_EMERGENCY", values: ["x"] },
    ]);
    expect(at(event)).toMatchObject({
      state: "in-force",
      ignored: [{ payloadType: "ALERT_GRID_EMERGENCY", code: "signal.payload-ignored" }],
    });
  });
});
