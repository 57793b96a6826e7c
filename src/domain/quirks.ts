import { z } from "zod";
import { type AsideWording, DISCHARGE_METHODS, namesEvse, PROBE_RESULTS } from "./discharge.js";

/**
 * Where a session's schedule is written, from what the standard means to what takes most on itself. `-station`:
 * for EVSE 0, the whole station. All but the first take the place of the default, which is sent anew once
 * the session is over.
 */
export const PROFILE_PLACES = [
  "TxProfile",
  "TxDefaultProfile",
  "TxDefaultProfile-station",
  "ChargePointMaxProfile-station",
] as const;
export type ProfilePlace = (typeof PROFILE_PLACES)[number];

/** Told to EVSE 0: it holds for all EVSEs of the station together. */
export const isOfStation = (place: ProfilePlace): boolean => place.endsWith("-station");

/** What a model, or a station, does otherwise than the standard says; each field for itself. */
export const quirkValuesSchema = z.strictObject({
  smartCharging: z.boolean().optional().describe("whether it takes charging profiles at all"),
  rateUnit: z.enum(["A", "W"]).optional().describe("unit in which it takes limits"),
  sessionPlace: z.enum(PROFILE_PLACES).optional().describe("where the schedule of a session is written"),
  defaultPlace: z
    .enum(PROFILE_PLACES)
    .exclude(["TxProfile"])
    .optional()
    .describe("where the default is written"),
  stackLevel: z.int().min(0).max(1_000).optional().describe("stack level of a session's schedule"),
  profileKind: z
    .enum(["absolute", "relative"])
    .optional()
    .describe("relative: it takes no start, so that it is told one value at a time"),
  maxPeriods: z.int().min(1).max(1_024).optional().describe("periods that a schedule may have"),
  stepA: z.number().min(0.1).max(32).optional().describe("amperes are told in multiples of this"),
  stepW: z.number().min(1).max(10_000).optional().describe("watts are told in multiples of this"),
  maxOfflineDuration: z.boolean().optional().describe("whether maxOfflineDuration is understood (OCPP 2.1)"),
  pause: z
    .enum(["zero", "minimum"])
    .optional()
    .describe("how a car waits: at 0 A, or at its minimum where it does not come back from 0 A"),
  powerFrom: z
    .enum(["meter", "register"])
    .optional()
    .describe("register: the power that it tells is wrong, and derived from its energy"),
  registerFactor: z
    .number()
    .gt(0)
    .max(1_000_000)
    .optional()
    .describe("by which its energies in meter values are multiplied: 1000 where it calls kWh Wh"),
  secondsBetweenProfiles: z
    .number()
    .min(0)
    .max(3_600)
    .optional()
    .describe("least time between two schedules for one EVSE, but for reductions that a limit needs"),
  phaseSwitching: z
    .boolean()
    .optional()
    .describe("whether it switches a car between three phases and one while it charges"),
  refusedMeasurands: z
    .string()
    .max(2_000)
    .optional()
    .describe("measurands that it does not sample, with commas: left out of the lists that it is set to"),
  dischargeMethod: z
    .enum(DISCHARGE_METHODS)
    .optional()
    .describe("how it is told to give back, where it has no setpoints of OCPP 2.1; used once a probe passed"),
  dischargeTo: z
    .string()
    .max(300)
    .optional()
    .describe(
      "vendorId or vendorId/messageId of the data transfer, or name of the setting; {evseId} is filled in",
    ),
  dischargeData: z
    .string()
    .max(1_000)
    .optional()
    .describe(
      "what is sent there, with {powerW} and {currentA} (signed, below zero gives back), {evseId} and {transactionId} filled in",
    ),
  dischargeReset: z
    .string()
    .max(1_000)
    .optional()
    .describe("what is sent there to take a discharge back; where it is left out, a power that is safe"),
  dischargeTimeoutS: z
    .number()
    .min(0)
    .max(3_600)
    .optional()
    .describe(
      "after which its maker ends what was told there and not told anew; 0: it does not, or nobody knows",
    ),
  dischargeUnattended: z
    .boolean()
    .optional()
    .describe("the operator accepts that it gives back for as long as its connection is lost"),
  dischargeProbe: z
    .enum(PROBE_RESULTS)
    .optional()
    .describe("what the last probe of its discharge found, by its meter"),
  dischargeProofs: z
    .string()
    .max(100_000)
    .optional()
    .describe("of which EVSEs, ways and wordings its meter has shown that they give back, one a line"),
});
export type QuirkValues = z.infer<typeof quirkValuesSchema>;
export type QuirkName = keyof QuirkValues;
export type Quirks = { readonly [Name in QuirkName]-?: NonNullable<QuirkValues[Name]> };

