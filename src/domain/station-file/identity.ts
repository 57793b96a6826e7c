import { z } from "zod";
import { epochTime } from "./time.js";

const told = (what: string) => z.string().nullable().default(null).describe(`${what}; null: not told`);

/** What a station said of itself at its last boot. */
export const stationIdentitySchema = z
  .object({
    vendor: z.string().nullable().describe("Its maker; null: not told"),
    model: z.string().nullable().describe("null: not told"),
    serialNumber: z.string().nullable().describe("null: not told"),
    firmwareVersion: z.string().nullable().describe("null: not told"),
    iccid: told("Number of its SIM card"),
    imsi: told("Subscriber of its SIM card"),
    meterType: told("Type of its main meter; 1.6 only"),
    meterSerialNumber: told("Serial number of its main meter; 1.6 only"),
    bootReason: told("Why it booted, in its word: PowerUp, Watchdog; 2.x only"),
    bootedMs: epochTime("When it last told that it had started").nullable().describe("null: never"),
    changedMs: epochTime("When maker, model or firmware last changed")
      .nullable()
      .default(null)
      .describe("null: never"),
  })
  .meta({ id: "StationIdentity", description: "What a station said of itself at its last boot" });
export type StationIdentity = z.infer<typeof stationIdentitySchema>;

type Detail = "iccid" | "imsi" | "meterType" | "meterSerialNumber" | "bootReason";

/** A station started. */
export interface BootNews
  extends Pick<StationIdentity, "vendor" | "model" | "serialNumber" | "firmwareVersion"> {
  readonly kind: "booted";
  /** What else it told. */
  readonly more?: Pick<StationIdentity, Detail>;
}
