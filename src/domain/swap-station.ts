import { z } from "zod";
import { energyKwhSchema, powerKwSchema, pricePerKwhSchema } from "./bounds.js";

/** Batteries per slot. */
const batteries = z.array(z.number().int().min(0));

/**
 * A battery swap station (换电站): batteries that are alike, each in a bay with a charger of its own. Whoever
 * swaps brings one back and takes a full one, so that there are always as many. What all chargers draw together
 * is limited by the node, as at a pile of several sockets.
 */
export const swapStationSchema = z
  .object({
    id: z.string().min(1).describe("not that of a session or storage; its batteries are named after it"),
    nodeId: z.string(),
    fullKwh: energyKwhSchema.describe("energy with which a battery is lent; none is charged beyond it"),
    returnedKwh: energyKwhSchema.describe(
      "energy in a battery that is brought back; none is discharged below it, or below what it has now",
    ),
    energiesKwh: z
      .array(energyKwhSchema)
      .min(1)
      .describe("energy at the start of the horizon in each battery, bay by bay"),
    demand: batteries.describe("batteries that are asked for as each slot begins"),
    refused: batteries
      .nullable()
      .default(null)
      .describe(
        "of these, how many will not be lent whatever comes, per slot; null = none, the plan may still refuse some",
      ),
    maxChargeKw: powerKwSchema.min(0).describe("of the charger of one bay"),
    maxDischargeKw: powerKwSchema.min(0).default(0).describe("what one battery may give back; 0 = nothing"),
    chargeEfficiency: z.number().gt(0).max(1),
    dischargeEfficiency: z.number().gt(0).max(1).default(1),
    wearPerKwh: pricePerKwhSchema.min(0).default(0).describe("cost of a kWh discharged"),
    terminalValuePerKwh: pricePerKwhSchema
      .min(0)
      .nullable()
      .default(null)
      .describe(
        "value of a kWh in a battery that is there at the end; null = what charging it costs in the cheapest quarter of the horizon",
      ),
    stockOutPrice: pricePerKwhSchema
      .gt(0)
      .describe("price of a battery that is asked for and not lent full, money"),
  })
  .strict();

export type SwapStation = z.infer<typeof swapStationSchema>;