export const QUIRK_NAMES: readonly QuirkName[] = quirkValuesSchema.keyof().options;

/** So many stations must have learnt the same before it holds for their model; one is enough for what is not named. */
export const STATIONS_TO_AGREE: Readonly<Partial<Record<QuirkName, number>>> = { registerFactor: 3 };

/** Whether what a session is told has no end at the station: a lost connection would leave it in force for good. */
export const isEndless = ({
  profileKind,
  sessionPlace,
  maxPeriods,
}: Pick<Quirks, "profileKind" | "sessionPlace" | "maxPeriods">): boolean =>
  profileKind === "relative" || (sessionPlace !== "TxProfile" && maxPeriods <= 1);

/** In which words a station is told a power beside its profile. */
export const asideWording = ({
  dischargeTo: to,
  dischargeData: data,
  dischargeReset: reset,
}: Pick<Quirks, "dischargeTo" | "dischargeData" | "dischargeReset">): AsideWording => ({ to, data, reset });

type AsideQuirks = Pick<
  Quirks,
  "dischargeTo" | "dischargeData" | "dischargeReset" | "dischargeTimeoutS" | "dischargeUnattended"
>;

/** Why a station may not be told to give back beside its profile; null: it may. `alone`: it has one EVSE. */
export const asideFault = (quirks: AsideQuirks, alone: boolean): string | null => {
  const wording = asideWording(quirks);
  if (wording.to === "") return "no quirk `dischargeTo` says where it is told";
  if (!alone && !namesEvse(wording))
    return "it has several EVSEs, and neither `dischargeTo` nor `dischargeData` names {evseId}";
  if (quirks.dischargeTimeoutS === 0 && !quirks.dischargeUnattended)
    return "a lost connection would let it give back for good: state `dischargeTimeoutS`, or `dischargeUnattended`";
  return null;
};

/** What is taken until somebody says otherwise. */
export const DEFAULT_QUIRKS: Quirks = {
  smartCharging: true,
  rateUnit: "A",
  sessionPlace: "TxProfile",
  defaultPlace: "TxDefaultProfile",
  stackLevel: 0,
  profileKind: "absolute",
  maxPeriods: 24,
  stepA: 0.1,
  stepW: 1,
  maxOfflineDuration: true,
  pause: "zero",
  powerFrom: "meter",
  registerFactor: 1,
  secondsBetweenProfiles: 0,
  phaseSwitching: false,
  refusedMeasurands: "",
  dischargeMethod: "none",
  dischargeTo: "",
  dischargeData: "{powerW}",
  dischargeReset: "",
  dischargeTimeoutS: 0,
  dischargeUnattended: false,
  dischargeProbe: "untried",
  dischargeProofs: "",
};

/** Which stations an entry of the quirks file is about; `*` stands for anything, case does not count. */
const quirkEntrySchema = z
  .strictObject({
    station: z.string().min(1).max(48).optional().describe("identity of one station"),
    vendor: z.string().min(1).max(255).optional().describe("as BootNotification tells it; * for anything"),
    model: z.string().min(1).max(255).optional().describe("as BootNotification tells it; * for anything"),
    firmware: z.string().min(1).max(255).optional().describe("as BootNotification tells it; * for anything"),
    why: z.string().max(1_000).optional().describe("a note for the next reader"),
    ...quirkValuesSchema.shape,
  })
  .superRefine((entry, context) => {
    if (entry.station === undefined && entry.vendor === undefined && entry.model === undefined)
      context.addIssue({
        code: "custom",
        message: "names no station, vendor or model: it would hold for all",
      });
    if (entry.dischargeProbe?.endsWith("works") === true)
      context.addIssue({ code: "custom", message: "only a probe can find that a discharge works" });
    if (entry.dischargeProofs !== undefined)
      context.addIssue({ code: "custom", message: "only a probe can prove a discharge" });
    if (QUIRK_NAMES.every((name) => entry[name] === undefined))
      context.addIssue({ code: "custom", message: "says nothing of the stations that it names" });
  });
