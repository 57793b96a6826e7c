import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawBoundKw, leastAllowedKw, ratedKw, scheduledKw } from "../../src/domain/draw.js";
import type { EvseState, FleetEvent } from "../../src/domain/fleet.js";
import type { KeptDefault, Schedule } from "../../src/domain/schedule.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { certainAfter } from "../../src/control/default-book.js";
import { reduceStation, unknownStation } from "../../src/fleet/reduce.js";
import { EVENING_MS, scheduleOfKw, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

/**
 * A station as it truly is beside what we take it to be. Messages to it arrive or not, its answers
 * arrive or not, it restarts with or without its profiles, sessions end and begin, time passes.
 */
interface Truth {
  readonly session: string | null;
  readonly profile: Schedule | null;
  readonly fallback: Schedule | null;
}

type Step =
  | {
      readonly do: "tell";
      readonly kw: readonly number[];
      readonly fate: "answered" | "refused" | "lost" | "answer lost" | "offline";
    }
  | { readonly do: "tell default"; readonly kw: number; readonly fate: "answered" | "lost" | "answer lost" }
  | {
      readonly do: "tell in the default's place";
      readonly kw: number;
      readonly fate: "lost" | "answer lost";
    }
  | { readonly do: "restart"; readonly keepsProfiles: boolean }
  | { readonly do: "new session" }
  | { readonly do: "server restart" }
  | { readonly do: "pass"; readonly minutes: number };

const kw = fc.constantFrom(0, 1.32, 3, 7);
/** Told in the default's place for the first time: if it was taken, it stays there when the session is over. */
const inDefaultsPlace: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("tell in the default's place" as const),
  kw,
  fate: fc.constantFrom("lost" as const, "answer lost" as const),
});

const stepsUpTo = (maxLength: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.oneof(
      fc.record({
        do: fc.constant("tell" as const),
        kw: fc.array(kw, { minLength: 1, maxLength: 4 }),
        fate: fc.constantFrom(
          "answered" as const,
          "refused" as const,
          "lost" as const,
          "answer lost" as const,
          "offline" as const,
        ),
      }),
      fc.record({
        do: fc.constant("tell default" as const),
        kw,
        fate: fc.constantFrom("answered" as const, "lost" as const, "answer lost" as const),
      }),
      inDefaultsPlace,
      fc.record({ do: fc.constant("restart" as const), keepsProfiles: fc.boolean() }),
      fc.record({ do: fc.constant("new session" as const) }),
      fc.record({ do: fc.constant("server restart" as const) }),
      fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 40 }) }),
    ),
    { minLength: 1, maxLength },
  );
const steps = stepsUpTo(14);

/** What the car may draw in truth: by the profile, after its end by the default, else its rating. */
const trueKw = ({ profile, fallback }: Truth, atMs: number): number =>
  (profile === null ? null : scheduledKw(profile, atMs)) ??
  (fallback === null ? null : scheduledKw(fallback, atMs)) ??
  ratedKw(SINGLE_PHASE_32A);

const play = (
  story: readonly Step[],
  check: (truth: Truth, evse: EvseState, nowMs: number) => void,
): void => {
  let nowMs = EVENING_MS;
  let sessions = 0;
  let truth: Truth = { session: null, profile: null, fallback: null };
  let station = unknownStation("p1");
  let kept: KeptDefault | null = null;
  const at = () => ({ stationId: "p1", evseId: 1, atMs: nowMs });
  const hear = (event: FleetEvent): void => {
    station = reduceStation(station, event);
    kept = certainAfter(event, station).at(-1) ?? kept;
  };
  const tell = (schedule: Schedule, fate: string): void => {
    hear({ ...at(), kind: "schedule-sending", schedule });
    const taken = fate === "answered" || fate === "answer lost";
    if (taken && schedule.purpose === "default") truth = { ...truth, fallback: schedule };
    if (taken && schedule.purpose === "session") truth = { ...truth, profile: schedule };
    const kind = { answered: "confirmed", refused: "refused", offline: "unsent" }[fate] ?? "unanswered";
    hear({ ...at(), kind: `schedule-${kind}` as "schedule-confirmed", schedule });
  };
  const session = () => sessionOf("p1", { id: `s${sessions}`, transactionId: `tx${sessions}` });
  const begin = (): void => {
    sessions += 1;
    truth = { ...truth, session: session().transactionId, profile: null };
    hear({ ...at(), kind: "session-opened", session: session() });
  };
  begin();
  for (const step of story) {
    if (step.do === "pass") nowMs += step.minutes * MINUTE_MS;
    if (step.do === "new session") begin();
    if (step.do === "server restart") {
      station = unknownStation("p1");
      if (kept !== null) hear({ kind: "default-restored", atMs: nowMs, ...(kept as KeptDefault) });
      hear({ ...at(), kind: "session-recovered", session: session() });
    }
    if (step.do === "restart") {
      if (!step.keepsProfiles) truth = { ...truth, profile: null, fallback: null };
      hear({ stationId: "p1", atMs: nowMs, kind: "booted", vendor: "v", model: "m" });
    }
    if (step.do === "tell")
      tell(scheduleOfKw("p1", step.kw, { startMs: nowMs, transactionId: truth.session }), step.fate);
    if (step.do === "tell in the default's place") {
      const schedule = scheduleOfKw("p1", [step.kw], { startMs: nowMs, transactionId: truth.session });
      hear({ ...at(), kind: "schedule-sending", schedule });
      // It holds until the default is sent anew, whichever car is there.
      const endless = { ...schedule, endMs: Infinity };
      if (step.fate === "answer lost") truth = { ...truth, fallback: endless };
      hear({ ...at(), kind: "schedule-unanswered", schedule, inDefaultsPlace: true });
    }
    if (step.do === "tell default")
      tell(
        scheduleOfKw("p1", [step.kw], { purpose: "default", transactionId: null, startMs: nowMs }),
        step.fate,
      );
    check(truth, station.evses.get(1)!, nowMs);
  }
};

