import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { CustomerReports } from "../../ports/customer-reports.js";
import type { Operations } from "../../ports/operations.js";
import { stationId } from "../schemas/common.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

const params = z.strictObject({
  id: stationId,
  requestId: z.coerce.number().int().min(0).describe("That customer-information answered"),
});

const report = z
  .object({
    complete: z.boolean().describe("false: more is to come; ask again"),
    data: z.string().nullable().describe("What the station keeps; null while more is to come"),
  })
  .meta({ id: "CustomerReport", description: "What a station keeps of a customer" });

export interface CustomerOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly customers: CustomerReports;
}

/** What stations keep of customers. */
export const customerReports: FastifyPluginAsyncZod<CustomerOptions> = async (app, options) => {
  app.post(
    "/stations/:id/customer-reports/:requestId/take",
    secured("operate", {
      summary: "What a station told of a customer, this once",
      description:
        "Once it is complete it is given and erased. It is never written to disk nor to a log, and is erased an hour after it was asked for",
      tags: ["stations"],
      params,
      body: z.strictObject({}).describe("Nothing"),
      response: { 200: report },
    }),
    async (request) => {
      const { id, requestId } = request.params;
      findRows(options.operations, id);
      const found = options.customers.take(id, requestId);
      if (found === null)
        throw new YouxuError("not-found.report", `no report ${requestId} of ${id}`, "params.requestId");
      return found;
    },
  );
};
