import { describe, expect, it } from "vitest";
import type { Unbooked } from "../../src/domain/sharing.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { followUnbooked, type LentAround } from "../../src/sharing/unbooked.js";
import { START_MS } from "./waiting.js";

const around = (minute: number): LentAround => ({
  terms: {
    idTokens: ["own"],
    hours: [],
    pricePerKwh: 0,
    consent: "ask",
    noticeMinutes: 30,
    comeWithinMinutes: 15,
    handoverMinutes: 15,
    withoutBooking: "refuse",
  },
  bookings: [],
  nowMs: START_MS + minute * MINUTE_MS,
});
const NONE: Unbooked = { stationId: "n1", evseId: 1, sessionId: "", endsMs: null, isOver: false };
const session = (idToken: string | null, isAuthorized = true) => ({
  id: "s1",
  idToken,
  isAuthorized,
  startedMs: START_MS,
  isDone: false,
  departureMs: START_MS + 600 * MINUTE_MS,
  toGoKwh: 7,
  deliveredKwh: 0,
  planEndsMs: null,
});
/** Who is told of a car that came at minute 0. */
const toldAt = (minute: number, car: ReturnType<typeof session>): string[] =>
  followUnbooked(NONE, car, around(minute)).effects.flatMap((effect) =>
    effect.kind === "notice" ? [effect.notice.to] : [],
  );

describe("of a car without a booking", () => {
  it.each([
    ["owner and operator are told at once", 0, session("stranger"), ["owner", "operator"]],
    ["nobody is told where it is the owner's", 9, session("OWN"), []],
    ["nobody is told where its card was refused", 9, session("stranger", false), []],
    ["nobody is told while its card may still come", 4, session(null), []],
    ["they are told where none has come", 5, session(null), ["owner", "operator"]],
  ])("%s", (_, minute, car, told) => {
    expect(toldAt(minute, car)).toEqual(told);
  });

  it("they are told once", () => {
    const { state } = followUnbooked(NONE, session("stranger"), around(0));
    expect(followUnbooked(state, session("stranger"), around(9))).toEqual({ state, effects: [] });
  });
});
