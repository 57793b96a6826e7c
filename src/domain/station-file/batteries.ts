import { z } from "zod";
import { epochTime } from "./time.js";

/** A battery that stands in a swap station. */
const keptBatterySchema = z
  .object({
    serialNumber: z.string().describe("As the station told it"),
    evseId: z.int().describe("Slot in which it stands"),
    socPercent: z.number().nullable().describe("State of charge when it was told; null: not told"),
    sohPercent: z.number().nullable().describe("State of health when it was told; null: not told"),
    sinceMs: epochTime("When it was put in, or first told of"),
  })
  .meta({ id: "KeptBattery", description: "A battery that stands in a swap station" });
export type KeptBattery = z.infer<typeof keptBatterySchema>;

const swapSchema = z
  .object({
    atMs: epochTime("When it came to us"),
    requestId: z.int().nullable().describe("Of the request for a swap; null: not told"),
    event: z.enum(["in", "out", "out-timeout"]).describe("Put in, taken out, or offered and not taken"),
    serialNumbers: z.array(z.string()).describe("Batteries of it"),
  })
  .meta({ id: "BatterySwap", description: "Batteries that were put in or taken out" });
export type BatterySwapEvent = z.infer<typeof swapSchema>["event"];

export const batteriesFileSchema = z
  .object({
    batteries: z.array(keptBatterySchema).describe("In the station now, by slot; 200 at most"),
    swaps: z.array(swapSchema).describe("The newest 100, oldest first"),
  })
  .meta({ id: "StationBatteries", description: "Batteries of a swap station" });
export type BatteriesFile = z.infer<typeof batteriesFileSchema>;

export interface BatteryNews {
  readonly kind: "battery-swap";
  readonly requestId: number | null;
  readonly event: BatterySwapEvent;
  readonly batteries: readonly Omit<KeptBattery, "sinceMs">[];
}
