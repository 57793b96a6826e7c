import { isIP } from "node:net";
import { z } from "zod";
import { currencySchema } from "../domain/currency.js";
import { API_SCOPES, OPENADR_SCOPES } from "../domain/scopes.js";
import { tariffSchema } from "../domain/tariff.js";
import { plugAndChargeSchema } from "./plug-and-charge-schema.js";
import { secretSchema } from "./secrets.js";
import { ianaZone, siteSchema } from "./site-schema.js";
import { transferHooksSchema } from "./transfer-hooks-schema.js";

/** The one configuration as it is written: closed, units in key names, defaults stated. */

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

const hostSchema = z.string().superRefine((host, context) => {
  if (isIP(host) !== 0 || HOST_NAME.test(host)) return;
  const message = /^[^:/]+:\d+$/.test(host)
    ? "the port has a key of its own, server.port"
    : "no address, e.g. 127.0.0.1, 0.0.0.0 or ::";
  context.addIssue({ code: "custom", message });
});

const certificateFilesSchema = z.strictObject({
  certFile: z
    .string()
    .min(1)
    .describe(
      "PEM file: the server's certificate, then those between it and its root; relative to this file",
    ),
  keyFile: z.string().min(1).describe("PEM file with its private key, without a passphrase"),
});

const pemFiles = z.array(z.string().min(1)).max(100).default([]);

const tlsSchema = z.strictObject({
  host: hostSchema.default("0.0.0.0").describe("address to listen on with TLS"),
  port: z.int().min(0).max(65_535).default(8443).describe("port for wss:// and https://"),
  certificates: z
    .array(certificateFilesSchema)
    .min(1)
    .max(4)
    .describe("one with an EC key and one with an RSA key serve every station; read again when they change"),
  clientCaFiles: pemFiles.describe(
    "PEM files of authorities whose client certificates stations may show (profile 3); the local one is added",
  ),
  clientCrlFiles: pemFiles.describe(
    "PEM files of what those authorities revoked; where one is given, each authority needs its own",
  ),
});

const localCaSchema = z.strictObject({
  folder: z
    .string()
    .min(1)
    .describe("folder of the authority that `youxu ca init` makes, relative to this file"),
  signs: z.boolean().default(true).describe("whether stations that ask for a certificate get one from it"),
  stationDays: z.int().min(1).max(3650).default(365).describe("how long a station's certificate holds"),
});

/** `192.168.7.0/24`, `fd00::/8`, or one address. */
const networkSchema = z.string().superRefine((network, context) => {
  const [address = "", bits, ...rest] = network.split("/");
  const most = isIP(address) === 6 ? 128 : 32;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
  if (isIP(address) === 0 || !fits || rest.length > 0)
    context.addIssue({ code: "custom", message: "no network, e.g. 192.168.7.0/24 or fd00::/8" });
});

const serverSchema = z.strictObject({
  host: hostSchema.default("127.0.0.1").describe("address to listen on; 0.0.0.0 for every network"),
  port: z.int().min(0).max(65_535).default(8180).describe("port for stations, operators and pages"),
  tls: tlsSchema.optional().describe("the same with TLS, at a port of its own; default: none"),
});

const storeSchema = z.strictObject({
  path: z.string().min(1).default("youxu.db").describe("SQLite file, relative to this file"),
  secretFile: z
    .string()
    .min(1)
    .default("youxu.secret")
    .describe("file with the key that protects stored passwords and signs tokens, relative to this file"),
  rawDays: z
    .int()
    .min(1)
    .max(3_650)
    .default(30)
    .describe("how long measured values are kept one by one; means of quarters of an hour stay for good"),
  leastFreeMb: z
    .int()
    .min(0)
    .default(256)
    .describe("room on the disk below which /health/ready says that it is not, MiB"),
});

const webhooksSchema = z.strictObject({
  privateAddresses: z
    .boolean()
    .default(false)
    .describe(
      "whether webhooks may go to addresses of this computer and of private networks, and without TLS",
    ),
});

const metricsSchema = z.strictObject({
  loopbackPort: z
    .int()
    .min(1)
    .max(65_535)
    .nullable()
    .default(null)
    .describe(
      "port of 127.0.0.1 at which /metrics is told without a token; null: at server.port alone, with a token of the scope read",
    ),
});

const ocppSchema = z.strictObject({
  callTimeoutSeconds: z
    .number()
    .gt(0)
    .max(600)
    .default(30)
    .describe("time a station has to answer a command"),
  heartbeatSeconds: z
    .int()
    .min(10)
    .max(86_400)
    .default(300)
    .describe("interval told to stations at boot, each spread by up to a tenth so that not all come at once"),
  maxOfflineSeconds: z
    .int()
    .min(60)
    .max(86_400)
    .default(900)
    .describe("offline time after which a discharging profile ends by itself"),
  pingSeconds: z
    .number()
    .gt(0)
    .max(3600)
    .default(60)
    .describe("between two websocket pings; no answer ends the connection"),
  openNetworks: z
    .array(networkSchema)
    .max(100)
    .default([])
    .describe("networks from which stations of securityProfile 0 connect without proving anything"),
});

