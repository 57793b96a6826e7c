import { z } from "zod";
import type { CommandOutcome } from "../../domain/command.js";
import { authorizationCommands } from "./commands/authorization.js";
import { availabilityCommands } from "./commands/availability.js";
import { batterySwapCommands } from "./commands/battery-swap.js";
import { gridControlCommands } from "./commands/grid-control.js";
import { streamCommands, streamSchema } from "./commands/streams.js";
import { certificateCommands, installedCertificate } from "./commands/certificates.js";
import { customerCommands } from "./commands/customer.js";
import { dataTransferCommands } from "./commands/data-transfer.js";
import { displayCommands } from "./commands/display.js";
import { monitoringCommands } from "./commands/monitoring.js";
import { networkCommands } from "./commands/network.js";
import { firmwareCommands } from "./commands/firmware.js";
import { logsCommands } from "./commands/logs.js";
import { settingSchema, settingsCommands } from "./commands/settings.js";
import { steeringCommands } from "./commands/steering.js";
import { tariffCommands } from "./commands/tariffs.js";
import { transactionsCommands } from "./commands/transactions.js";
import { epochMs, kw, text } from "./common.js";

export const commandRequest = z
  .discriminatedUnion("kind", [
    ...steeringCommands,
    ...availabilityCommands,
    ...settingsCommands,
    ...monitoringCommands,
    ...customerCommands,
    ...displayCommands,
    ...networkCommands,
    ...tariffCommands,
    ...authorizationCommands,
    ...gridControlCommands,
    ...batterySwapCommands,
    ...streamCommands,
    ...firmwareCommands,
    ...logsCommands,
    ...dataTransferCommands,
    ...certificateCommands,
    ...transactionsCommands,
  ])
  .meta({ id: "CommandRequest", description: "What a station is asked to do" });

export const commandOutcomeSchema: z.ZodType<CommandOutcome> = z
  .discriminatedUnion("status", [
    z.object({
      status: z.literal("accepted"),
      composite: z
        .array(z.object({ startMs: epochMs("Start"), powerKw: kw("Limit") }))
        .exactOptional()
        .describe("Answer to get-composite"),
      settings: z.array(settingSchema).exactOptional().describe("Answer to read-settings"),
      streams: z.array(streamSchema).exactOptional().describe("Answer to list-streams"),
      detail: z
        .string()
        .exactOptional()
        .describe("What the station adds: Scheduled once its transaction is over, RebootRequired"),
      requestId: z.int().exactOptional().describe("Under which the station tells later what comes of it"),
      fileName: z.string().exactOptional().describe("Of the log that it will upload, as it names it"),
      certificates: z.array(installedCertificate).exactOptional().describe("Answer to list-certificates"),
      results: z
        .array(
          z.object({
            item: text("What it is about: a variable, the id of a monitor"),
            id: z.int().nullable().describe("Under which the station keeps it; null: none"),
            why: z.string().nullable().describe("Why it was refused, in the station's word; null: taken"),
          }),
        )
        .exactOptional()
        .describe("Of a command about several things, one for each"),
      tariffs: z
        .array(
          z.object({
            tariffId: text("To clear it by"),
            kind: z.enum(["default", "driver"]).describe("Of all, or of a driver"),
            validFromMs: z.number().nullable().describe("From when on, epoch ms; null: now"),
            evseIds: z.array(z.int()).describe("At which; none: not told"),
          }),
        )
        .exactOptional()
        .describe("Answer to get-tariffs"),
      transaction: z
        .object({
          isOngoing: z.boolean().nullable().describe("Whether it goes on; null: of none in particular"),
          hasMessages: z.boolean().describe("Whether messages wait at the station"),
        })
        .exactOptional()
        .describe("Answer to get-transaction-status"),
      data: z.string().exactOptional().describe("Answer to data-transfer"),
      version: z
        .int()
        .exactOptional()
        .describe("Of the local list: 0 where it is empty, −1 where the station has none (1.6)"),
    }),
    z.object({
      status: z.enum(["rejected", "unsupported", "offline", "timeout", "error"]),
      detail: text("What the station or the connection said"),
    }),
  ])
  .meta({ id: "CommandOutcome", description: "What became of a command" });
