import { z } from "zod";
import { secretSchema } from "./secrets.js";

const transferHookSchema = z.strictObject({
  vendorId: z.string().min(1).max(255).describe("whose messages; case does not matter"),
  messageIds: z
    .array(z.string().max(50))
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('only these, "" being the message without an id; null: all that no other hook names'),
  stationIds: z
    .array(z.string().min(1))
    .min(1)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("only of these stations; null: of all"),
  url: z
    .url({ protocol: /^https?$/, error: "an http or https URL, e.g. https://host/transfers" })
    .max(2_000)
    .refine((text) => !URL.canParse(text) || new URL(text).username === "", "no user and no password")
    .describe("where it is posted; https to a public address, unless privateAddress is true"),
  privateAddress: z
    .boolean()
    .default(false)
    .describe("whether it may be at this computer or in a private network, and without TLS"),
  secret: secretSchema.describe("signs what is posted: whsec_ and 24 to 64 bytes in base64"),
  timeoutSeconds: z
    .number()
    .gt(0)
    .max(20)
    .default(5)
    .describe("time for the answer; the station's next message waits as long"),
});

export const transferHooksSchema = z.array(transferHookSchema).max(100).default([]);
