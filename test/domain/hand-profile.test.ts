import { expect, it } from "vitest";
import { handProfileSchema } from "../../src/domain/hand-profile.js";

const flat = [{ startS: 0, limitKw: 5 }];
const faultOf = (profile: object): string => {
  const { error } = handProfileSchema.safeParse({ kind: "daily", periods: flat, ...profile });
  return error === undefined
    ? ""
    : error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
};
const rising = (...starts: number[]) => ({ periods: starts.map((startS) => ({ startS, limitKw: 5 })) });
const absolute = (change: object) => ({ kind: "absolute", startMs: 1_000, ...change });

it.each<[string, object, RegExp]>([
  ["a day", {}, /^$/],
  ["a day with three periods", rising(0, 3_600, 7_200), /^$/],
  ["a time without an end", absolute({}), /^$/],
  ["an hour", absolute({ endMs: 3_601_000 }), /^$/],
  ["a period that begins late", rising(60), /^periods: the first period must begin at 0/],
  ["periods out of order", rising(0, 120, 60), /^periods: each period must begin after the one before it/],
  ["a period twice", rising(0, 60, 60), /^periods: each period must begin after the one before it/],
  ["none", { periods: [] }, /^periods/],
  ["a day that is longer", rising(0, 86_400), /must begin within 24 hours/],
  ["a day with a begin", { startMs: 5 }, /^startMs/],
  ["a time without a begin", { kind: "absolute" }, /^startMs/],
  ["an end before the begin", absolute({ endMs: 1_000 }), /^endMs/],
  [
    "an end before the last period",
    absolute({ ...rising(0, 60), endMs: 61_000 }),
    /^endMs: a profile must end after its last period begins/,
  ],
  ["less than nothing", { periods: [{ startS: 0, limitKw: -1 }] }, /^periods/],
  ["without bounds", { periods: [{ startS: 0, limitKw: Infinity }] }, /^periods/],
])("%s", (_name, profile, fault) => {
  expect(faultOf(profile)).toMatch(fault);
});
