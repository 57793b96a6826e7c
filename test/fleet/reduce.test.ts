import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FleetEvent, FleetState } from "../../src/domain/fleet.js";
import { reduce } from "../../src/fleet/reduce.js";
import { EVENING_MS, scheduleOfKw, sessionOf } from "../fixtures/sites.js";

const EMPTY: FleetState = { stations: new Map() };
const run = (events: readonly FleetEvent[]): FleetState => events.reduce(reduce, EMPTY);
const at = (stationId: string, atMs = EVENING_MS) => ({ stationId, evseId: 1, atMs });
const evse = (state: FleetState, id = "p1") => state.stations.get(id)?.evses.get(1);

const story = (id: string): FleetEvent[] => [
  { kind: "connected", version: "1.6", ...at(id) },
  { kind: "booted", vendor: "v", model: "m", ...at(id, EVENING_MS + 1) },
  { kind: "session-opened", session: sessionOf(id), ...at(id, EVENING_MS + 2) },
  { kind: "schedule-sending", schedule: scheduleOfKw(id, [7]), ...at(id, EVENING_MS + 3) },
  { kind: "schedule-confirmed", schedule: scheduleOfKw(id, [7]), ...at(id, EVENING_MS + 4) },
  {
    kind: "sampled",
    sample: { atMs: EVENING_MS + 5, powerKw: 7, importedWh: 10, exportedWh: null, socPercent: null },
    ...at(id, EVENING_MS + 5),
  },
  { kind: "disconnected", ...at(id, EVENING_MS + 6) },
];

describe("the fleet reducer", () => {
  it("keeps what a lost station holds, since it goes on with it", () => {
    const state = run(story("p1"));
    expect(state.stations.get("p1")?.connected).toBe(false);
    expect(evse(state)?.held).toEqual(scheduleOfKw("p1", [7]));
  });

  it("gives the same state whatever the order between stations", () => {
    const merged = fc.tuple(fc.infiniteStream(fc.boolean())).map(([coins]) => {
      const queues = [story("p1"), story("p2")] as const;
      const events: FleetEvent[] = [];
      while (queues[0].length + queues[1].length > 0) {
        const first = coins.next().value ? 0 : 1;
        const event = queues[first].shift() ?? queues[1 - first]?.shift();
        if (event !== undefined) events.push(event);
      }
      return events;
    });
    const sorted = (state: FleetState) => [...state.stations].sort(([a], [b]) => a.localeCompare(b));
    const expected = sorted(run([...story("p1"), ...story("p2")]));
    fc.assert(
      fc.property(merged, (events) => {
        expect(sorted(run(events))).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it("does not change the state it was given", () => {
    const before = run(story("p1").slice(0, 3));
    const copy = structuredClone(before);
    reduce(before, {
      kind: "session-closed",
      session: sessionOf("p1", { endedMs: EVENING_MS }),
      ...at("p1"),
    });
    expect(before).toEqual(copy);
  });

  const schedule = scheduleOfKw("p1", [7]);
  const opened = story("p1").slice(0, 3);
  const cases: [string, FleetEvent[], { held: unknown; sending: unknown; unanswered?: unknown }][] = [
    [
      "sending, not answered",
      [{ kind: "schedule-sending", schedule, ...at("p1") }],
      { held: null, sending: schedule },
    ],
    [
      "no answer came: it may have been taken, whatever is sent after it",
      [
        { kind: "schedule-sending", schedule, ...at("p1") },
        { kind: "schedule-unanswered", schedule, ...at("p1") },
        { kind: "schedule-sending", schedule: scheduleOfKw("p1", [0]), ...at("p1") },
        { kind: "schedule-refused", schedule: scheduleOfKw("p1", [0]), ...at("p1") },
      ],
      { held: null, sending: null, unanswered: [schedule] },
    ],
    [
      "a late answer of a transaction that ended says nothing of the one that runs",
      [
        {
          kind: "schedule-confirmed",
          schedule: scheduleOfKw("p1", [7], { transactionId: "another" }),
          ...at("p1"),
        },
      ],
      { held: null, sending: null },
    ],
    [
      "refused",
      [
        { kind: "schedule-sending", schedule, ...at("p1") },
        { kind: "schedule-refused", schedule, ...at("p1") },
      ],
      { held: null, sending: null },
    ],
    [
      "a restart may have lost the profile, or kept it",
      [
        { kind: "schedule-confirmed", schedule, ...at("p1") },
        { kind: "booted", vendor: "v", model: "m", ...at("p1") },
      ],
      { held: null, sending: null, unanswered: [schedule] },
    ],
    [
      "the transaction ends, its profile with it",
      [
        { kind: "schedule-confirmed", schedule, ...at("p1") },
        { kind: "session-closed", session: sessionOf("p1", { endedMs: EVENING_MS }), ...at("p1") },
      ],
      { held: null, sending: null },
    ],
  ];
  it.each(cases)("%s", (_name, events, expected) => {
    expect(evse(run([...opened, ...events]))).toMatchObject(expected);
  });

  it("draws nothing once the transaction has ended, though no further sample comes", () => {
    const sample = { atMs: EVENING_MS, powerKw: 7, importedWh: 10, exportedWh: null, socPercent: null };
    const state = run([
      ...opened,
      { kind: "sampled", sample, ...at("p1") },
      { kind: "session-closed", session: sessionOf("p1", { endedMs: EVENING_MS }), ...at("p1") },
    ]);
    expect(evse(state)?.sample?.powerKw).toBe(0);
  });

  it("gives needs told before the transaction to the session that opens", () => {
    const needs = {
      departureMs: EVENING_MS + 1,
      energyNeedKwh: 20,
      capacityKwh: 60,
      energyKwh: 30,
      maxChargeKw: 7,
      maxDischargeKw: 7,
      reserveKwh: null,
    };
    const state = run([
      { kind: "needs", needs, ...at("p1") },
      { kind: "session-opened", session: sessionOf("p1"), ...at("p1") },
    ]);
    expect(evse(state)?.session?.needs).toEqual(needs);
  });
});
