import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { text } from "../schemas/common.js";
import { secured } from "./secured.js";

const tokenSchema = z
  .object({
    name: text("Name that was given to the token"),
    scopes: z.array(z.string()).describe("What it allows"),
  })
  .meta({ id: "Token", description: "The token that a call is made with" });

/** What the caller may do, so that a page offers nothing that would be refused. */
export const token: FastifyPluginAsyncZod = async (app) => {
  app.get(
    "/token",
    secured("read", {
      summary: "Name and scopes of the token of this call",
      tags: ["token"],
      response: { 200: tokenSchema },
    }),
    async ({ principal }) => ({ name: principal?.name ?? "", scopes: [...(principal?.scopes ?? [])] }),
  );
};
