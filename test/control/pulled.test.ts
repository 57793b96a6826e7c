import { fc, test } from "@fast-check/vitest";
import { describe, expect } from "vitest";
import { pulledAnew, pulledCorrection } from "../../src/control/pulled.js";
import { drawBoundKw } from "../../src/domain/draw.js";
import type { FleetEvent } from "../../src/domain/fleet.js";
import { CORRECTION_SLACK_MS } from "../../src/domain/schedule.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { reduceStation, unknownStation } from "../../src/fleet/reduce.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const STEPS = ["pull", "tell", "confirmed", "refused", "unanswered", "pass"] as const;
type Told = ReturnType<typeof scheduleOfKw>;

describe("a station that asks for its correction", () => {
  test.prop([fc.array(fc.tuple(fc.constantFrom(...STEPS), fc.constantFrom(0, 2, 5)), { maxLength: 40 })])(
    "is believed to hold what it was given, in no more memory than what it was told, to no later an end",
    (story) => {
      let nowMs = EVENING_MS;
      let station = unknownStation("p1");
      const hear = (event: object): void => {
        station = reduceStation(station, {
          stationId: "p1",
          evseId: 1,
          atMs: nowMs,
          ...event,
        } as unknown as FleetEvent);
      };
      const fallback = scheduleOfKw("p1", [0], { purpose: "default", transactionId: null, startMs: nowMs });
      hear({ kind: "session-opened", session: sessionOf("p1") });
      hear({ kind: "schedule-confirmed", schedule: fallback });
      const plan = scheduleOfKw("p1", [0, 0], { startMs: nowMs });
      hear({ kind: "schedule-confirmed", schedule: plan });
      let sent: Told | null = null;
      let given: Told | null = null;
      let count = 0;
      for (const [step, kw] of story) {
        const evse = station.evses.get(1)!;
        if (step === "pass") nowMs += 20 * SECOND_MS;
        else if (step === "tell") {
          if (sent !== null) continue;
          const endMs = nowMs + 120 * SECOND_MS + CORRECTION_SLACK_MS;
          sent = { ...scheduleOfKw("p1", [kw], { startMs: nowMs }), purpose: "correction", endMs };
          count += 1;
          hear({ kind: "schedule-sending", schedule: sent });
        } else if (step === "pull") {
          const answer = pulledCorrection(evse, nowMs);
          if (answer === null) continue;
          given = answer;
          expect(answer.endMs).toBe(evse.corrections.at(-1)!.endMs);
          const anew = pulledAnew(evse);
          if (anew !== null) hear({ kind: "schedule-sending", schedule: anew });
        } else if (sent !== null) {
          hear({ kind: `schedule-${step}`, schedule: sent });
          if (step === "confirmed") given = null;
          sent = null;
        }
        const after = station.evses.get(1)!;
        expect(after.corrections.length).toBeLessThanOrEqual(2 * count);
        if (given !== null && nowMs < given.endMs)
          expect(drawBoundKw(SINGLE_PHASE_32A, after, nowMs)).toBeGreaterThanOrEqual(
            given.periods[0]!.powerKw - 1e-9,
          );
      }
    },
  );
});
