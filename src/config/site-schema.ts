import { IANAZone } from "luxon";
import { z } from "zod";
import {
  carbonKgPerKwhSchema,
  energyKwhSchema,
  MOST_CURRENT_A,
  MOST_NEED_KWH,
  powerKwSchema,
  pricePerKwhSchema,
} from "../domain/bounds.js";
import { currencySchema } from "../domain/currency.js";
import { SECURITY_PROFILES } from "../domain/security.js";
import { PRESETS } from "../domain/weights.js";
import { deviceFaults } from "./device-faults.js";
import { deviceSchema } from "./device-schema.js";
import { secretSchema } from "./secrets.js";
import { entries, siteFaults } from "./site-faults.js";
import { emergencySchema, ownerSchema, sharedSchema } from "./sharing-schema.js";

export { toSite } from "./to-site.js";

/**
 * One site as it is written in YAML: a closed schema with units in the key names. `toSite` turns the
 * parsed form into the domain's `Site`. A default is stated in the description of its key; the
 * reference page is generated from these descriptions.
 */
const kw = powerKwSchema.min(0);
const id = z.string().min(1).max(64);

export const ianaZone = z
  .string()
  .refine((zone) => IANAZone.isValidZone(zone), { message: "not an IANA time zone, e.g. Asia/Shanghai" });

const MOST_OHM = 1_000;
const voltagePu = z.number().min(0.5).max(1.5);

const nodeSchema = z.strictObject({
  id: id.describe("name of the node; events target it"),
  parent: id.nullable().default(null).describe("node above; none for the root (the grid connection)"),
  importLimitKw: kw.nullable().default(null).describe("hard limit of import; null: none"),
  exportLimitKw: kw.nullable().default(null).describe("hard limit of export; null: none"),
  phaseLimitKw: kw
    .nullable()
    .default(null)
    .describe(
      "limit of import on each of three phases: amperes × volts between line and neutral / 1000; kept by " +
        "the plan, PV not counted; null: none",
    ),
  line: z
    .strictObject({
      resistanceOhm: z.number().min(0).max(MOST_OHM).describe("resistance per phase"),
      reactanceOhm: z.number().min(0).max(MOST_OHM).default(0).describe("reactance per phase"),
      nominalV: z.number().min(50).max(50_000).default(400).describe("between two phases"),
    })
    .optional()
    .describe("line from the node above, along which the plan counts the fall of the voltage"),
  minVoltagePu: voltagePu.optional().describe("lowest voltage that plans may cause, per unit of nominalV"),
  maxVoltagePu: voltagePu.optional().describe("highest voltage that plans may cause, per unit of nominalV"),
  failsafe: z
    .enum(["strict", "graced", "none"])
    .optional()
    .describe(
      "strict: the limit holds under any loss of messages (a fuse); graced: survivors may make room " +
        "within seconds (a transformer); default strict where an import limit is given, else none",
    ),
  graceSeconds: z
    .number()
    .min(10)
    .max(3600)
    .optional()
    .describe(
      "graced only, default 120: seconds after which an excess over the limit is reported as a fault",
    ),
  flatteningPerKw2h: pricePerKwhSchema
    .min(0)
    .default(0)
    .describe(
      "price of net power squared, money per kW²·h, which flattens the node's curve; at P kW a kWh more " +
        "costs 2·P times it: 0.002 adds 0.40 to the tariff at 100 kW; 0: not flattened",
    ),
  smoothChangePerKw2h: pricePerKwhSchema
    .min(0)
    .default(0)
    .describe(
      "price of the squared change of net power against the plan in force, money per kW²·h: a new plan moves a " +
        "little in many slots rather than far in one; 0: none",
    ),
});

