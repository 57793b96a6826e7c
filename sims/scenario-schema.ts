import { z } from "zod";
import { siteSchema } from "../src/config/site-schema.js";
import { MOST_EVSE_POWER_KW, MOST_NEED_KWH } from "../src/domain/bounds.js";
import { sharingSchema } from "./scenario-sharing.js";
import { STATION_FAULT_NAMES } from "./station/faults/index.js";

/** A scenario as it is written in YAML: closed, units in the key names. */
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a local clock time HH:MM");
const localTime = z
  .string()
  .regex(
    /^(\d{4}-\d{2}-\d{2}T)?([01]\d|2[0-3]):[0-5]\d$/,
    "a local time: HH:MM (its first after the start) or YYYY-MM-DDTHH:MM",
  );
const share = z.number().min(0).max(1);

const rangeTo = (most: number) =>
  z
    .strictObject({ min: z.number().min(0).max(most), max: z.number().min(0).max(most) })
    .refine(({ min, max }) => min <= max, { message: "min lies above max" });

const timeOfDay = z
  .strictObject({
    mean: clockTime,
    deviationMinutes: z.number().min(0),
    earliest: clockTime,
    latest: clockTime,
  })
  .refine(({ mean, earliest, latest }) => earliest <= mean && mean <= latest, {
    message: "mean lies outside earliest to latest, on one day",
    path: ["mean"],
  })
  .describe("a normal distribution cut at both ends, local time");

export const carClassSchema = z.strictObject({
  capacityKwh: rangeTo(MOST_NEED_KWH).describe("size of the battery, uniform"),
  arrivalSoc: rangeTo(1).describe("state of charge at arrival, uniform, 0–1"),
  targetSoc: share.describe("state of charge wanted at departure"),
  maxChargeKw: z.number().gt(0).max(MOST_EVSE_POWER_KW).describe("at the port"),
  maxDischargeKw: z.number().min(0).max(MOST_EVSE_POWER_KW).default(0).describe("0: cannot give back"),
  phases: z.union([z.literal(1), z.literal(3)]).default(1),
  chargeEfficiency: z.number().gt(0).max(1).default(0.95),
  dischargeEfficiency: z.number().gt(0).max(1).default(0.95),
  floorSoc: share.default(0.05).describe("the car itself stops discharging here"),
  taper: z
    .strictObject({
      fromSoc: share.describe("from here on it takes less than its maximum"),
      fullKw: z.number().gt(0).describe("what it still takes when full"),
    })
    .nullable()
    .default(null),
  arrives: timeOfDay,
  departs: timeOfDay.describe("on the following day when this is earlier than the arrival"),
  consentsToDischarge: share.default(0).describe("share of drivers who allow it"),
  reserveSoc: share.default(0.4).describe("consenting drivers want at least this kept"),
  maxDischargeKwh: z.number().min(0).nullable().default(null).describe("the most that may be taken per stay"),
});

const stationKindSchema = z.strictObject({
  count: z.int().min(1).describe("of the site's stations, in their order"),
  version: z.enum(["1.6", "2.0.1", "2.1"]),
  cars: z.record(z.string(), z.number().gt(0)).describe("classes of the cars that park here, by weight"),
  stationFaults: z
    .array(z.enum(STATION_FAULT_NAMES))
    .default([])
    .describe("what is wrong with them, over a wire alone (but sleeps-at-zero): docs/field.md"),
});

export const replaySchema = z.strictObject({
  epoch: localTime.describe("local time of period 0 of the table"),
  version: z.enum(["1.6", "2.0.1", "2.1"]).default("1.6"),
  node: z.string().optional().describe("node the table's stations hang on; default the root"),
  evse: z.strictObject({
    phases: z.union([z.literal(1), z.literal(3)]).default(1),
    voltageV: z.number().gt(0),
    minA: z.number().min(0).default(6),
    maxA: z.number().gt(0),
  }),
});

