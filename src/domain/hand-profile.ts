import { z } from "zod";
import { epochTime } from "./station-file/time.js";
import { DAY_MS, SECOND_MS } from "./units.js";

const DAY_S = DAY_MS / SECOND_MS;
const MOST_PERIODS = 96;
/** More than any station draws. */
const MOST_KW = 10_000;

const period = z.strictObject({
  startS: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .describe("From the profile's begin; of a daily one from local midnight, s"),
  limitKw: z.number().min(0).max(MOST_KW).describe("At most so much may be drawn; kW"),
});

/** Name of a profile. */
export const handProfileName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,47}$/, "1–48 characters of A–Z a–z 0–9 - _ .")
  .describe("1–48 characters of A–Z a–z 0–9 - _ .");

/** What a charging profile must hold, whoever made it: the first period begins with it, and they rise strictly. */
const startsFault = (periods: readonly z.infer<typeof period>[]): string | null => {
  if (periods[0]?.startS !== 0) return "the first period must begin at 0";
  const rises = periods.every(
    ({ startS }, index) => index === 0 || startS > (periods[index - 1]?.startS ?? 0),
  );
  return rises ? null : "each period must begin after the one before it";
};

/** A charging profile by an operator's hand: a cap, free of any OCPP version. */
export const handProfileSchema = z
  .strictObject({
    kind: z.enum(["absolute", "daily"]).describe("daily: by the clock of the site, every day"),
    startMs: epochTime("When an absolute one begins").nullable().default(null).describe("null: daily"),
    endMs: epochTime("Until when it holds").nullable().default(null).describe("null: for good"),
    periods: z.array(period).min(1).max(MOST_PERIODS).describe("Each lasts until the next"),
  })
  .check(({ value, issues }) => {
    const { kind, startMs, endMs, periods } = value;
    const fault = (path: string, message: string): void =>
      void issues.push({ code: "custom", path: [path], message, input: value });
    const starts = startsFault(periods);
    if (starts !== null) fault("periods", starts);
    if ((kind === "absolute") !== (startMs !== null))
      fault("startMs", "an absolute profile must have a beginning, a daily one must have none");
    const last = periods.at(-1)?.startS ?? 0;
    if (kind === "daily" && last >= DAY_S)
      fault("periods", "each period of a daily profile must begin within 24 hours");
    if (endMs !== null && startMs !== null && endMs <= startMs + last * SECOND_MS)
      fault("endMs", "a profile must end after its last period begins");
  })
  .meta({
    id: "HandProfile",
    description: "A charging profile by an operator's hand: what may be drawn at most",
  });
export type HandProfile = z.infer<typeof handProfileSchema>;

/** Where a profile is in force, and who keeps to it. */
export const assignmentSchema = z
  .object({
    name: z.string().describe("Of the profile"),
    stationId: z.string().describe("OCPP identity"),
    evseId: z.int().describe("0: the whole station"),
    assignedBy: z.string().describe("Name of the token by which it was assigned"),
    assignedMs: epochTime("When it was assigned"),
    state: z
      .enum(["held", "plan", "waiting", "releasing"])
      .describe(
        "held: the station took it as its maximum, and the plan keeps to it; plan: the plan alone does; waiting: the station is told when it comes; releasing: it is to forget it when it comes",
      ),
    detail: z.string().nullable().describe("Why the plan alone, or why not yet; null: nothing to say"),
    wasAsked: z
      .boolean()
      .default(true)
      .describe(
        "The station was asked to hold it, or one that was in force there before: it may do so until it has taken that back",
      ),
  })
  .meta({ id: "ProfileAssignment", description: "Where a charging profile by hand is in force" });
export type ProfileAssignment = z.infer<typeof assignmentSchema>;

/** What became of taking a profile back. */
export const releasedSchema = z
  .object({
    stationId: z.string().describe("OCPP identity"),
    evseId: z.int().describe("0: the whole station"),
    state: z
      .enum(["released", "releasing"])
      .describe("released: none is in force there; releasing: the station may hold it until it comes"),
    detail: z.string().nullable().describe("Why not yet; null: nothing to say"),
  })
  .meta({ id: "ReleasedProfile", description: "What became of taking a charging profile by hand back" });
export type ReleasedProfile = z.infer<typeof releasedSchema>;

/** A profile with its name. */
export const namedProfileSchema = z
  .object({
    name: handProfileName,
    profile: handProfileSchema.describe("What may be drawn"),
    assignments: z.array(assignmentSchema).describe("Where it is in force"),
  })
  .meta({ id: "NamedProfile", description: "A stored charging profile, and where it is in force" });
export type NamedProfile = z.infer<typeof namedProfileSchema>;

/** A profile as it is told and kept. */
export const keptProfileSchema = z
  .strictObject({ name: handProfileName, profile: handProfileSchema.describe("What may be drawn") })
  .meta({ id: "NewHandProfile", description: "A charging profile with its name" });

/** Who set a limit that an operator assigned by hand. */
export const BY_HAND = "operator";
