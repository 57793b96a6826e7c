import { z } from "zod";
import { epochTime } from "./time.js";

const told = (what: string) => z.string().nullable().describe(`${what}; null: not told`);

/** What a station says that it is, at boot. */
const stationIdentitySchema = z.object({
  vendor: told("Maker"),
  model: told("Model"),
  serialNumber: told("Serial number of the station"),
  firmwareVersion: told("Version of its firmware"),
  iccid: told("Number of its SIM card"),
  imsi: told("Subscriber of its SIM card"),
  meterType: told("Type of its main meter; 1.6 only"),
  meterSerialNumber: told("Serial number of its main meter; 1.6 only"),
});
export type StationIdentity = z.infer<typeof stationIdentitySchema>;

/** The same as it is kept. */
export const identityFileSchema = z
  .object({
    told: stationIdentitySchema.nullable().describe("null: it has not booted since we keep files"),
    bootedMs: epochTime("When it last booted").nullable().describe("null: never"),
    bootReason: z.string().nullable().describe("Why, in the station's word: PowerUp, Watchdog; 2.x only"),
    changedMs: epochTime("When maker, model or firmware last changed").nullable().describe("null: never"),
  })
  .meta({ id: "StationIdentity", description: "What a station says that it is" });
export type IdentityFile = z.infer<typeof identityFileSchema>;

/** A boot. */
export interface IdentityNews {
  readonly kind: "identity-told";
  readonly identity: StationIdentity;
  readonly bootReason: string | null;
}
