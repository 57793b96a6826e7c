import { z } from "zod";
import { epochTime } from "./time.js";

const scheduleSchema = z.object({
  startMs: epochTime("When it begins").nullable().describe("null: relative, or by the profile"),
  durationS: z.number().nullable().describe("How long it lasts, s; null: until another"),
  unit: z.string().describe("Of its limits, in the station's word: A, W"),
  periods: z
    .array(
      z.object({
        startS: z.number().describe("From its begin, s"),
        limit: z.number().nullable().describe("In its unit; null: none"),
        setpoint: z.number().nullable().describe("What the car is to do, in its unit (2.1); null: none"),
        mode: z.string().nullable().describe("In the station's word (2.1): CentralSetpoint; null: not told"),
      }),
    )
    .describe("The first 300"),
});

const chargingProfileSchema = z
  .object({
    profileId: z.int().describe("In the station"),
    evseId: z.int().describe("0: the station"),
    source: z.string().describe("Who set it, in the station's word: CSO, EMS, SO, Other"),
    purpose: z.string().describe("In the station's word: TxProfile, TxDefaultProfile …"),
    kind: z.string().describe("In the station's word: Absolute, Relative, Recurring, Dynamic"),
    stackLevel: z.int().describe("Of several of a purpose the highest holds"),
    transactionId: z.string().nullable().describe("Of which it is; null: of none"),
    fromMs: epochTime("From when it holds").nullable().describe("null: at once"),
    untilMs: epochTime("Until when").nullable().describe("null: for good"),
    schedules: z.array(scheduleSchema).describe("One; for cars of ISO 15118 up to three"),
  })
  .meta({ id: "HeldChargingProfile", description: "A charging profile as a station holds it" });
export type HeldChargingProfile = z.infer<typeof chargingProfileSchema>;

/** What is known of the profiles that a station holds. */
export const chargingProfilesFileSchema = z
  .object({
    profiles: z.array(chargingProfileSchema).describe("By EVSE and id, as last told; at most 100"),
    requestId: z.int().nullable().describe("Of the newest report; null: none was asked for"),
    toldMs: epochTime("When it was asked for or went on").nullable().describe("null: never"),
    completeMs: epochTime("When its last part came")
      .nullable()
      .describe("null: more is to come, or none was asked for"),
  })
  .meta({ id: "HeldChargingProfiles", description: "Charging profiles that a station holds" });
export type ChargingProfilesFile = z.infer<typeof chargingProfilesFileSchema>;

/** A part of a report. */
export interface ChargingProfilesNews {
  readonly kind: "charging-profiles-told";
  readonly requestId: number;
  readonly profiles: readonly HeldChargingProfile[];
  /** Whether more parts are to come. */
  readonly more: boolean;
}
