import { z } from "zod";
import { epochTime } from "./time.js";

/** What a station said of itself at its last boot. */
export const stationIdentitySchema = z
  .object({
    vendor: z.string().nullable().describe("Its maker; null: not told"),
    model: z.string().nullable().describe("null: not told"),
    serialNumber: z.string().nullable().describe("null: not told"),
    firmwareVersion: z.string().nullable().describe("null: not told"),
    bootedMs: epochTime("When it last told that it had started").nullable().describe("null: never"),
  })
  .meta({ id: "StationIdentity", description: "What a station said of itself at its last boot" });
export type StationIdentity = z.infer<typeof stationIdentitySchema>;

/** A station started. */
export interface BootNews extends Omit<StationIdentity, "bootedMs"> {
  readonly kind: "booted";
}
