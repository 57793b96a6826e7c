import { z } from "zod";
import type { LoggedMessage } from "../../ports/message-log.js";
import { epochMs, text } from "./common.js";

export const loggedMessageSchema: z.ZodType<LoggedMessage> = z
  .object({
    id: z.int().describe("Rises with every message of any station"),
    atMs: epochMs("When we had it"),
    direction: z.enum(["from-station", "to-station"]).describe("Which way it went"),
    type: z
      .enum(["call", "result", "error", "result-error", "send"])
      .nullable()
      .describe("OCPP-J message type; null: it is none"),
    action: z.string().nullable().describe("Of an answer that of its call; null: not known"),
    text: text("As it was on the wire, secrets taken out"),
  })
  .meta({ id: "StationMessage", description: "One OCPP message between a station and us" });