const planningSchema = z.strictObject({
  horizonHours: z.number().min(1).max(72).default(24).describe("how far a plan reaches"),
  gatherSeconds: z
    .number()
    .min(0)
    .max(60)
    .default(2)
    .describe("pause after a change in which more changes are gathered before planning"),
  solver: z
    .enum(["structured", "highs", "simplex"])
    .default("structured")
    .describe(
      "structured: our own, any size; highs: the reference; simplex: a site of a few cars, without WebAssembly",
    ),
  timeLimitMs: z.int().min(50).max(600_000).default(10_000).describe("after it a rule plans instead"),
  followSeconds: z
    .number()
    .gt(0)
    .max(3600)
    .default(60)
    .describe("time in which a station must follow what it was told"),
  answerSeconds: z
    .number()
    .min(0.5)
    .max(60)
    .default(3)
    .describe("how long a round of schedules waits for a silent station before the others go on"),
});

const priceFileSchema = z.strictObject({
  id: z.string().min(1).max(64).describe("sites name the series by it"),
  file: z
    .string()
    .min(1)
    .describe("CSV, relative to this file: rows `start,price`, or a date and 96 columns 00:15…24:00"),
  timeZone: ianaZone
    .optional()
    .describe("zone of local times in it; default that of the site that sells by it"),
  currency: currencySchema.optional().describe("default that of the site that sells by it"),
  unit: z.enum(["per-kWh", "per-MWh"]).optional().describe("default as its header says"),
});

const filesSchema = z.strictObject({
  publicUrl: z
    .url({ protocol: /^https?$/, error: "an http or https URL, e.g. https://charge.example.org" })
    .describe("how stations reach this server, without a path of ours"),
  folder: z.string().min(1).default("youxu-files").describe("where files are kept, relative to this file"),
  fileMegabytes: z.int().min(1).max(100_000).default(500).describe("the largest file that is taken"),
  totalMegabytes: z.int().min(1).max(10_000_000).default(10_000).describe("all files together"),
  keepDays: z.int().min(1).max(3_650).default(30).describe("age at which a file is removed"),
  linkMinutes: z.int().min(1).max(43_200).default(1_440).describe("how long a station's link opens"),
});

const tokenSchema = z.strictObject({
  name: z.string().min(1).describe("who uses it; shown in the log"),
  token: secretSchema.describe(
    "the bearer token, 16 or more characters; `youxu token add` makes one instead",
  ),
  scopes: z.array(z.enum(API_SCOPES)).min(1).describe("what it allows"),
});

const clientSchema = z.strictObject({
  id: z.string().min(1).describe("client id of the grid operator or VEN"),
  secret: secretSchema.describe("client secret, 16 or more characters"),
  scopes: z.array(z.enum(OPENADR_SCOPES)).min(1).describe("OpenADR 3.1 scopes"),
});

const defaultsOf = <T extends z.ZodType>(schema: T): z.output<T> => schema.parse({});

export const configSchema = z.strictObject({
  server: serverSchema.default(defaultsOf(serverSchema)).describe("where it listens"),
  store: storeSchema.default(defaultsOf(storeSchema)).describe("what is kept"),
  metrics: metricsSchema
    .default(defaultsOf(metricsSchema))
    .describe("what is told to Prometheus, and to whom"),
  webhooks: webhooksSchema.default(defaultsOf(webhooksSchema)).describe("who may be told of what happens"),
  transferHooks: transferHooksSchema.describe(
    "programs of one's own that answer what stations send as data transfer of a vendor; the first that fits is asked",
  ),
  sites: z.array(siteSchema).min(1).describe("the grid connections with their stations"),
  localCa: localCaSchema.optional().describe("certificate authority of one's own, for development"),
  plugAndCharge: plugAndChargeSchema
    .optional()
    .describe("whom stations' questions about cars' certificates are taken to; default: nobody"),
  tariffs: z.array(tariffSchema).default([]).describe("tariffs in place"),
  tariffFiles: z.array(z.string().min(1)).default([]).describe("tariffs in files, relative to this file"),
  prices: z
    .array(priceFileSchema)
    .default([])
    .describe("price tables, and tables of what a kWh causes of CO₂"),
  ocpp: ocppSchema.default(defaultsOf(ocppSchema)).describe("the central system"),
  quirks: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe("file of what models and stations do otherwise than the standard says, relative to this file"),
  planning: planningSchema.default(defaultsOf(planningSchema)).describe("how it plans"),
  idTokens: z
    .array(z.string().min(1).max(255))
    .nullable()
    .default(null)
    .describe("cards and tokens that may charge; null: all"),
  files: filesSchema
    .nullable()
    .default(null)
    .describe("files that stations upload and fetch over this server; null: none"),
  api: z
    .strictObject({
      tokens: z.array(tokenSchema).default([]).describe("tokens of the operator API"),
      clients: z.array(clientSchema).default([]).describe("clients of the OpenADR VTN"),
    })
    .default({ tokens: [], clients: [] })
    .describe("who may call"),
});

export type ConfigFile = z.infer<typeof configSchema>;
