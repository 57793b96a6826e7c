import { z } from "zod";
import { energyKwhSchema, powerKwSchema, pricePerKwhSchema } from "../domain/bounds.js";
import { BODY_VALUE } from "../domain/device.js";
import { secretSchema } from "./secrets.js";

/** Meters, PV inverters and batteries of a site as they are written in YAML. `toDevices` turns them into the domain's. */
const kw = powerKwSchema.min(0);
const name = z.string().min(1).max(64);
const address = z.int().min(0).max(65_535);
const topic = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[^+#\0]+$/, "a topic without the wildcards + and #");
const pointer = z
  .string()
  .max(256)
  .regex(/^(\/([^~/]|~[01])*)+$/, "a JSON pointer, e.g. /power or /phases/0/power");

const unit = z.enum(["W", "kW", "MW"]).default("W").describe("unit of the number");
const scale = z
  .number()
  .refine((factor) => factor !== 0, { message: "not 0" })
  .default(1)
  .describe("factor on the number; negative where the device counts the other way");
const socScale = scale.describe("factor that makes it percent: 100 where the device tells a share");

const registerType = z
  .enum(["int16", "uint16", "int32", "uint32", "int64", "uint64", "float32", "float64"])
  .default("int16")
  .describe("how the number is written");
const wordOrder = z
  .enum(["big", "little"])
  .default("big")
  .describe("which word of a longer number comes first: the high or the low one");
const register = {
  table: z.enum(["holding", "input"]).default("holding").describe("function 3 or function 4"),
  address: address.describe("as on the wire, from 0: register 40001 of old lists is 0 of holding"),
  type: registerType,
  wordOrder,
  scaleAddress: address
    .optional()
    .describe("SunSpec: address of the exponent of ten, in the same table; default: none"),
};

const registerPower = z.strictObject({ ...register, unit, scale });
const registerSoc = z.strictObject({ ...register, scale: socScale });
const setpointUnit = z
  .enum(["W", "kW", "MW", "percent"])
  .default("W")
  .describe("unit of the number; percent: of the rated power of an inverter");
const registerSetpoint = z.strictObject({
  address: address.describe("first holding register that is written"),
  type: registerType,
  wordOrder,
  unit: setpointUnit,
  scale,
  before: z
    .array(
      z.strictObject({
        address: address.describe("holding register"),
        value: z.int().min(0).max(65_535).describe("what is written into it"),
      }),
    )
    .max(16)
    .default([])
    .describe("registers written before each setpoint, e.g. one that hands over the control"),
});

const seconds = (fallback: number, what: string) =>
  z.number().min(0.1).max(600).default(fallback).describe(what);

const modbusSchema = z.strictObject({
  host: z.string().min(1).max(253).describe("address of the device or of its gateway"),
  port: z.int().min(1).max(65_535).default(502).describe("TCP port"),
  unitId: z.int().min(0).max(255).default(1).describe("Modbus unit; devices behind one gateway differ by it"),
  pollSeconds: seconds(5, "pause between two readings"),
  timeoutSeconds: seconds(3, "time that it has to answer"),
  power: registerPower.describe("its power"),
  soc: registerSoc.optional().describe("of a battery: its state of charge"),
  setpoint: registerSetpoint
    .optional()
    .describe("where the power of a battery, or the limit of an inverter, is commanded"),
});

const message = {
  topic: topic.describe("topic it is published on"),
  pointer: pointer.optional().describe("JSON pointer of the number; default: the message is the number"),
};
const timePointer = pointer
  .optional()
  .describe(
    "JSON pointer of when it was measured: ISO 8601 with zone, epoch seconds or milliseconds; default: when " +
      "it came, and messages kept by the broker are left out",
  );

const topicPower = z.strictObject({ ...message, timePointer, unit, scale });
const topicSoc = z.strictObject({ ...message, timePointer, scale: socScale });
const topicSetpoint = z.strictObject({
  topic: topic.describe("topic that the power is published to"),
  key: name.optional().describe('message as `{"key": number}`; default: the number alone'),
  unit: setpointUnit,
  scale,
  echo: z
    .strictObject({ ...message, unit: setpointUnit, scale })
    .optional()
    .describe("where the device repeats what it took; default: its power has to follow"),
});

const mqttSchema = z.strictObject({
  broker: z
    .string()
    .regex(
      /^mqtts?:\/\/[^\s/@]+\/?$/,
      "mqtt://host:port or mqtts://host:port; user and password have keys of their own",
    )
    .refine((url) => URL.canParse(url), { message: "no address, e.g. mqtt://192.168.1.5:1883" })
    .describe("the broker; mqtts:// is encrypted and checks its certificate"),
  user: z.string().min(1).max(256).optional().describe("user name; default: none"),
  password: secretSchema.optional().describe("password of the user"),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe(
      "PEM file that the broker's certificate is checked against, relative to this file; default: the system's",
    ),
  timeoutSeconds: seconds(10, "time that broker and device have to answer"),
  power: topicPower.describe("its power"),
  soc: topicSoc.optional().describe("of a battery: its state of charge"),
  setpoint: topicSetpoint
    .optional()
    .describe("where the power of a battery, or the limit of an inverter, is commanded"),
});

const url = z
  .string()
  .max(2048)
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    message: "no address, e.g. http://192.168.1.30/status",
  })
  .refine((text) => !URL.canParse(text) || new URL(text).username === "", {
    message: "user and password have keys of their own",
  });
