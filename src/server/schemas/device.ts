import { z } from "zod";
import { epochMs, flag, kw, siteId, text } from "./common.js";

const value = (what: string) =>
  z.object({ value: z.number().describe(what), atMs: epochMs("When it was measured") }).nullable();

export const deviceSchema = z
  .object({
    id: text("As in the configuration"),
    siteId,
    kind: z.enum(["site-import", "pv", "battery", "node"]).describe("What it measures"),
    over: z.enum(["mqtt", "modbus-tcp", "http"]).describe("How it is reached"),
    connected: flag("Whether it, or its broker, answers"),
    power: value("Import, generation and charging positive; kW").describe("Last power; null: never told"),
    soc: value("Percent").describe("Last state of charge; null: never told, or no battery"),
    staleSinceMs: epochMs(
      "Since when its values have been too old, or missing; null: they are fresh",
    ).nullable(),
    refused: z.int().describe("Messages and answers since the start that held no value"),
    lastError: z
      .object({ message: text("What went wrong, in a sentence"), atMs: epochMs("When") })
      .nullable()
      .describe("The last thing that went wrong, also when it is well again"),
    told: z
      .object({
        powerKw: kw("Of a battery charging positive; of an inverter the most that it may generate"),
        atMs: epochMs("When it was told"),
        confirmed: flag("Whether it took it, as far as is known"),
      })
      .nullable()
      .describe("The last power that a battery, or limit that an inverter, was told to take; null: none yet"),
  })
  .meta({ id: "Device", description: "A meter, PV inverter or battery as it stands" });
