import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { correctionSchedule } from "../../src/dispatch/correction-schedule.js";
import { priorityAlong } from "../../src/dispatch/priority-along.js";
import { dischargeBoundKw, drawBoundKw, lostDrawKw, ratedKw, scheduledKw } from "../../src/domain/draw.js";
import type { EvseState, FleetEvent } from "../../src/domain/fleet.js";
import { CORRECTION_SLACK_MS, LONGEST_CORRECTION_MS, type Schedule } from "../../src/domain/schedule.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { reduceStation, unknownStation } from "../../src/fleet/reduce.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const EVSE = { ...SINGLE_PHASE_32A, maxDischargeKw: 6 };
const CAPABILITIES = {
  rateUnit: "A",
  maxPeriods: 24,
  maxStackLevel: 8,
  dischargeSetpoint: true,
  dynamicProfiles: true,
  priorityCharging: true,
} as const;

/** A station as it truly is. A correction counts from when it arrives, at most half a minute after it was sent. */
interface Truth {
  readonly plan: Schedule | null;
  readonly correction: { readonly powerKw: number; readonly endMs: number } | null;
  readonly fallback: Schedule | null;
  readonly priority: Schedule | null;
  readonly pressed: boolean;
}

type Fate = "answered" | "lost" | "answer lost" | "refused";
type Step =
  | {
      readonly do: "plan" | "correct" | "priority";
      readonly kw: number;
      readonly late: number;
      readonly fate: Fate;
    }
  | { readonly do: "clear"; readonly fate: Fate }
  | { readonly do: "press"; readonly on: boolean; readonly heard: boolean }
  | { readonly do: "restart"; readonly keepsProfiles: boolean }
  | { readonly do: "server restart" }
  | { readonly do: "pass"; readonly seconds: number };

const fate = fc.constantFrom<Fate>("answered", "lost", "answer lost", "refused");
const telling = fc.record({
  do: fc.constantFrom("plan" as const, "correct" as const, "priority" as const),
  kw: fc.constantFrom(-6, -2, 0, 1.4, 3, 7),
  late: fc.integer({ min: 0, max: 30 }),
  fate,
});
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { arbitrary: telling, weight: 5 },
    fc.record({ do: fc.constant("clear" as const), fate }),
    fc.record({ do: fc.constant("press" as const), on: fc.boolean(), heard: fc.boolean() }),
    fc.record({ do: fc.constant("restart" as const), keepsProfiles: fc.boolean() }),
    fc.record({ do: fc.constant("server restart" as const) }),
    fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 200 }) }),
  ),
  { minLength: 1, maxLength: 14 },
);

const trueKw = (truth: Truth, atMs: number, pressed: boolean): number => {
  if (pressed && truth.priority !== null) return scheduledKw(truth.priority, atMs) ?? 0;
  if (truth.correction !== null && atMs < truth.correction.endMs) return truth.correction.powerKw;
  const planned = truth.plan === null ? null : scheduledKw(truth.plan, atMs);
  return planned ?? (truth.fallback === null ? ratedKw(EVSE) : (scheduledKw(truth.fallback, atMs) ?? 0));
};

const correction = (powerKw: number, nowMs: number): Schedule =>
  correctionSchedule({
    session: sessionOf("p1"),
    config: EVSE,
    evse: { carPhases: null },
    capabilities: CAPABILITIES,
    planned: scheduleOfKw("p1", [ratedKw(EVSE)], { startMs: nowMs }),
    powerKw,
    nowMs,
  });
const schedule = (step: Extract<Step, { kw: number }>, nowMs: number): Schedule => {
  if (step.do === "correct") return correction(step.kw, nowMs);
  const planned = scheduleOfKw("p1", [step.kw, step.kw], { startMs: nowMs });
  return step.do === "priority" ? priorityAlong(planned) : planned;
};

const play = (
  story: readonly Step[],
  check: (truth: Truth, evse: EvseState, nowMs: number) => void,
): void => {
  let nowMs = EVENING_MS;
  const fallback = scheduleOfKw("p1", [1.4], { purpose: "default", transactionId: null, startMs: nowMs });
  let truth: Truth = { plan: null, correction: null, fallback, priority: null, pressed: false };
  let station = unknownStation("p1");
  const at = () => ({ stationId: "p1", evseId: 1, atMs: nowMs });
  const hear = (event: FleetEvent): void => {
    station = reduceStation(station, event);
  };
  const take = (step: Extract<Step, { kw: number }>, sent: Schedule): void => {
    if (step.do === "plan") truth = { ...truth, plan: sent };
    if (step.do === "priority") truth = { ...truth, priority: sent };
    const lastsMs = sent.endMs - sent.startMs - CORRECTION_SLACK_MS;
    if (step.do === "correct")
      truth = { ...truth, correction: { powerKw: step.kw, endMs: nowMs + step.late * SECOND_MS + lastsMs } };
  };
  hear({ ...at(), kind: "session-opened", session: sessionOf("p1") });
  hear({ ...at(), kind: "schedule-confirmed", schedule: fallback });
  for (const step of story) {
    const taken = "fate" in step && (step.fate === "answered" || step.fate === "answer lost");
    if ("kw" in step) {
      const sent = schedule(step, nowMs);
      hear({ ...at(), kind: "schedule-sending", schedule: sent });
      if (taken) take(step, sent);
      const kind = { answered: "confirmed", refused: "refused" }[step.fate as string] ?? "unanswered";
      hear({ ...at(), kind: `schedule-${kind}` as "schedule-confirmed", schedule: sent });
    }
    if (step.do === "clear") {
      if (taken) truth = { ...truth, correction: null };
      if (step.fate === "answered") hear({ ...at(), kind: "corrections-cleared" });
    }
    if (step.do === "press") {
      truth = { ...truth, pressed: step.on };
      const transactionId = sessionOf("p1").transactionId;
      if (step.heard) hear({ ...at(), kind: "priority", transactionId, active: step.on });
    }
    if (step.do === "restart") {
      if (!step.keepsProfiles)
        truth = { ...truth, plan: null, correction: null, fallback: null, priority: null };
      truth = { ...truth, pressed: false };
      hear({ stationId: "p1", atMs: nowMs, kind: "booted", vendor: "v", model: "m" });
    }
    if (step.do === "server restart") {
      station = unknownStation("p1");
      if (truth.fallback !== null) hear({ ...at(), kind: "default-restored", schedule: fallback });
      hear({ ...at(), kind: "session-recovered", session: sessionOf("p1") });
      hear({ stationId: "p1", atMs: nowMs, kind: "connected", version: "2.1" });
      hear({ stationId: "p1", atMs: nowMs, kind: "capabilities", capabilities: CAPABILITIES });
    }
    if (step.do === "pass") nowMs += step.seconds * SECOND_MS;
    check(truth, station.evses.get(1)!, nowMs);
  }
};