const evseSchema = z.strictObject({
  evseId: z.int().min(1).optional().describe("as in OCPP (connector for 1.6); default: its position from 1"),
  phases: z
    .union([z.literal(1), z.literal(3)])
    .default(1)
    .describe("phases of the supply"),
  firstPhase: z
    .union([z.literal(1), z.literal(2), z.literal(3)])
    .optional()
    .describe(
      "phase of the supply that its only phase, or its first, is wired to; default: not known, and each " +
        "phase must bear a car on one phase",
    ),
  voltageV: z.number().min(50).max(1000).default(220).describe("between line and neutral"),
  minA: z.number().min(0).max(MOST_CURRENT_A).default(6).describe("below this nothing flows"),
  maxA: z.number().gt(0).max(MOST_CURRENT_A).default(32).describe("rated current per phase"),
  maxDischargeKw: kw.default(0).describe("rated discharge power; 0: one-way"),
  shared: sharedSchema
    .optional()
    .describe(
      "drivers take turns at it (多车一桩); only one of shared, owner, emergency; default: they do not",
    ),
  owner: ownerSchema
    .optional()
    .describe("a private pile that its owner lends to neighbours (临近车位共享); default: it is not lent"),
  emergency: emergencySchema
    .optional()
    .describe("a fast pile for emergencies, priced and bounded (应急快充); default: it is none"),
});

const evses = z
  .array(evseSchema)
  .min(1)
  .default([{ phases: 1, voltageV: 220, minA: 6, maxA: 32, maxDischargeKw: 0 }]);

const securityProfile = z
  .literal([...SECURITY_PROFILES])
  .optional()
  .describe(
    "0: nothing proven, from ocpp.openNetworks only; 1: password over ws; 2: password over TLS; 3: client " +
      "certificate; default: that of its first connection, but not 0, and higher ones later",
  );

const stationSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,48}$/, "an OCPP identity: 1–48 characters of A–Z a–z 0–9 - _ .")
    .describe("the OCPP identity, last part of the URL typed into the station"),
  node: id.optional().describe("node it hangs on; default the root"),
  evses: evses.describe("default: one EVSE, one phase, 220 V, 6–32 A (7 kW), one-way"),
  password: secretSchema
    .optional()
    .describe("Basic password, 16–40 characters; `youxu station add` makes one instead"),
  securityProfile,
  serialNumber: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe("common name of its client certificate; default its id"),
});

const stationGroupSchema = z.strictObject({
  prefix: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,40}$/, "1–40 characters of A–Z a–z 0–9 - _ .")
    .describe("identities are prefix and number"),
  first: z.int().min(0).default(1).describe("first number"),
  count: z.int().min(1).max(10_000).describe("how many"),
  digits: z.int().min(1).max(6).default(2).describe("digits of the number, zero-padded"),
  node: id.optional().describe("node they hang on; default the root"),
  evses: evses.describe("of each; default as for a station"),
  securityProfile,
});

const clockTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "a clock time HH:MM, 00:00 to 24:00");

const demandChargeSchema = z
  .strictObject({
    pricePerKw: pricePerKwhSchema
      .min(0)
      .describe("price of a kW of the month's highest power, in the site's currency"),
    billedPeakKw: kw
      .default(0)
      .describe("peak that is billed already this month, or expected anyway: up to it power costs nothing"),
    countsFrom: clockTime.optional().describe("local clock time from which power counts; default: always"),
    countsTo: clockTime.optional().describe("local clock time until which power counts; default: always"),
  })
  .refine(({ countsFrom, countsTo }) => (countsFrom === undefined) === (countsTo === undefined), {
    message: "give both countsFrom and countsTo, or neither",
    path: ["countsFrom"],
  });

const carbonKgPerKwh = carbonKgPerKwhSchema
  .optional()
  .describe("CO₂ of a kWh that is drawn, at any time; default: not known, counted as none");
const carbonSeries = id
  .optional()
  .describe("instead: id of the table under `prices` that has it, in kg per kWh or per MWh");

const weight = z.number().min(0).max(1_000_000).optional();

const weightsSchema = z.strictObject({
  cost: weight.describe("factor on money: energy bought and sold, demand charges; 1 in every objective"),
  peak: weight.describe("what a kW of a metering point's highest power is worth, money"),
  carbon: weight.describe("what a kg of CO₂ is worth, money"),
  wear: weight.describe("factor on the wear of batteries; 1 in every objective"),
  fairness: weight.describe(
    "by how much a missing kWh is dearer for each tenth of its need missing before, money",
  ),
  comfort: weight.describe("what a kWh charged an hour sooner is worth, money"),
});