export type QuirkEntry = z.infer<typeof quirkEntrySchema>;

export const quirksFileSchema = z.strictObject({
  quirks: z
    .array(quirkEntrySchema)
    .describe("in the order of strength: a later entry goes before an earlier one"),
});

/** As a station tells of itself at boot; null: it did not. */
export interface Maker {
  readonly vendor: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
}

/** From the weakest to the strongest. */
export const QUIRK_ORIGINS = ["default", "advertised", "learnt-model", "learnt-station", "file"] as const;
type QuirkOrigin = (typeof QUIRK_ORIGINS)[number];

/** What each source says of a station. */
export type QuirkSources = Readonly<Record<Exclude<QuirkOrigin, "default">, QuirkValues>>;

/** The values that hold for a station, and where each comes from. */
export interface ResolvedQuirks {
  readonly values: Quirks;
  readonly origins: Readonly<Record<QuirkName, QuirkOrigin>>;
}

const allQuirks = quirkValuesSchema.required();
const allOrigins = z.record(quirkValuesSchema.keyof(), z.enum(QUIRK_ORIGINS));

/** Most stations do as the standard says: what holds for them is one object. */
export const resolveQuirks = (sources: QuirkSources): ResolvedQuirks =>
  Object.values(sources).every(saysNothing) ? AS_STANDARD : strongestOf(sources);

const saysNothing = (values: QuirkValues): boolean => QUIRK_NAMES.every((name) => values[name] === undefined);

const strongestOf = (sources: QuirkSources): ResolvedQuirks => {
  const said = { default: DEFAULT_QUIRKS, ...sources };
  const strongest = QUIRK_NAMES.map((name) => {
    const origin = QUIRK_ORIGINS.findLast((one) => said[one][name] !== undefined) ?? "default";
    return { name, origin, value: said[origin][name] };
  });
  return {
    values: allQuirks.parse(Object.fromEntries(strongest.map(({ name, value }) => [name, value]))),
    origins: allOrigins.parse(Object.fromEntries(strongest.map(({ name, origin }) => [name, origin]))),
  };
};

const AS_STANDARD = strongestOf({ advertised: {}, "learnt-model": {}, "learnt-station": {}, file: {} });

/** What the entries of a quirks file say of one station; those that name it go before those of a model. */
export const stated = (entries: readonly QuirkEntry[], stationId: string, maker: Maker): QuirkValues => {
  const about = entries.filter((entry) => isAbout(entry, stationId, maker));
  const ranked = [
    ...about.filter(({ station }) => station === undefined),
    ...about.filter(({ station }) => station),
  ];
  const values: Record<string, unknown> = {};
  for (const entry of ranked)
    for (const name of QUIRK_NAMES) if (entry[name] !== undefined) values[name] = entry[name];
  return values;
};

const isAbout = (entry: QuirkEntry, stationId: string, maker: Maker): boolean =>
  (entry.station === undefined || entry.station === stationId) &&
  (["vendor", "model", "firmware"] as const).every((part) => fits(entry[part], maker[part]));

/** Case and outer blanks do not count; `*` stands for any text. */
const fits = (pattern: string | undefined, text: string | null): boolean => {
  if (pattern === undefined) return true;
  if (text === null) return false;
  const [first = "", ...rest] = pattern.trim().toLowerCase().split("*");
  const last = rest.pop();
  const told = text.trim().toLowerCase();
  if (last === undefined) return told === first;
  if (!told.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = told.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return told.length - last.length >= at && told.endsWith(last);
};
