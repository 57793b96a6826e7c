import { z } from "zod";
import type { TransactionEvent, UnclearMessage } from "../../domain/fleet.js";
import type { QuarantinedMessage } from "../../ports/ledger.js";
import { epochMs, flag, kw, percent, text, wh } from "./common.js";

const sample = z.object({
  atMs: epochMs("When it was measured"),
  powerKw: kw("Power, negative while discharging"),
  importedWh: wh("Register of energy from the grid").nullable(),
  exportedWh: wh("Register of energy to the grid").nullable(),
  socPercent: percent("State of charge").nullable(),
});

const head = {
  stationId: text("OCPP identity"),
  atMs: epochMs("When it reached us"),
  seqNo: z.int().nullable().describe("OCPP 2.x sequence number"),
  stationTimeMs: epochMs("The station's own time"),
};

const authorized = flag("Whether the id token that came with it may charge").exactOptional();

const transactionEvent: z.ZodType<TransactionEvent> = z
  .discriminatedUnion("kind", [
    z.object({
      kind: z.literal("transaction-started"),
      ...head,
      evseId: z.int().describe("EVSE, from 1"),
      transactionId: z.string().nullable().describe("null: OCPP 1.6, the central system gives it"),
      idToken: z.string().nullable().describe("Id token"),
      meterWh: wh("Register at the start").nullable(),
      exportedWh: wh("Register of energy to the grid at the start").nullable().exactOptional(),
      authorized,
    }),
    z.object({
      kind: z.literal("transaction-updated"),
      ...head,
      evseId: z.int().describe("EVSE, from 1"),
      transactionId: text("OCPP transaction"),
      sample: sample.nullable().describe("Meter values"),
      authorized,
    }),
    z.object({
      kind: z.literal("transaction-ended"),
      ...head,
      evseId: z.int().nullable().describe("EVSE; null: 1.6 does not name it"),
      transactionId: text("OCPP transaction"),
      meterWh: wh("Register at the end").nullable(),
      exportedWh: wh("Register of energy to the grid at the end").nullable(),
      reason: z.string().nullable().describe("OCPP stop reason"),
    }),
  ])
  .meta({ id: "TransactionEvent", description: "A transaction message, free of any OCPP version" });

const unclearMessage: z.ZodType<UnclearMessage> = z
  .object({
    kind: z.literal("unclear"),
    stationId: head.stationId,
    atMs: head.atMs,
    action: text("As OCPP calls it"),
    payload: z.string().describe("As it came: JSON"),
  })
  .meta({ id: "UnclearMessage", description: "A message of a transaction that tells too little" });

export const quarantinedSchema: z.ZodType<QuarantinedMessage> = z
  .object({
    stationId: text("OCPP identity"),
    atMs: epochMs("When it reached us"),
    event: z.union([transactionEvent, unclearMessage]),
    why: text("Why it fits no transaction, or what it lacks"),
  })
  .meta({ id: "Quarantined", description: "A transaction message kept aside, never lost" });
