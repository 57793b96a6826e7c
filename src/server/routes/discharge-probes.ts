import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { DischargeProbes } from "../../ports/discharge-probes.js";
import type { Operations } from "../../ports/operations.js";
import { errorSchema, stationId } from "../schemas/common.js";
import { probeAskedSchema, probeTriedSchema } from "../schemas/discharge-probe.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

export interface DischargeProbeOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly probes: DischargeProbes;
}

/** Whether stations that have no word for discharge give back all the same. */
export const dischargeProbeRoutes: FastifyPluginAsyncZod<DischargeProbeOptions> = async (app, options) => {
  app.post(
    "/stations/:id/discharge-probe",
    secured("operate", {
      summary: "Ask an older station for a small discharge, and see at its meter whether it comes",
      description:
        "Answers when the meter has decided, within some minutes. What was found is a quirk of the station; only after a way works may the plan discharge its cars",
      tags: ["stations"],
      params: z.strictObject({ id: stationId }),
      body: probeAskedSchema,
      response: {
        200: z.array(probeTriedSchema).describe("Each way that was tried, up to the first that works"),
        409: errorSchema,
      },
    }),
    async (request) => {
      const { id } = request.params;
      findRows(options.operations, id);
      return [...(await options.probes.probe(id, request.body))];
    },
  );
};
