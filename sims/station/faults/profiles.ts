import { listOf, numberOf, objectOf, type Payload, textOf, type Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

/** A profile that a station is asked to take, as far as makers differ in it. */
interface Asked {
  readonly purpose: string;
  readonly kind: string;
  readonly unit: string;
  readonly stackLevel: number;
  readonly limits: readonly number[];
}

const askedIn = (payload: Payload): Asked => {
  const profile = objectOf(payload["csChargingProfiles"] ?? payload["chargingProfile"]);
  const raw = profile["chargingSchedule"];
  const schedule = objectOf(Array.isArray(raw) ? raw[0] : raw);
  return {
    purpose: textOf(profile["chargingProfilePurpose"]) ?? "",
    kind: textOf(profile["chargingProfileKind"]) ?? "",
    unit: textOf(schedule["chargingRateUnit"]) ?? "",
    stackLevel: numberOf(profile["stackLevel"]) ?? 0,
    limits: listOf(schedule["chargingSchedulePeriod"]).map((period) => numberOf(period["limit"]) ?? 0),
  };
};

const withHandlers = (words: Words, handlers: Words["handlers"]): Words => ({
  ...words,
  handlers: { ...words.handlers, ...handlers },
});

/** Refuses every profile of which that holds, as real stations do: without a reason. */
const refusing =
  (refused: (asked: Asked) => boolean) =>
  (words: Words): Words =>
    withHandlers(words, {
      SetChargingProfile: (payload, context) =>
        refused(askedIn(payload))
          ? { status: "Rejected" }
          : (words.handlers["SetChargingProfile"]?.(payload, context) ?? { status: "Rejected" }),
    });

const without = (words: Words, action: string): Words => ({
  ...words,
  handlers: Object.fromEntries(Object.entries(words.handlers).filter(([name]) => name !== action)),
});

/** An old energy manager has left its limit: 6 A for the whole station. */
const foreignLimit = (words: Words): Words => ({
  ...words,
  booting: (context) => {
    words.booting?.(context);
    context.operations.install(
      {
        id: 9_999,
        evseId: 0,
        purpose: "maximum",
        stackLevel: 0,
        kind: "absolute",
        startMs: 0,
        durationMs: null,
        validFromMs: null,
        validToMs: null,
        periods: [{ offsetMs: 0, mode: "limit", unit: "A", value: 6, phases: null }],
        maxOfflineMs: null,
      },
      null,
    );
  },
});

const forgetting = (words: Words): Words => ({
  ...words,
  booting: (context) => {
    context.operations.clear({ id: null, evseId: null, purpose: null, stackLevel: null });
    words.booting?.(context);
  },
});

const isDefault = ({ purpose }: Asked): boolean => purpose === "TxDefaultProfile";

/** What makers differ in when they take a profile. */
export const PROFILE_FAULTS = {
  "only-watts": { about: "takes watts alone", words: refusing(({ unit }) => unit !== "W") },
  "only-amperes": { about: "takes amperes alone", words: refusing(({ unit }) => unit !== "A") },
  "whole-amperes": {
    about: "takes whole amperes alone",
    words: refusing(({ unit, limits }) => unit === "W" || limits.some((limit) => !Number.isInteger(limit))),
  },
  "no-tx-profile": { about: "refuses TxProfile", words: refusing(({ purpose }) => purpose === "TxProfile") },
  "only-maximum": {
    about: "takes the station's maximum alone",
    words: refusing((asked) => asked.purpose === "TxProfile" || isDefault(asked)),
  },
  "no-maximum": {
    about: "refuses the station's maximum",
    words: refusing(({ purpose }) => purpose.endsWith("MaxProfile")),
  },
  "stack-zero": {
    about: "takes stack level 0 alone, whatever it tells",
    words: refusing(({ stackLevel }) => stackLevel > 0),
  },
  "only-relative": {
    about: "takes profiles without a start alone",
    words: refusing(({ kind }) => kind !== "Relative"),
  },
  "one-period": {
    about: "takes one period alone, whatever it tells",
    words: refusing(({ limits }) => limits.length > 1),
  },
  "no-smart-charging": {
    about: "does not know SetChargingProfile",
    words: (words) => without(words, "SetChargingProfile"),
  },
  "ignores-profiles": { about: "accepts profiles and does not follow them", ignoresProfiles: true },
  "forgets-profiles": { about: "loses every profile when it restarts", words: forgetting },
  "foreign-limit": { about: "holds the limit of an old energy manager", words: foreignLimit },
  "empty-composite": {
    about: "tells composite schedules without periods",
    words: (words) =>
      withHandlers(words, {
        GetCompositeSchedule: (payload, context) =>
          emptied(words.handlers["GetCompositeSchedule"]?.(payload, context)),
      }),
  },
  "fractional-periods": {
    about: "tells composite schedules whose periods begin at fractions of a second",
    unchecked: true,
    words: (words) =>
      withHandlers(words, {
        GetCompositeSchedule: (payload, context) =>
          fractional(words.handlers["GetCompositeSchedule"]?.(payload, context)),
      }),
  },
  "ends-at-zero": { about: "ends a transaction once it was paused at 0 A", endsAtZero: true },
  "sleeps-at-zero": { about: "takes no more once it was paused at 0 A", sleepsAtZero: true },
} as const satisfies Record<string, StationFault>;

/** As some do who have nothing to say: no schedule at all. */
const emptied = (answer: Payload | undefined): Payload => {
  const { chargingSchedule: _schedule, schedule: _schedules, ...rest } = answer ?? { status: "Rejected" };
  return rest;
};

const late = (told: unknown): Payload => {
  const one = objectOf(told);
  const periods = listOf(one["chargingSchedulePeriod"]).map((period) => ({
    ...period,
    startPeriod: (numberOf(period["startPeriod"]) ?? 0) + 0.4,
  }));
  return { ...one, chargingSchedulePeriod: periods };
};

/** Every period some tenths of a second late, in whatever version. */
const fractional = (answer: Payload | undefined): Payload => {
  const { chargingSchedule, schedule, ...rest } = answer ?? { status: "Rejected" };
  return {
    ...rest,
    ...(chargingSchedule === undefined ? {} : { chargingSchedule: late(chargingSchedule) }),
    ...(schedule === undefined ? {} : { schedule: late(schedule) }),
  };
};