const worldSchema = z.strictObject({
  sampleSeconds: z.int().min(1).max(900).default(60).describe("interval of the stations' meter values"),
  baseNoiseShare: share.default(0.04).describe("largest deviation of the households from baseProfileKw"),
  pvCloudShare: share.default(0.2).describe("largest reduction of PV below pvProfileKw"),
  stations: z.array(stationKindSchema).default([]).describe("which station speaks what, in order"),
  cars: z.record(z.string(), carClassSchema).default({}).describe("classes of cars"),
  replay: replaySchema.nullable().default(null).describe("stations and visits come from a table of sessions"),
});

const stationsChosen = z.union([z.int().min(1), z.array(z.string()).min(1)]);
const faultSchema = z.strictObject({
  kind: z
    .enum(["offline", "stuck", "silent", "off", "lossy", "late"])
    .describe(
      "offline: no connection; stuck: profiles are accepted and not followed; silent: connected, but " +
        "nothing is answered or said; off: no power, and a boot afterwards; lossy: messages get lost; " +
        "late: messages and answers, either way, take their time",
    ),
  lossShare: share.default(0.1).describe("lossy: share of messages that are lost, or their answers"),
  lateSeconds: z
    .number()
    .gt(0)
    .max(25)
    .default(10)
    .describe("late: the longest that a message is on its way, and its answer again; each draws its own"),
  stations: stationsChosen.describe("how many, drawn by the seed, or which"),
  from: localTime.describe("when it begins, within the run"),
  minutes: z.number().gt(0).describe("how long it lasts"),
});

const eventSchema = z.strictObject({
  at: localTime.describe("when it is posted"),
  type: z
    .string()
    .min(1)
    .describe(
      "payload type as in OpenADR 3: IMPORT_CAPACITY_LIMIT, EXPORT_CAPACITY_LIMIT, SIMPLE, PRICE, EXPORT_PRICE or DISPATCH_SETPOINT",
    ),
  value: z.number().describe("kW, level 0 to 3, or money per kWh"),
  nodes: z.array(z.string()).default([]).describe("grid nodes; none means all"),
  start: z
    .union([z.literal("now"), localTime])
    .default("now")
    .describe("when it begins: as it is posted, or a local time"),
  minutes: z.number().gt(0).describe("how long it lasts"),
});

export const scenarioSchema = z
  .strictObject({
    name: z.string().min(1).describe("shown above the results"),
    description: z.string().optional(),
    start: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/, "local date and time YYYY-MM-DDTHH:MM")
      .describe("local date and time YYYY-MM-DDTHH:MM"),
    durationHours: z
      .number()
      .gt(0)
      .max(24 * 400)
      .describe("length of the run; --hours gives another"),
    seed: z.int().min(0).default(1).describe("of every random draw"),
    policy: z.string().default("optimizer").describe("what plans when --policy is not given"),
    tariffs: z.array(z.string()).default([]).describe("files, relative to this one"),
    prices: z
      .array(z.strictObject({ id: z.string(), file: z.string() }))
      .default([])
      .describe("price tables, relative to this file"),
    site: siteSchema.describe("as in a configuration"),
    world: worldSchema.describe("what stands and happens at the site, beyond what the server is told"),
    faults: z.array(faultSchema).default([]).describe("what fails"),
    events: z.array(eventSchema).default([]).describe("what a grid operator posts"),
    sharing: sharingSchema.describe(
      "drivers who share piles: they ask, come when called and leave when asked to",
    ),
  })
  .superRefine((scenario, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    scenario.world.stations.forEach((kind, index) => {
      for (const name of Object.keys(kind.cars))
        if (scenario.world.cars[name] === undefined)
          fault(
            ["world", "stations", index, "cars", name],
            `no such class; there are ${Object.keys(scenario.world.cars).join(", ") || "none"}`,
          );
    });
  });

export type ScenarioFile = z.infer<typeof scenarioSchema>;
export type CarClass = z.infer<typeof carClassSchema>;
export type TimeOfDay = z.infer<typeof timeOfDay>;
