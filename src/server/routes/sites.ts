import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { Site } from "../../domain/site.js";
import type { Operations } from "../../ports/operations.js";
import { siteId } from "../schemas/common.js";
import { planViewSchema } from "../schemas/plan.js";
import { siteSchema } from "../schemas/site.js";
import { secured } from "./secured.js";

export const siteParams = z.strictObject({ id: siteId });

/** The site with this id; throws `not-found.site`. */
export const findSite = (operations: Pick<Operations, "sites">, id: string): Site => {
  const site = operations.sites().find((one) => one.id === id);
  if (site === undefined) throw new YouxuError("not-found.site", `no site ${id}`, "params.id");
  return site;
};

export const sites: FastifyPluginAsyncZod<{ operations: Operations }> = async (app, { operations }) => {
  const tags = ["sites"];
  app.get(
    "/sites",
    secured("read", {
      summary: "Sites with their supply tree and stations",
      tags,
      response: { 200: z.array(siteSchema) },
    }),
    async () => [...operations.sites()],
  );
  app.get(
    "/sites/:id",
    secured("read", { summary: "One site", tags, params: siteParams, response: { 200: siteSchema } }),
    async (request) => findSite(operations, request.params.id),
  );
  app.get(
    "/sites/:id/plan",
    secured("read", {
      summary: "The plan in force with its certificate and a reason per session and slot",
      description: "The plan in force; null while there is none yet",
      tags,
      params: siteParams,
      response: { 200: planViewSchema.nullable() },
    }),
    async (request) => operations.plan(findSite(operations, request.params.id).id),
  );
};
