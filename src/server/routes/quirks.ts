import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Operations } from "../../ports/operations.js";
import type { QuirkBook } from "../../ports/quirk-book.js";
import { stationId } from "../schemas/common.js";
import {
  modelQuirksBody,
  modelQuirksSchema,
  stationQuirksBody,
  stationQuirksSchema,
} from "../schemas/quirks.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

export interface QuirksOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly quirks: Pick<QuirkBook, "of" | "models">;
}

/** What models and stations do otherwise than the standard says. */
export const quirkRoutes: FastifyPluginAsyncZod<QuirksOptions> = async (app, { operations, quirks }) => {
  const tags = ["stations"];
  app.get(
    "/quirks",
    secured("read", {
      summary: "What was learnt of each model of station by trying",
      description: "`youxu quirks export` makes a quirks file of it",
      tags,
      response: { 200: z.array(modelQuirksSchema) },
    }),
    async () => quirks.models().map(modelQuirksBody),
  );
  app.get(
    "/stations/:id/quirks",
    secured("read", {
      summary: "How a station is spoken to, and where each value comes from",
      tags,
      params: z.strictObject({ id: stationId }),
      response: { 200: stationQuirksSchema },
    }),
    async (request) => {
      const { id } = request.params;
      findRows(operations, id);
      return stationQuirksBody(quirks.of(id));
    },
  );
};
