import { z } from "zod";
import {
  carbonKgPerKwhSchema,
  energyKwhSchema,
  MOST_PRICE_PER_KWH,
  powerKwSchema,
  pricePerKwhSchema,
} from "./bounds.js";
import { currencySchema } from "./currency.js";
import { swapStationSchema } from "./swap-station.js";

/**
 * The scheduling problem: all that the optimizer may see. Every array over slots has the horizon's
 * length. Powers are at the grid side of the port, positive towards the car. The same schemas are
 * the file format of `youxu plan FILE`.
 */
const powers = z.array(powerKwSchema);
/** Of net power, which may be in either direction. */
const netPowers = z.array(powerKwSchema.nullable());
const prices = z.array(pricePerKwhSchema);
const power = powerKwSchema.min(0);
const limits = z.array(power.nullable());
/** Of what flows in one direction only. */
const loads = z.array(power);
/** Penalties may outweigh the dearest price a thousandfold. */
export const MOST_PENALTY = 1_000 * MOST_PRICE_PER_KWH;
/** One series for each of the three phases, the first first. */
const perPhase = <Series extends z.ZodType>(of: Series) => z.array(of).length(3);
const penalty = z.number().max(MOST_PENALTY);

const horizonSchema = z
  .object({
    startsMs: z.array(z.number().int()).min(1).describe("start of each slot, epoch ms, strictly rising"),
    endMs: z.number().int().describe("end of the last slot, epoch ms"),
  })
  .strict();

/**
 * Fail-safe row beside the planned one: Σ charge power of the sessions below ≤ headroom. Discharge
 * counts as zero. `headroomKw` is limit − upper forecast of base load − defaults of empty EVSEs −
 * what unreachable EVSEs may draw by the profile they hold.
 */
const failsafeSchema = z.object({ headroomKw: z.array(z.number()) }).strict();

/** The line or transformer between a node and its parent: three-phase, ohms per phase at the line's voltage. */
const lineSchema = z
  .object({
    resistanceOhm: z.number().min(0),
    reactanceOhm: z.number().min(0),
    nominalV: z.number().gt(0).describe("between two phases; the base of the per-unit voltage"),
  })
  .strict();

const voltageLimitsSchema = z
  .object({
    minPu: z.number().min(0).nullable().describe("lowest voltage by base load and cars, PV not counted"),
    maxPu: z.number().min(0).nullable().describe("highest voltage with all PV feeding in"),
  })
  .strict();

/** A pile that serves one car at a time: see docs/optimizer.md for what its plans prove. */
const exclusiveSchema = z
  .object({
    handoverMinutes: z
      .number()
      .min(0)
      .default(0)
      .describe("time between the last slot of one car and the first of the next"),
    order: z
      .array(z.string())
      .optional()
      .describe(
        "ids of sessions below in the order in which they are served; absent = the cheapest is looked for",
      ),
  })
  .strict();

/** Price of what a node's net power departs from the plan in force, squared: many small changes before a large one. */
const smoothChangeSchema = z
  .object({
    perKw2h: pricePerKwhSchema.min(0).describe("money per kW²·h; 0 = none"),
    inForceKw: netPowers.describe("net power of the node by the plan in force, per slot; null = none then"),
  })
  .strict();

const problemNodeSchema = z
  .object({
    id: z.string().min(1),
    parentId: z.string().nullable(),
    importLimitKw: limits.nullable().default(null).describe("hard limit of import per slot; null = none"),
    exportLimitKw: limits.nullable().default(null).describe("hard limit of export per slot; null = none"),
    limitSource: z
      .array(z.string().nullable())
      .nullable()
      .default(null)
      .describe("id of the event that sets the import limit in this slot; null = the node's own limit"),
    baseKw: loads.describe("uncontrollable load at this node itself, ≥ 0, unreachable cars included"),
    pvKw: loads.describe("available PV power at this node itself; may be curtailed at no cost"),
    failsafe: failsafeSchema.nullable().default(null),
    dischargeLimitKw: limits
      .nullable()
      .default(null)
      .describe(
        "most that the sessions below may discharge together per slot, whatever charges; null = none",
      ),
    flatteningPerKw2h: pricePerKwhSchema
      .min(0)
      .default(0)
      .describe("price of net power squared, money per kW²·h: flattens the node's curve; 0 = none"),
    smoothChange: smoothChangeSchema
      .nullable()
      .default(null)
      .describe("price of the squared change of its net power against the plan in force; null = none"),
    phaseLimitKw: perPhase(limits)
      .nullable()
      .default(null)
      .describe(
        "hard limit of import of each of the three phases per slot, kW; PV does not count; null = none",
      ),
    phaseBaseKw: perPhase(loads)
      .nullable()
      .default(null)
      .describe("what baseKw may draw on each of the three phases; null = a third each"),
    line: lineSchema
      .nullable()
      .default(null)
      .describe("line to the parent, along which voltage drops (LinDistFlow); null = none is counted"),
    reactiveKvar: powers
      .nullable()
      .default(null)
      .describe("reactive power of the base load at this node itself; null = 0"),
    voltageLimits: voltageLimitsSchema
      .nullable()
      .default(null)
      .describe("of its voltage in per unit of the nominal; null = none"),
    exclusive: exclusiveSchema
      .nullable()
      .default(null)
      .describe("the sessions below have power one at a time; null = at the same time"),
  })
  .strict();

