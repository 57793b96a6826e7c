import { describe, expect, it } from "vitest";
import { drawBoundKw } from "../../src/domain/draw.js";
import { followsTold } from "../../src/dispatch/following.js";
import type { FleetEvent, StationState } from "../../src/domain/fleet.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { reduceStation, unknownStation } from "../../src/fleet/reduce.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const FOLLOW_MS = MINUTE_MS;
const place = { stationId: "p1", evseId: 1 };

/** A car whose station holds a default of 0 kW and no profile, an hour before the story begins. */
const pluggedIn = (): StationState =>
  [
    ...told("default", 0, -60 * MINUTE_MS),
    {
      ...place,
      atMs: EVENING_MS - 59 * MINUTE_MS,
      kind: "session-opened" as const,
      session: sessionOf("p1"),
    },
  ].reduce<StationState>(reduceStation, unknownStation("p1"));

const told = (purpose: "session" | "default", kw: number, afterMs: number): FleetEvent[] => {
  const atMs = EVENING_MS + afterMs;
  const transactionId = purpose === "default" ? null : sessionOf("p1").transactionId;
  const schedule = scheduleOfKw("p1", [kw, kw, kw, kw], { purpose, transactionId, startMs: atMs });
  return (["schedule-sending", "schedule-confirmed"] as const).map((kind) => ({
    ...place,
    atMs,
    kind,
    schedule,
  }));
};

const sampled = (powerKw: number, afterMs: number): FleetEvent => {
  const atMs = EVENING_MS + afterMs;
  const sample = { atMs, powerKw, importedWh: null, exportedWh: null, socPercent: null };
  return { ...place, atMs, kind: "sampled", sample };
};

const verdict = (...events: FleetEvent[]): boolean => {
  const evse = events.reduce(reduceStation, pluggedIn()).evses.get(1);
  return evse !== undefined && followsTold(evse, FOLLOW_MS);
};

const every4s = (kw: number, fromS: number, untilS: number): FleetEvent[] =>
  Array.from({ length: (untilS - fromS) / 4 }, (_, i) =>
    told("session", kw, (fromS + 4 * i) * SECOND_MS),
  ).flat();

describe("a station that draws what it was not told", () => {
  it("has the time to follow after it was told less", () => {
    const less = [...told("session", 7, 0), ...told("session", 0, 5 * MINUTE_MS)];
    expect(verdict(...less, sampled(7, 5 * MINUTE_MS + 59 * SECOND_MS))).toBe(true);
    expect(verdict(...less, sampled(7, 6 * MINUTE_MS + SECOND_MS))).toBe(false);
  });

  it("follows at once where its schedule allows more from the moment of the sample on", () => {
    const atMs = EVENING_MS + 15 * MINUTE_MS;
    const { transactionId } = sessionOf("p1");
    const schedule = scheduleOfKw("p1", [0, 7, 7], { transactionId, startMs: EVENING_MS });
    const steps = (["schedule-sending", "schedule-confirmed"] as const).map((kind) => ({
      ...place,
      atMs: EVENING_MS,
      kind,
      schedule,
    }));
    expect(verdict(...steps, sampled(7, atMs - EVENING_MS))).toBe(true);
    expect(verdict(...steps, sampled(7, atMs - EVENING_MS - SECOND_MS))).toBe(false);
  });

  it("gains no time from being told the same, or still less, over and over", () => {
    const stuck = [...told("session", 7, 0), ...every4s(2, 300, 340), ...every4s(0, 340, 400)];
    expect(verdict(...stuck, sampled(7, 359 * SECOND_MS))).toBe(true);
    expect(verdict(...stuck, sampled(7, 362 * SECOND_MS))).toBe(false);
    expect(verdict(...stuck, sampled(2, 390 * SECOND_MS))).toBe(true);
  });

  it("follows where a schedule under way or unanswered allows as much", () => {
    const [sending] = told("session", 7, 5 * MINUTE_MS);
    const unanswered = { ...sending, kind: "schedule-unanswered" } as FleetEvent;
    const late = sampled(7, 9 * MINUTE_MS);
    expect(verdict(...told("session", 0, 0), late)).toBe(false);
    expect(verdict(...told("session", 0, 0), sending!, late)).toBe(true);
    expect(verdict(...told("session", 0, 0), sending!, unanswered, late)).toBe(true);
  });

  it("is judged by its default where it never took a profile", () => {
    expect(verdict(sampled(7, 0))).toBe(false);
    expect(verdict(sampled(0, 0))).toBe(true);
  });

  it("does not give back what it was not told to give back, nor keeps what it was", () => {
    const [still, back] = [told("session", 0, 0), told("session", -5, 0)];
    const late = 5 * MINUTE_MS;
    expect(verdict(...still, sampled(-7, late))).toBe(false);
    expect(verdict(...back, sampled(-5, late))).toBe(true);
    expect(verdict(...back, sampled(-7, late))).toBe(false);
    expect(verdict(...back, sampled(0, late))).toBe(false);
    expect(verdict(...back, ...told("session", 0, late), sampled(-5, late + 30 * SECOND_MS))).toBe(true);
  });

  const booted = (afterS: number): FleetEvent => ({
    stationId: "p1",
    atMs: EVENING_MS + afterS * SECOND_MS,
    kind: "booted",
    vendor: "Acme",
    model: "Loop",
  });
  const minuteOf = (minute: number): FleetEvent[] => [
    booted(60 * minute),
    ...told("session", 0, 60 * minute * SECOND_MS + SECOND_MS),
    sampled(7, 60 * minute * SECOND_MS + 50 * SECOND_MS),
  ];

  it("may draw anything for a minute after a boot, as it may have lost what it held", () => {
    expect(verdict(...told("session", 0, -10 * MINUTE_MS), ...minuteOf(0))).toBe(true);
  });

  it("does not follow where it boots again and again, as it would be excused for ever", () => {
    const loop = [0, 1, 2].flatMap(minuteOf);
    expect(verdict(...told("session", 0, -10 * MINUTE_MS), ...loop)).toBe(false);
  });

  it("counts with what it drew while it is tried again, until it is seen to draw less", () => {
    const tried: FleetEvent = {
      ...place,
      atMs: EVENING_MS,
      kind: "following",
      sinceMs: null,
      isTry: true,
    };
    const mayDrawKw = (...events: FleetEvent[]): number => {
      const evse = events.reduce(reduceStation, pluggedIn()).evses.get(1) ?? null;
      return drawBoundKw(SINGLE_PHASE_32A, evse, EVENING_MS + 10 * MINUTE_MS);
    };
    const onTrial = [sampled(6, -MINUTE_MS), tried, ...told("session", 2, SECOND_MS)];
    expect(mayDrawKw(...onTrial)).toBe(6);
    expect(mayDrawKw(...onTrial, sampled(5.9, MINUTE_MS))).toBe(6);
    expect(mayDrawKw(...onTrial, sampled(2, MINUTE_MS))).toBe(2);
  });

  it("is judged by when its sample was heard, where its clock is ahead", () => {
    const less = [...told("session", 7, 0), ...told("session", 0, 5 * MINUTE_MS)];
    const soon = sampled(7, 5 * MINUTE_MS + 10 * SECOND_MS);
    if (soon.kind !== "sampled") throw new Error("not a sample");
    const ahead = { ...soon, sample: { ...soon.sample, atMs: soon.atMs + 3 * MINUTE_MS } };
    expect(verdict(...less, ahead)).toBe(true);
  });
});
