import { describe, expect, it } from "vitest";
import {
  type HeldPeriod,
  type HeldProfile,
  type ProfileContext,
  allowedAt,
  withProfile,
  withoutProfiles,
} from "../../sims/station/profiles.js";
import { HOUR, NOON } from "../fixtures/visits.js";

const MINUTE = 60_000;
const amps = (offsetMinutes: number, value: number): HeldPeriod => ({
  offsetMs: offsetMinutes * MINUTE,
  mode: "limit",
  unit: "A",
  value,
  phases: null,
});

let nextId = 1;
const profile = (changes: Partial<HeldProfile>): HeldProfile => ({
  id: nextId++,
  evseId: 1,
  purpose: "transaction",
  stackLevel: 0,
  kind: "absolute",
  startMs: NOON,
  durationMs: null,
  validFromMs: null,
  validToMs: null,
  periods: [amps(0, 16)],
  maxOfflineMs: null,
  ...changes,
});

const CHARGING: ProfileContext = {
  evseId: 1,
  transactionStartMs: NOON,
  offlineSinceMs: null,
  hasPriority: false,
};

/** The schedule as a table: what holds at each quarter of an hour, `-` where no profile speaks. */
const table = (profiles: readonly HeldProfile[], context = CHARGING, quarters = 8): string =>
  Array.from({ length: quarters }, (_, quarter) => {
    const { period, maximum } = allowedAt(profiles, context, NOON + quarter * 15 * MINUTE);
    const value = Math.min(period?.value ?? Infinity, maximum?.value ?? Infinity);
    return value === Infinity ? "-" : String(value);
  }).join(" ");

describe("the stack of charging profiles", () => {
  it.each<[string, readonly HeldProfile[], string]>([
    ["nothing held", [], "- - - - - - - -"],
    ["one profile, for ever", [profile({})], "16 16 16 16 16 16 16 16"],
    ["one profile for half an hour", [profile({ durationMs: HOUR / 2 })], "16 16 - - - - - -"],
    [
      "periods in their order",
      [profile({ periods: [amps(0, 16), amps(30, 0), amps(60, 10)] })],
      "16 16 0 0 10 10 10 10",
    ],
    ["begins later", [profile({ startMs: NOON + HOUR })], "- - - - 16 16 16 16"],
    [
      "valid from and to",
      [profile({ validFromMs: NOON + HOUR / 2, validToMs: NOON + HOUR })],
      "- - 16 16 - - - -",
    ],
    [
      "layered: the higher level speaks while it lasts",
      [
        profile({ stackLevel: 0 }),
        profile({ stackLevel: 3, startMs: NOON + HOUR / 2, durationMs: HOUR / 2, periods: [amps(0, 8)] }),
      ],
      "16 16 8 8 16 16 16 16",
    ],
    [
      "a transaction profile goes before a default of any level",
      [
        profile({ purpose: "default", stackLevel: 9, periods: [amps(0, 6)] }),
        profile({ stackLevel: 0, durationMs: HOUR, periods: [amps(0, 20)] }),
      ],
      "20 20 20 20 6 6 6 6",
    ],
    [
      "a default of the EVSE goes before one of the station",
      [
        profile({ purpose: "default", evseId: 0, stackLevel: 5, periods: [amps(0, 7)] }),
        profile({ purpose: "default", stackLevel: 0, durationMs: HOUR, periods: [amps(0, 9)] }),
      ],
      "9 9 9 9 7 7 7 7",
    ],
    [
      "the station's maximum caps what came out",
      [
        profile({ periods: [amps(0, 16), amps(60, 5)] }),
        profile({ purpose: "maximum", evseId: 0, periods: [amps(0, 10)] }),
      ],
      "10 10 10 10 5 5 5 5",
    ],
    [
      "relative: counted from the start of the transaction",
      [profile({ kind: "relative", startMs: null, periods: [amps(0, 6), amps(45, 12)] })],
      "6 6 6 12 12 12 12 12",
    ],
    [
      "daily: yesterday's schedule holds today",
      [
        profile({
          purpose: "default",
          kind: "daily",
          startMs: NOON - 30 * HOUR,
          periods: [amps(0, 6), amps(6 * 60 + 30, 13)],
        }),
      ],
      "6 6 13 13 13 13 13 13",
    ],
  ])("%s", (_name, profiles, expected) => {
    expect(table(profiles)).toBe(expected);
  });

  it("does not let a transaction profile speak without a transaction", () => {
    expect(table([profile({})], { ...CHARGING, transactionStartMs: null }, 2)).toBe("- -");
  });

  it("drops a profile that outlived its time offline", () => {
    const seller = profile({ stackLevel: 2, periods: [amps(0, 3)], maxOfflineMs: HOUR / 2 });
    const floor = profile({ purpose: "default", periods: [amps(0, 6)] });
    expect(table([seller, floor], { ...CHARGING, offlineSinceMs: NOON })).toBe("3 3 6 6 6 6 6 6");
    expect(table([seller, floor])).toBe("3 3 3 3 3 3 3 3");
  });

  it("says until when nothing changes by itself", () => {
    const held = [profile({ periods: [amps(0, 16), amps(30, 0)], durationMs: HOUR })];
    const until = (minutes: number): number =>
      (allowedAt(held, CHARGING, NOON + minutes * MINUTE).untilMs - NOON) / MINUTE;
    expect([0, 29, 30, 59, 60].map(until)).toEqual([30, 30, 60, 60, Infinity]);
  });

  it("replaces by id, and by purpose, level and EVSE", () => {
    const first = profile({ id: 7, stackLevel: 1 });
    const sameId = profile({ id: 7, stackLevel: 4 });
    const sameLevel = profile({ id: 8, stackLevel: 4 });
    expect(withProfile([first], sameId)).toEqual([sameId]);
    expect(withProfile([sameId], sameLevel)).toEqual([sameLevel]);
    expect(withProfile([first], sameLevel)).toEqual([first, sameLevel]);
  });

  it("clears by id alone, or by every field given", () => {
    const held = [
      profile({ id: 1, purpose: "default", stackLevel: 0 }),
      profile({ id: 2, purpose: "default", stackLevel: 1 }),
      profile({ id: 3, purpose: "transaction", stackLevel: 1 }),
    ];
    const ids = (filter: Partial<Parameters<typeof withoutProfiles>[1]>): number[] =>
      withoutProfiles(held, { id: null, evseId: null, purpose: null, stackLevel: null, ...filter }).map(
        ({ id }) => id,
      );
    expect(ids({ id: 2 })).toEqual([1, 3]);
    expect(ids({ purpose: "default" })).toEqual([3]);
    expect(ids({ purpose: "default", stackLevel: 1 })).toEqual([1, 3]);
    expect(ids({ evseId: 2 })).toEqual([1, 2, 3]);
    expect(ids({})).toEqual([]);
  });
});