/** Price of the highest power of a billing month (需量电费): what is billed already is paid, whatever comes. */
const demandChargeSchema = z
  .object({
    pricePerKw: penalty.min(0).describe("price of a kW bought above the billed peak, once"),
    billedPeakKw: power.describe(
      "peak that is billed already, or will be anyway: up to it power costs nothing",
    ),
    countsInSlot: z
      .array(z.boolean())
      .nullable()
      .default(null)
      .describe("whether power counts, per slot; null = in every slot"),
  })
  .strict();

const meteringPointSchema = z
  .object({
    id: z.string().min(1),
    nodeId: z.string().describe("the node whose net power is bought and sold here"),
    buyPricePerKwh: prices,
    sellPricePerKwh: prices,
    demandCharge: demandChargeSchema
      .nullable()
      .default(null)
      .describe("price of the highest bought power; null = none"),
    carbonKgPerKwh: z
      .array(carbonKgPerKwhSchema)
      .nullable()
      .default(null)
      .describe("kg of CO₂ that a bought kWh causes, per slot; null = not known, counted as none"),
  })
  .strict();

/**
 * One car plugged in. Where battery size and state of charge are unknown the session is an energy
 * request: capacity = target = energy still wanted, initial 0, efficiencies 1, no discharge.
 */
const problemSessionSchema = z
  .object({
    id: z.string().min(1),
    nodeId: z.string(),
    firstSlot: z.number().int().min(0),
    endSlot: z.number().int().describe("first slot in which the car is gone; ≤ number of slots"),
    minChargeKw: power.default(0).describe("below this nothing flows: power is 0 or at least this"),
    maxChargeKw: power,
    minDischargeKw: power.default(0),
    maxDischargeKw: power.default(0).describe("0 without consent or ability"),
    maxDischargeKwh: z
      .number()
      .min(0)
      .nullable()
      .default(null)
      .describe("most energy that this plan may take from the car, at the port; null = no bound"),
    chargeEfficiency: z.number().gt(0).max(1).default(1),
    dischargeEfficiency: z.number().gt(0).max(1).default(1),
    capacityKwh: energyKwhSchema,
    initialKwh: energyKwhSchema,
    targetKwh: energyKwhSchema.describe("energy wanted at departure"),
    reserveKwh: energyKwhSchema.default(0).describe("never discharged below; charged up to first, softly"),
    taper: z
      .object({ interceptKw: powerKwSchema, slopeKwPerKwh: power })
      .strict()
      .nullable()
      .default(null)
      .describe("charge power ≤ intercept − slope·energy"),
    wearPerKwh: pricePerKwhSchema.min(0).default(0).describe("cost of a kWh discharged"),
    salvagePerKwh: pricePerKwhSchema.default(0).describe("value of a kWh beyond the target at the end"),
    shortfallPerPercent: penalty.gt(0).describe("price of a percent of the need that is not met"),
    departsAfterHorizon: z
      .boolean()
      .default(false)
      .describe("target is then a terminal value, not a deadline"),
    urgency: z
      .enum(["normal", "now"])
      .default("normal")
      .describe("now: the driver chose fast; time is priced highest"),
    phases: z
      .array(z.number().int().min(1).max(3))
      .min(1)
      .max(3)
      .default([1, 2, 3])
      .describe("phases that it draws on, equally"),
    phasesKnown: z
      .boolean()
      .default(true)
      .describe("false: it draws on as many phases, on which is unknown; each phase must bear it"),
  })
  .strict();

/**
 * A stationary battery: it is there all the time, may charge and discharge at any time, and wants nothing. It
 * counts in every limit, fail-safe row and meter as a car at its node does, on three phases; only the prices on
 * time and comfort are not for it.
 */