const meteringPointSchema = z.strictObject({
  id: id.describe("name of the metering point"),
  node: id.optional().describe("the node that is metered; default the root"),
  tariff: id.describe("id of the tariff for what is drawn"),
  sellPrice: id
    .nullable()
    .default(null)
    .describe("id of the price series paid for what is returned; null: 0"),
  demandCharge: demandChargeSchema
    .nullable()
    .default(null)
    .describe("price of the month's highest power (需量电费); null: none"),
  carbonKgPerKwh,
  carbonSeries,
});

const profile = z
  .union([kw, z.array(kw).length(24), z.array(kw).length(96)], {
    error: "a number, or 24 (hourly) or 96 (quarter-hourly) values in kW",
  })
  .default(0);

const defaultsSchema = z.strictObject({
  departureTime: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a clock time HH:MM")
    .default("07:30")
    .describe("local time at which a silent driver is taken to leave"),
  energyNeedKwh: energyKwhSchema
    .gt(0)
    .max(MOST_NEED_KWH)
    .default(20)
    .describe("energy that a silent driver is taken to want"),
});

export const siteSchema = z
  .strictObject({
    id: id.describe("name of the site in URLs and targets"),
    name: z.string().min(1).optional().describe("shown to people; default the id"),
    timeZone: ianaZone.describe("IANA zone of its clock, e.g. Asia/Shanghai"),
    currency: currencySchema.default("CNY").describe("ISO 4217 code; every price of the site is in it"),
    nodes: z
      .array(nodeSchema)
      .min(1)
      .describe("the supply tree; exactly one root, where meter, base load and PV sit"),
    tariff: id.optional().describe("short for one metering point at the root with this tariff"),
    sellPrice: id.optional().describe("with `tariff`: price series paid for what is returned"),
    demandCharge: demandChargeSchema
      .optional()
      .describe("with `tariff`: price of the month's highest power (需量电费)"),
    carbonKgPerKwh,
    carbonSeries,
    meteringPoints: z
      .array(meteringPointSchema)
      .default([])
      .describe("instead of `tariff`: where prices apply"),
    stations: z.array(stationSchema).default([]).describe("charging stations one by one"),
    stationGroups: z.array(stationGroupSchema).default([]).describe("many equal stations at once"),
    devices: z
      .array(deviceSchema)
      .default([])
      .describe("meters, PV inverters and batteries that are read, and batteries that are commanded"),
    defaults: defaultsSchema
      .default({ departureTime: "07:30", energyNeedKwh: 20 })
      .describe("what a silent driver is taken to want"),
    baseProfileKw: profile.describe(
      "typical load beside the cars over the local day: one value, 24 or 96; default 0",
    ),
    supplyVoltagePu: voltagePu.default(1).describe("voltage at the root, per unit of the nominal"),
    basePhaseShares: z
      .array(z.number().min(0).max(1))
      .length(3)
      .refine((shares) => Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-3, {
        message: "three shares that add up to 1",
      })
      .optional()
      .describe("share of the base load on each of the three phases; default a third each"),
    pvProfileKw: profile.describe("typical PV power over the local day: one value, 24 or 96; default 0"),
    baseMarginShare: z
      .number()
      .min(0)
      .max(2)
      .default(0.15)
      .describe("share added to the forecast base load where a limit is concerned"),
    measurementStaleMinutes: z.number().gt(0).default(5).describe("an older measurement is not used"),
    wearPerKwh: pricePerKwhSchema
      .min(0)
      .optional()
      .describe("cost of battery wear per kWh discharged; needed when a station can discharge"),
    objective: z
      .enum(PRESETS)
      .default("cheapest")
      .describe("what plans are for: least money, lowest peak (削峰填谷), least CO₂, or energy soonest"),
    weights: weightsSchema
      .default({})
      .describe("weights instead of those of `objective`; docs/optimizer.md has the formulas"),
  })
  .superRefine(
    (site, context) => {
      for (const fault of [...siteFaults(site), ...deviceFaults(entries(site.devices))])
        context.addIssue({ code: "custom", input: site, ...fault });
    },
    { when: ({ value }) => typeof value === "object" && value !== null },
  );

/** A site as parsed, defaults filled in. */
export type SiteFile = z.infer<typeof siteSchema>;
