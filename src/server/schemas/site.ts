import { z } from "zod";
import type { Site } from "../../domain/site.js";
import { PRESETS } from "../../domain/weights.js";
import { kw, kwh, money, ms, text } from "./common.js";

const gridNode = z.object({
  id: text("Id of the grid node; events target it"),
  parentId: z.string().nullable().describe("The node above; null at the root"),
  importLimitKw: kw("Most that may be drawn through the node; null: no limit").nullable(),
  exportLimitKw: kw("Most that may be returned through the node; null: no limit").nullable(),
  failsafe: z
    .enum(["strict", "graced"])
    .nullable()
    .describe("How the limit holds while messages are lost; null: not protected"),
  graceS: z
    .number()
    .nullable()
    .describe("Seconds within which a graced node must be below its limit again; null: not graced"),
  flatteningPerKw2h: z
    .number()
    .describe("Price of net power squared, which flattens the node's curve, money per kW²·h; 0: none"),
});

const evseConfig = z.object({
  evseId: z.int().describe("EVSE, from 1"),
  phases: z.union([z.literal(1), z.literal(3)]).describe("Phases of its supply"),
  voltageV: z.number().describe("Phase voltage; V"),
  minA: z.number().describe("Least current a car may be offered above zero; A"),
  maxA: z.number().describe("Rated current; A"),
  maxDischargeKw: kw("Rated discharge power; 0 for a one-way EVSE"),
});

const stationConfig = z.object({
  id: text("OCPP identity"),
  siteId: text("Its site"),
  nodeId: text("The grid node that feeds it"),
  evses: z.array(evseConfig).describe("Its EVSEs"),
});

const demandCharge = z.object({
  pricePerKw: money("Price of a kW above the billed peak"),
  billedPeakKw: kw("Peak that is billed already, or will be anyway"),
  countsFrom: z.string().nullable().describe("Local clock time from which power counts; null: at any time"),
  countsTo: z.string().nullable().describe("Local clock time until which power counts; null: at any time"),
});

const meteringPoint = z.object({
  id: text("Id of the metering point"),
  nodeId: text("The node with the meter"),
  tariffId: text("Tariff of what is drawn"),
  sellPriceId: z.string().nullable().describe("Price series of what is returned; null: paid nothing"),
  demandCharge: demandCharge.nullable().describe("Price of the highest power; null: none"),
  carbon: z
    .union([
      z.object({ kgPerKwh: z.number().describe("Always the same; kg") }),
      z.object({ seriesId: text("By this series") }),
    ])
    .nullable()
    .describe("CO₂ of a kWh that is drawn; null: not known"),
});

const defaults = z
  .object({
    departureTime: text("Local clock time of departure, HH:MM"),
    energyNeedKwh: kwh("Energy wanted from plug-in to departure"),
  })
  .describe("What a silent driver is taken to want");

const weights = z
  .partialRecord(z.enum(["cost", "peak", "carbon", "wear", "fairness", "comfort"]), z.number())
  .describe("Weights instead of the objective's own");

export const siteSchema: z.ZodType<Site> = z
  .object({
    id: text("Id of the site"),
    name: text("Its name"),
    timeZone: text("IANA time zone"),
    currency: text("ISO 4217 code of its currency"),
    nodes: z.array(gridNode).describe("The supply tree, root first"),
    rootNodeId: text("Node of the site meter, base load and PV"),
    meteringPoints: z.array(meteringPoint).describe("Where prices apply"),
    stations: z.array(stationConfig).describe("The stations under it"),
    defaults,
    baseProfileKw: z.array(z.number()).describe("Typical base load by quarter of the local day; kW"),
    pvProfileKw: z.array(z.number()).describe("Typical PV power by quarter of the local day; kW"),
    baseMarginShare: z.number().describe("Share added to the base-load forecast where a limit is concerned"),
    measurementStaleMs: ms("Age from which a measurement is stale"),
    wearPerKwh: money("Cost of wear of a kWh discharged"),
    objective: z.enum(PRESETS).describe("What plans are for"),
    weights,
  })
  .meta({ id: "Site", description: "One grid connection and the stations under it" });