const storageSchema = z
  .object({
    id: z.string().min(1).describe("not that of a session"),
    nodeId: z.string(),
    capacityKwh: energyKwhSchema,
    energyKwh: energyKwhSchema.describe("energy in it at the start of the horizon"),
    minimumKwh: energyKwhSchema
      .min(0)
      .default(0)
      .describe("never discharged below; charged up to first, softly, at the price of reserves"),
    maxChargeKw: power,
    maxDischargeKw: power,
    chargeEfficiency: z.number().gt(0).max(1),
    dischargeEfficiency: z.number().gt(0).max(1),
    wearPerKwh: pricePerKwhSchema.min(0).describe("cost of a kWh discharged"),
    terminalValuePerKwh: pricePerKwhSchema
      .nullable()
      .default(null)
      .describe(
        "value of a kWh at the end above the minimum, or above what there is now where that is less; null = what charging it costs in the cheapest quarter of the horizon",
      ),
  })
  .strict();

/** A soft dispatch target: deviation of the node's net power from it costs `pricePerKwh`. */
const targetSchema = z
  .object({
    id: z.string(),
    nodeId: z.string(),
    powerKw: netPowers.describe("wanted net import per slot; null where the target does not apply"),
    pricePerKwh: pricePerKwhSchema.min(0),
  })
  .strict();

/**
 * A payment for what a node's net power stays below a baseline: concave and piecewise linear in the
 * reduction, since prices never rise from segment to segment. With a floor it is all or nothing: one choice per event.
 */
const paymentSchema = z
  .object({
    id: z.string(),
    nodeId: z.string(),
    baselineKw: netPowers.describe(
      "net import that a reduction is counted from, per slot; null: no event then",
    ),
    segments: z
      .array(z.object({ kw: power, pricePerKwh: pricePerKwhSchema.min(0) }).strict())
      .min(1)
      .describe("the first kW of a reduction at the first price, the next at the second; the rest is unpaid"),
    excessPricePerKwh: pricePerKwhSchema
      .min(0)
      .nullable()
      .default(null)
      .describe("cost of a kWh above the baseline, at least the first price; null = the first price"),
    floorKw: power
      .nullable()
      .default(null)
      .describe(
        "all or nothing: without at least this reduction in every slot with a baseline nothing is paid, and nothing is due for what is above it; null = each kWh counts",
      ),
  })
  .strict();

const penaltiesSchema = z
  .object({
    limitSlackPerKwh: penalty.gt(0).describe("last priority: breaking a node limit"),
    reservePerKwhHour: penalty.gt(0).describe("a kWh below the reserve for an hour"),
    timePerKwhHour: penalty.min(0).describe("small price on time: sooner is better"),
    changePerKwh: penalty.min(0).describe("small price on change against the plan in force"),
  })
  .strict();

/** What the objective weighs; with the defaults it is money alone. */
const weightsSchema = z
  .object({
    cost: penalty.min(0).default(1).describe("factor on money: energy bought and sold, demand charges"),
    peak: penalty
      .min(0)
      .default(0)
      .describe("what a kW of the highest bought power of a metering point is worth, money"),
    carbon: penalty.min(0).default(0).describe("what a kg of CO₂ is worth, money"),
    wear: penalty.min(0).default(1).describe("factor on the wear of batteries"),
    fairness: penalty
      .min(0)
      .default(0)
      .describe(
        "by how much a missing kWh is dearer for each tenth of its need that is missing before, money",
      ),
    comfort: penalty.min(0).default(0).describe("what a kWh charged an hour sooner is worth, money"),
  })
  .strict();

export const problemSchema = z
  .object({
    horizon: horizonSchema,
    currency: currencySchema.describe("ISO 4217 code, e.g. CNY; all prices are in it"),
    supplyPu: z.number().gt(0).default(1).describe("voltage at the root in per unit of the nominal"),
    nodes: z.array(problemNodeSchema).min(1).describe("parents before children; exactly one root"),
    meteringPoints: z.array(meteringPointSchema),
    sessions: z.array(problemSessionSchema),
    storages: z.array(storageSchema).default([]).describe("stationary batteries"),
    swapStations: z.array(swapStationSchema).default([]).describe("battery swap stations"),
    targets: z.array(targetSchema).default([]),
    payments: z.array(paymentSchema).default([]),
    penalties: penaltiesSchema,
    weights: weightsSchema.default(weightsSchema.parse({})).describe("what the objective weighs"),
    previous: z
      .array(z.object({ sessionId: z.string(), powerKw: powers }).strict())
      .nullable()
      .default(null)
      .describe("the plan in force, laid on this horizon: net power per session, or storage by its id"),
  })
  .strict();

export type Problem = z.infer<typeof problemSchema>;
export type ProblemNode = z.infer<typeof problemNodeSchema>;
export type MeteringPoint = z.infer<typeof meteringPointSchema>;
export type DemandCharge = z.infer<typeof demandChargeSchema>;
export type ReductionPayment = Problem["payments"][number];
export type ProblemStorage = Problem["storages"][number];
export type ProblemSession = z.infer<typeof problemSessionSchema>;