const LOOKS_S = [0, 20, 60, 119, 121, 155, 400, 2_000];

describe("what an EVSE may draw with corrections and priority charging", () => {
  test.prop([steps], { numRuns: 600 })("is never less than it draws in truth, now and later", (story) => {
    play(story, (truth, evse, nowMs) => {
      for (const seconds of LOOKS_S) {
        const atMs = nowMs + seconds * SECOND_MS;
        const believedKw = drawBoundKw(EVSE, evse, atMs);
        expect(believedKw).toBeGreaterThanOrEqual(Math.min(trueKw(truth, atMs, false), ratedKw(EVSE)) - 1e-9);
      }
    });
  });

  test.prop([steps], { numRuns: 600 })(
    "counts a driver who presses unheard, once the station is lost",
    (story) => {
      play(story, (truth, evse, nowMs) => {
        for (const seconds of LOOKS_S) {
          const atMs = nowMs + seconds * SECOND_MS;
          const trulyKw = Math.max(trueKw(truth, atMs, true), trueKw(truth, atMs, false));
          expect(lostDrawKw(EVSE, evse, atMs)).toBeGreaterThanOrEqual(
            Math.min(trulyKw, ratedKw(EVSE)) - 1e-9,
          );
        }
      });
    },
  );

  test.prop([steps], { numRuns: 300 })("knows how much a car may give back by a correction", (story) => {
    play(story, (truth, evse, nowMs) => {
      for (const seconds of LOOKS_S) {
        const atMs = nowMs + seconds * SECOND_MS;
        const givesKw = Math.max(0, -trueKw(truth, atMs, false));
        expect(dischargeBoundKw(EVSE, evse, atMs)).toBeGreaterThanOrEqual(Math.min(givesKw, 6) - 1e-9);
      }
    });
  });

  it("counts the rating after a restart of the server, until it is known whether the driver has priority", () => {
    const plan = (kw: number): Step => ({ do: "plan", kw, late: 0, fate: "answered" });
    const seen: number[] = [];
    const story: Step[] = [
      { do: "server restart" },
      plan(3),
      { do: "clear", fate: "answered" },
      { do: "priority", kw: 1.4, late: 0, fate: "lost" },
      { do: "priority", kw: 1.4, late: 0, fate: "answered" },
      plan(0),
      { do: "press", on: false, heard: true },
    ];
    play(story, (_, evse, nowMs) => seen.push(drawBoundKw(EVSE, evse, nowMs)));
    const rating = ratedKw(EVSE);
    expect(seen).toEqual([rating, rating, rating, rating, 3, 1.4, 0]);
  });

  it("forgets what came before a restart of the server where there can have been none", () => {
    const hear = (version: "1.6" | "2.1") => {
      const at = { stationId: "p1", atMs: EVENING_MS };
      const planned = scheduleOfKw("p1", [3, 3], { startMs: EVENING_MS });
      const events: FleetEvent[] = [
        { ...at, evseId: 1, kind: "session-recovered", session: sessionOf("p1") },
        { ...at, kind: "connected", version },
        { ...at, kind: "capabilities", capabilities: { ...CAPABILITIES, priorityCharging: false } },
        { ...at, evseId: 1, kind: "schedule-sending", schedule: planned },
        { ...at, evseId: 1, kind: "schedule-confirmed", schedule: planned },
      ];
      return events.reduce(reduceStation, unknownStation("p1")).evses.get(1)!;
    };
    expect(drawBoundKw(EVSE, hear("1.6"), EVENING_MS)).toBe(3);
    const afterMs = EVENING_MS + LONGEST_CORRECTION_MS + CORRECTION_SLACK_MS;
    expect(drawBoundKw(EVSE, hear("2.1"), afterMs - 1)).toBe(ratedKw(EVSE));
    expect(drawBoundKw(EVSE, hear("2.1"), afterMs)).toBe(3);
  });

  it("falls back to the plan when a correction is refreshed no more", () => {
    const seen: number[] = [];
    const story: Step[] = [
      { do: "plan", kw: -6, late: 0, fate: "answered" },
      { do: "correct", kw: -2, late: 0, fate: "answered" },
      { do: "pass", seconds: 149 },
      { do: "pass", seconds: 2 },
    ];
    play(story, (_, evse, nowMs) => seen.push(drawBoundKw(EVSE, evse, nowMs)));
    expect(seen).toEqual([-6, -2, -2, -6]);
  });
});
