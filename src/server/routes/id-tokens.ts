import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import { idTokenSchema } from "../../domain/id-token.js";
import type { ManagedIdTokens } from "../../ports/id-tokens.js";
import type { Operations } from "../../ports/operations.js";
import { idTokenList, knownTokenSchema, newIdToken } from "../schemas/id-token.js";
import { secured } from "./secured.js";
import { findSite } from "./sites.js";

const params = z.strictObject({ idToken: z.string().min(1).max(255).describe("In any case") });

export interface IdTokenOptions {
  readonly operations: Pick<Operations, "sites">;
  readonly idTokens: ManagedIdTokens;
}

/** What drivers show to charge. */
export const idTokenRoutes: FastifyPluginAsyncZod<IdTokenOptions> = async (app, { operations, idTokens }) => {
  const tags = ["id tokens"];
  app.get(
    "/id-tokens",
    secured("operate", {
      summary: "Id tokens that are known",
      description: "Those of the site file, then those that were added",
      tags,
      response: { 200: idTokenList },
    }),
    async () => ({
      othersMayCharge: idTokens.othersMayCharge,
      tokens: idTokens.list().map(({ token, fixed }) => ({ ...token, fixed })),
    }),
  );
  app.post(
    "/id-tokens",
    secured("operate", {
      summary: "Add an id token, or change the one there is",
      tags,
      body: newIdToken,
      response: { 201: knownTokenSchema },
    }),
    async (request, reply) => {
      const token = idTokenSchema.parse(request.body);
      for (const siteId of token.siteIds ?? []) findSite(operations, siteId);
      await idTokens.put(token);
      return reply.code(201).send({ ...token, fixed: false });
    },
  );
  app.delete(
    "/id-tokens/:idToken",
    secured("operate", {
      summary: "Take an id token away that was added",
      tags,
      params,
      response: { 204: z.null().describe("Removed") },
    }),
    async (request, reply) => {
      const { idToken } = request.params;
      if (await idTokens.remove(idToken)) return reply.code(204).send(null);
      const isKnown = idTokens.find(idToken) !== null;
      throw isKnown
        ? new YouxuError("id-token.fixed", `"${idToken}" stands in the site file`, "params.idToken")
        : new YouxuError("not-found.id-token", `no id token "${idToken}"`, "params.idToken");
    },
  );
};
