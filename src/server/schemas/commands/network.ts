import { z } from "zod";

const secret = (what: string, most: number) =>
  z.string().min(1).max(most).nullable().default(null).describe(`${what}; null: none`);

const INTERFACES = ["Wired", "Wireless"].flatMap((kind) => [0, 1, 2, 3].map((number) => `${kind}${number}`));

export const networkInterface = z.enum([...INTERFACES, "Any"]);

const networkProfile = z.strictObject({
  url: z.string().min(6).max(2_000).describe("ws:// or wss://, without the identity"),
  ocppVersion: z.enum(["1.6", "2.0.1", "2.1"]).default("2.0.1").describe("To be spoken there"),
  securityProfile: z
    .union([z.literal(1), z.literal(2), z.literal(3)])
    .describe("1 password over a plain connection, 2 over TLS, 3 client certificate"),
  messageTimeoutS: z.int().min(1).max(3_600).default(30).describe("For an answer to a message, s"),
  interface: networkInterface.default("Wired0").describe("Any is of 2.1"),
  apn: z
    .strictObject({
      name: z.string().min(1).max(2_000).describe("Access point"),
      userName: z.string().min(1).max(50).nullable().default(null).describe("null: none"),
      password: secret("Its password", 64),
      authentication: z.enum(["CHAP", "NONE", "PAP", "AUTO"]).default("AUTO").describe("How"),
    })
    .nullable()
    .default(null)
    .describe("Mobile network; null: none"),
  identity: z.string().min(1).max(48).nullable().default(null).describe("There; null: its own. 2.1 only"),
  password: secret("Password there; 2.1 only", 64),
});

export const networkCommands = [
  z
    .strictObject({
      kind: z.literal("set-network-profile"),
      slot: z.int().min(0).max(1_000).describe("Which of its ways is written"),
      profile: networkProfile.describe("How it reaches its central system"),
      force: z
        .boolean()
        .default(false)
        .describe("Also where the present security profile is not known; a lower one is never written"),
    })
    .describe(
      "Writes a way to the central system; it is used once OCPPCommCtrlr.NetworkConfigurationPriority names its slot and the station restarts. 2.x only",
    ),
] as const;
