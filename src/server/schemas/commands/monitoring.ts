import { z } from "zod";

const severity = z.int().min(0).max(9).describe("0, danger, to 9, debug");
const monitorId = z.int().min(0).max(2_147_483_647);
const variable = z.string().min(1).max(200).describe("Component.Variable");

const wantedMonitor = z.strictObject({
  name: variable,
  type: z
    .enum(["upper-threshold", "lower-threshold", "delta", "periodic", "clock-aligned"])
    .describe("How it watches; clock-aligned is periodic from full hours on"),
  value: z.number().describe("Threshold or change in the variable's unit, or a time in seconds"),
  severity: severity.default(8),
  inTransaction: z.boolean().default(false).describe("Whether it watches only while a transaction runs"),
  id: monitorId.nullable().default(null).describe("Takes the place of this monitor; null: a new one"),
});

export const monitoringCommands = [
  z
    .strictObject({
      kind: z.literal("set-monitoring-base"),
      base: z.enum(["all", "factory-default", "hard-wired-only"]).describe("Which are in place from now on"),
    })
    .describe("Which of its monitors are in place; 2.x only"),
  z
    .strictObject({ kind: z.literal("set-monitoring-level"), severity })
    .describe("Only events at least as severe are told; 2.x only"),
  z
    .strictObject({
      kind: z.literal("set-monitors"),
      monitors: z.array(wantedMonitor).min(1).max(50).describe("Each has an outcome of its own"),
    })
    .describe("Has variables watched; 2.x only"),
  z
    .strictObject({
      kind: z.literal("clear-monitors"),
      ids: z.array(monitorId.describe("Of a monitor")).min(1).max(200).describe("Those to take away"),
    })
    .describe("Has them watched no more; 2.x only"),
  z
    .strictObject({
      kind: z.literal("report-monitors"),
      criteria: z
        .array(z.enum(["threshold", "delta", "periodic"]))
        .max(3)
        .default([])
        .describe("Of which kinds; none: all"),
      names: z
        .array(z.string().min(1).max(200).describe("Component, or Component.Variable"))
        .max(50)
        .default([])
        .describe("On what; none: all"),
    })
    .describe("Monitors that are in place, to be read at /stations/{id}/monitors; 2.x only"),
] as const;
