import { z } from "zod";
import { DISCHARGE_METHODS } from "../../domain/discharge.js";
import type { ProbeTried } from "../../ports/discharge-probes.js";
import { epochMs, evseId, kw } from "./common.js";

const way = z.enum(DISCHARGE_METHODS).exclude(["none"]);

export const probeAskedSchema = z
  .strictObject({
    evseId,
    way: way
      .nullable()
      .default(null)
      .describe(
        "How it is asked; null: as its model is known to take it, else limits below zero in W, then in A",
      ),
  })
  .meta({ id: "DischargeProbe", description: "A small discharge to be asked for, and seen at the meter" });

export const probeTriedSchema: z.ZodType<ProbeTried> = z
  .object({
    way: way.describe("How it was asked"),
    works: z.boolean().describe("Its meter saw the power reverse, and no more than was asked"),
    why: z.string().nullable().describe("Why it does not work; null: it does"),
    askedKw: kw("Power that it was asked to give back"),
    metered: z
      .array(z.object({ atMs: epochMs("When"), powerKw: kw("Signed: below zero it gives back") }))
      .describe("What its meter told after it took that"),
  })
  .meta({ id: "DischargeProbeTried", description: "What one way of asking for discharge brought" });
