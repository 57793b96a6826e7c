import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DischargeWay } from "../../src/domain/discharge.js";
import { dischargeBoundKw } from "../../src/domain/draw.js";
import type { AsideEvent, EvseState, FleetEvent } from "../../src/domain/fleet.js";
import { reduceStation, unknownStation } from "../../src/fleet/reduce.js";
import { EVENING_MS, sessionOf, SINGLE_PHASE_32A } from "../fixtures/sites.js";

const PLACE = { stationId: "p1", evseId: 1, atMs: EVENING_MS };
const SETTING = { way: "setting" as DischargeWay, wording: { to: "Key", data: "{powerW}", reset: "" } };

type Fate = "taken" | "answer lost" | "lost" | "refused";
/** A word, what becomes of it, and how many words later its answer is heard: the station takes them in order. */
interface Step {
  readonly kw: number;
  readonly fate: Fate;
  readonly heardAfter: number;
}

const steps = fc.array(
  fc.record({
    kw: fc.constantFrom(-6, -2, 0, 3),
    fate: fc.constantFrom<Fate>("taken", "answer lost", "lost", "refused"),
    heardAfter: fc.integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: 12 },
);

const STANDS = { taken: "yes", "answer lost": "maybe", lost: "maybe", refused: "no" } as const;

/** What is believed, and what stands in truth, after each step; answers are heard in the order of the words. */
const play = (all: readonly Step[]): { readonly evse: EvseState | null; readonly standsKw: number }[] => {
  let station = unknownStation("p1");
  const apply = (event: FleetEvent): void => void (station = reduceStation(station, event));
  const owed: { event: AsideEvent; dueAt: number }[] = [];
  let standsKw = 0;
  return all.map(({ kw, fate, heardAfter }, at) => {
    const told = { ...SETTING, sessionId: "s", leastKw: kw };
    if (kw < 0) apply({ ...PLACE, kind: "aside-telling", told });
    if (fate === "taken" || fate === "answer lost") standsKw = Math.min(0, kw);
    const word = { ...SETTING, powerKw: kw };
    owed.push({
      event: { ...PLACE, kind: "aside-told", word, stands: STANDS[fate] },
      dueAt: at + heardAfter,
    });
    for (let first = owed[0]; first !== undefined && first.dueAt <= at; first = owed[0]) {
      owed.shift();
      apply(first.event);
    }
    return { evse: station.evses.get(1) ?? null, standsKw };
  });
};

describe("what an EVSE may have been told beside its profile", () => {
  it("is never less than what stands there, whatever is lost and however late the answers are", () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { evse, standsKw } of play(all))
          expect(evse?.aside?.leastKw ?? 0).toBeLessThanOrEqual(standsKw);
      }),
      { numRuns: 500 },
    );
  });

  const A = (kw: number, fate: Fate = "taken"): Step => ({ kw, fate, heardAfter: 0 });
  it.each<[string, Step[], number]>([
    ["a word that was taken stands", [A(-2)], -2],
    ["the next takes its place", [A(-6), A(-2)], -2],
    ["of one whose answer was lost both may stand", [A(-6), A(-2, "answer lost")], -6],
    ["a refused one leaves the one before", [A(-6), A(-2, "refused")], -6],
    ["the only one, refused, leaves nothing", [A(-2, "refused")], 0],
    ["one that is not below zero, taken, ends it", [A(-2), A(3)], 0],
    ["refused, or without an answer, it does not", [A(-2), A(3, "refused"), A(0, "lost")], -2],
  ])("%s", (_, all, leastKw) => {
    expect(play(all).at(-1)?.evse?.aside?.leastKw ?? 0).toBe(leastKw);
  });

  it("is not ended by words of another kind", () => {
    const told = { ...SETTING, sessionId: "s", leastKw: -2 };
    let station = reduceStation(unknownStation("p1"), {
      ...PLACE,
      kind: "aside-restored",
      told: { ...told, sinceMs: 0 },
    });
    for (const word of [
      { ...SETTING, way: "data-transfer" as const, powerKw: 0 },
      { ...SETTING, wording: { ...SETTING.wording, to: "Other" }, powerKw: 0 },
    ])
      station = reduceStation(station, { ...PLACE, kind: "aside-told", word, stands: "yes" });
    expect(station.evses.get(1)?.aside?.leastKw).toBe(-2);
  });

  it("counts as given back with and without a session, and outlives sessions, boots and the rating", () => {
    const session = sessionOf("p1");
    const told = { ...SETTING, sessionId: "s", leastKw: -2, sinceMs: 0 };
    const config = { ...SINGLE_PHASE_32A, maxDischargeKw: 0 };
    const events: FleetEvent[] = [
      { ...PLACE, kind: "aside-restored", told },
      { ...PLACE, kind: "session-opened", session },
      { ...PLACE, kind: "booted", vendor: "v", model: "m" },
      { ...PLACE, kind: "session-closed", session },
      { ...PLACE, kind: "disconnected" },
    ];
    let station = unknownStation("p1");
    for (const event of events) {
      station = reduceStation(station, event);
      expect(dischargeBoundKw(config, station.evses.get(1) ?? null, EVENING_MS), event.kind).toBe(2);
    }
  });
});