const document = {
  url: url.describe("address of the document; values of one address are read at once"),
  pointer: pointer.optional().describe("JSON pointer of the number; default: the document is the number"),
  timePointer,
};
const urlSetpoint = z.strictObject({
  url: url.describe("address that the power is sent to"),
  method: z.enum(["PUT", "POST"]).default("PUT").describe("how it is sent"),
  body: z
    .string()
    .max(4096)
    .refine((text) => text.includes(BODY_VALUE), { message: `without ${BODY_VALUE} it tells no power` })
    .default(BODY_VALUE)
    .describe(`what is sent; ${BODY_VALUE} stands for the number`),
  contentType: z
    .string()
    .regex(/^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/, "a media type, e.g. application/json")
    .default("application/json")
    .describe("media type of the body; JSON is checked when the file is read"),
  unit: setpointUnit,
  scale,
  echo: z
    .strictObject({
      pointer: pointer.optional().describe("JSON pointer of the number; default: the answer is the number"),
      unit: setpointUnit,
      scale,
    })
    .optional()
    .describe("where the answer repeats what the device took; default: any 2xx says that it did"),
});

const httpSchema = z.strictObject({
  user: z.string().min(1).max(256).optional().describe("user name of Basic authentication; default: none"),
  password: secretSchema.optional().describe("password of the user"),
  token: secretSchema.optional().describe("token of Bearer authentication; default: none"),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe("PEM file that certificates are checked against, relative to this file; default: the system's"),
  pollSeconds: seconds(5, "pause between two readings"),
  timeoutSeconds: seconds(5, "time that it has to answer, tries again included"),
  power: z.strictObject({ ...document, unit, scale }).describe("its power"),
  soc: z
    .strictObject({ ...document, scale: socScale })
    .optional()
    .describe("of a battery: its state of charge"),
  setpoint: urlSetpoint
    .optional()
    .describe("where the power of a battery, or the limit of an inverter, is commanded"),
});

const efficiency = z.number().gt(0.3).max(1);

const watchdog = z.number().min(5).max(3600).nullable();

const batterySchema = z.strictObject({
  capacityKwh: energyKwhSchema.gt(0).describe("energy between 0 and 100 % of its state of charge"),
  reservePercent: z.number().min(0).max(100).default(10).describe("never planned to be discharged below"),
  maxChargeKw: kw.describe("the most it charges with, at the grid side"),
  maxDischargeKw: kw.describe("the most it discharges with, at the grid side"),
  chargeEfficiency: efficiency.default(0.95).describe("of what is drawn, the share that is stored"),
  dischargeEfficiency: efficiency.default(0.95).describe("of what is stored, the share that is given back"),
  wearPerKwh: pricePerKwhSchema.min(0).describe("cost of wear of a kWh discharged, in the site's currency"),
  watchdogSeconds: watchdog.describe(
    "time without a new setpoint after which the battery itself goes to failsafePowerKw; null: it has no " +
      "such watchdog and keeps the last one, so every strict limit above it leaves room for maxChargeKw",
  ),
  failsafePowerKw: powerKwSchema
    .default(0)
    .describe(
      "what it does without us, charging positive; we tell it that too when we stop or know too little",
    ),
});

const inverterSchema = z.strictObject({
  ratedPowerKw: kw.gt(0).describe("the most that it generates; it is told this where nothing limits it"),
  watchdogSeconds: watchdog.describe(
    "time without a new limit after which the inverter itself goes to failsafePowerKw; null: it has no such " +
      "watchdog and keeps the last one, so it is told no more than holds whatever the load does",
  ),
  failsafePowerKw: kw.describe(
    "limit that it holds without us; we tell it that too when we stop or know too little",
  ),
});

export const deviceSchema = z.strictObject({
  id: name.describe("name of the device; unique over all sites"),
  measures: z
    .enum(["site-import", "pv", "battery", "node"])
    .describe(
      "the site meter, a PV inverter, a battery, or what flows into a node below the root; devices of a kind, " +
        "and of a node, are summed",
    ),
  node: name
    .optional()
    .describe(
      "of a battery or PV: node it hangs on, default the root; of the meter of a node: which, not the root",
    ),
  staleSeconds: z
    .number()
    .gt(0)
    .max(86_400)
    .default(60)
    .describe(
      "an older value is not used: without the meter the forecast stands alone, a battery is not planned",
    ),
  mqtt: mqttSchema.optional().describe("reached over an MQTT broker; either this, modbusTcp or http"),
  modbusTcp: modbusSchema.optional().describe("reached over Modbus TCP"),
  http: httpSchema.optional().describe("reached over HTTP: read, and told, by us"),
  battery: batterySchema
    .optional()
    .describe("of a battery that is commanded; default: it is measured only and counts as load"),
  inverter: inverterSchema
    .optional()
    .describe("of a PV inverter whose power is limited by command; default: it generates what it likes"),
});

export type DeviceFile = z.infer<typeof deviceSchema>;
