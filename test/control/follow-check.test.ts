/** What a sample shows of a station that took more than it was told. */
import { describe, expect, it } from "vitest";
import { checkFollowing } from "../../src/control/follow-check.js";
import { createFleetKeeper } from "../../src/control/fleet-keeper.js";
import type { FleetEvent } from "../../src/domain/fleet.js";
import { drawBoundKw } from "../../src/domain/draw.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const settings = {
  gatherMs: 0,
  horizonSlots: 4,
  followWithinMs: MINUTE_MS,
  answerWithinMs: SECOND_MS,
  steer: true,
};
const place = { stationId: "p1", evseId: 1 };
const atMinute = (minute: number): number => EVENING_MS + minute * MINUTE_MS;

const sampled = (powerKw: number, minute: number): FleetEvent => {
  const atMs = atMinute(minute);
  return {
    ...place,
    atMs,
    kind: "sampled",
    sample: { atMs, powerKw, importedWh: null, exportedWh: null, socPercent: null },
  };
};
const told = (kw: number, minute: number): FleetEvent[] => {
  const { transactionId } = sessionOf("p1");
  const startMs = atMinute(minute);
  const schedule = scheduleOfKw("p1", [kw, kw, kw, kw], { purpose: "session", transactionId, startMs });
  const kinds = ["schedule-sending", "schedule-confirmed"] as const;
  return kinds.map((kind) => ({ ...place, atMs: startMs, kind, schedule }));
};
const booted = (minute: number): FleetEvent => ({
  stationId: "p1",
  atMs: atMinute(minute),
  kind: "booted",
  vendor: "Acme",
  model: "Loop",
});

/** What of a car that is told no more than 1 kW from then on may be drawn, kW, and whether it is counted as one that follows. */
const after = (events: readonly FleetEvent[]): { readonly follows: boolean; readonly boundKw: number } => {
  const keeper = createFleetKeeper(
    createMemoryLedger(),
    (event, before) => {
      if (event.kind === "sampled") checkFollowing({ keeper, log, settings }, event, before);
    },
    () => undefined,
  );
  keeper.apply({ ...place, atMs: atMinute(-59), kind: "session-opened", session: sessionOf("p1") });
  for (const event of events) keeper.apply(event);
  const last = Math.max(...events.map(({ atMs }) => atMs));
  for (const event of told(1, (last - EVENING_MS) / MINUTE_MS + 0.05)) keeper.apply(event);
  const evse = keeper.station("p1")?.evses.get(1) ?? null;
  return {
    follows: evse?.notFollowingSinceMs === null,
    boundKw: drawBoundKw(SINGLE_PHASE_32A, evse, last + 10 * SECOND_MS),
  };
};

describe("a station that boots again and again and took more than it was told", () => {
  const deceived = [
    ...told(0, 0),
    sampled(7, 2),
    booted(10),
    ...told(0, 10),
    booted(20),
    ...told(0, 20),
    booted(30),
  ];

  it("is counted with what it takes where it stands there and may by now: that shows nothing", () => {
    const mayByNow = [...deceived, ...told(7, 33), booted(35), sampled(7, 35)];
    expect(after(mayByNow)).toEqual({ follows: true, boundKw: 7 });
  });

  it("is one that follows once it is seen to take less", () => {
    const mayByNow = [
      ...deceived,
      ...told(7, 33),
      booted(35),
      sampled(7, 35),
      ...told(3, 36),
      sampled(3, 38),
    ];
    expect(after(mayByNow)).toEqual({ follows: true, boundKw: 1 });
  });
});