describe("what an EVSE is believed to draw at most", () => {
  it("is never less than what it may draw in truth, now and later, whatever is lost", () => {
    fc.assert(
      fc.property(steps, (story) => {
        play(story, (truth, evse, nowMs) => {
          for (let minutes = 0; minutes <= 90; minutes += 5) {
            const atMs = nowMs + minutes * MINUTE_MS;
            expect(drawBoundKw(SINGLE_PHASE_32A, evse, atMs)).toBeGreaterThanOrEqual(trueKw(truth, atMs));
          }
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it("is never less either where a station leaves many messages without an answer, and is kept in few", () => {
    const silent = fc.array(
      fc.oneof(
        fc.record({
          do: fc.constant("tell" as const),
          kw: fc.array(fc.constantFrom(-5, 0, 1.32, 3, 7), { minLength: 1, maxLength: 6 }),
          fate: fc.constantFrom("lost" as const, "answer lost" as const),
        }),
        fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 20 }) }),
      ),
      { minLength: 20, maxLength: 60 },
    );
    const opening: Step = { do: "tell default", kw: 1.32, fate: "answered" };
    fc.assert(
      fc.property(silent, stepsUpTo(4), (story, then) => {
        play([opening, ...story, ...then], (truth, evse, nowMs) => {
          expect(evse.unanswered.length).toBeLessThanOrEqual(12);
          for (let minutes = 0; minutes <= 90; minutes += 5) {
            const atMs = nowMs + minutes * MINUTE_MS;
            const inTruthKw = trueKw(truth, atMs);
            expect(drawBoundKw(SINGLE_PHASE_32A, evse, atMs)).toBeGreaterThanOrEqual(inTruthKw);
            if (truth.session !== null) expect(leastAllowedKw(evse, atMs)).toBeLessThanOrEqual(inTruthKw);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it("counts the default once the shortest of many unanswered schedules has ended, and the longest until then", () => {
    const lost = (kws: readonly number[]): Step => ({ do: "tell", kw: kws, fate: "lost" });
    const short: Step = { do: "tell", kw: [0], fate: "answer lost" };
    const zeros = Array.from({ length: 16 }, () => lost([0, 0, 0, 0]));
    const opening: Step = { do: "tell default", kw: 1.32, fate: "answered" };
    let lastKw: number[] = [];
    play([opening, lost([0, 0, 0, 0]), short, lost([0, 3, 0, 0]), ...zeros], (_, evse, nowMs) => {
      lastKw = [0, 16, 31, 61].map((minutes) =>
        drawBoundKw(SINGLE_PHASE_32A, evse, nowMs + minutes * MINUTE_MS),
      );
    });
    expect(lastKw).toEqual([1.32, 3, 1.32, 1.32]);
  });

  it("takes no longer to tell after a day without an answer", () => {
    const story = Array.from({ length: 720 }, (_, turn): Step[] => [
      {
        do: "tell",
        kw: Array.from({ length: 24 }, (__, slot) => ((turn + slot) % 2 ? 1.32 : 3)),
        fate: "lost",
      },
      { do: "pass", minutes: 2 },
    ]).flat();
    play(story, (_, { unanswered }) => {
      expect(unanswered.length).toBeLessThanOrEqual(12);
      expect(Math.max(0, ...unanswered.map(({ periods }) => periods.length))).toBeLessThan(300);
    });
  });

  it.each<{ it: string; story: Step[]; kw: number[] }>([
    {
      it: "a short profile whose answer was lost may have replaced a long one",
      story: [
        { do: "tell", kw: [0, 0], fate: "answered" },
        { do: "tell", kw: [0], fate: "answer lost" },
        { do: "pass", minutes: 15 },
        { do: "tell", kw: [0], fate: "lost" },
      ],
      kw: [0, 0, 7.04, 7.04],
    },
    {
      it: "the same profile that could not be sent again may have been taken the first time",
      story: [
        { do: "tell", kw: [0], fate: "answered" },
        { do: "tell", kw: [7], fate: "answer lost" },
        { do: "tell", kw: [7], fate: "offline" },
        { do: "tell", kw: [7], fate: "refused" },
      ],
      kw: [0, 7, 7, 7],
    },
    {
      it: "a profile that a restart may have kept is refused when told again",
      story: [
        { do: "tell", kw: [3], fate: "answered" },
        { do: "restart", keepsProfiles: true },
        { do: "tell default", kw: 0, fate: "answered" },
        { do: "tell", kw: [3], fate: "refused" },
      ],
      kw: [3, 7.04, 3, 3],
    },
  ])("counts what may be in force: $it", ({ story, kw: expected }) => {
    const beliefs: number[] = [];
    play(story, (_, evse, nowMs) => beliefs.push(drawBoundKw(SINGLE_PHASE_32A, evse, nowMs)));
    expect(beliefs).toEqual(expected);
  });

  it("is what it may draw in truth when every message is answered and nothing restarts", () => {
    const answered = steps.map((story) =>
      story.flatMap((step): Step[] =>
        step.do === "restart" || step.do === "server restart" || step.do === "tell in the default's place"
          ? []
          : "fate" in step
            ? [{ ...step, fate: "answered" as const }]
            : [step],
      ),
    );
    fc.assert(
      fc.property(answered, (story) => {
        play(story, (truth, evse, nowMs) => {
          const atMs = nowMs + 7 * MINUTE_MS;
          expect(drawBoundKw(SINGLE_PHASE_32A, evse, atMs)).toBe(trueKw(truth, atMs));
        });
      }),
    );
  });
});
