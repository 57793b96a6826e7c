import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { errorSchema, stationId, text } from "../schemas/common.js";
import { secured } from "./secured.js";

/** Adds and removes stations at run time. Throws YouxuError `station.*` and `not-found.*`. */
export interface StationAdmin {
  /** `password` is shown this once; only its hash is kept. */
  add(station: { id: string }): Promise<{ url: string; password: string }>;
  remove(stationId: string): Promise<void>;
}

const added = z
  .object({
    stationId,
    url: text("What to type into the station as the address of its central system"),
    password: text("Basic-authentication password, shown this once"),
  })
  .meta({ id: "AddedStation", description: "Where and how a new station connects" });

export const stationAdmin: FastifyPluginAsyncZod<{ admin: StationAdmin }> = async (app, { admin }) => {
  const tags = ["stations"];
  app.post(
    "/stations",
    secured("admin", {
      summary: "Add a station; answers the URL and password to type into it",
      tags,
      body: z.strictObject({
        id: z.string().max(48).describe("OCPP identity: 1–48 characters of A–Z a–z 0–9 - _ ."),
      }),
      response: { 201: added, 409: errorSchema },
    }),
    async (request, reply) => {
      const { id } = request.body;
      return reply.code(201).send({ stationId: id, ...(await admin.add(request.body)) });
    },
  );
  app.delete(
    "/stations/:id",
    secured("admin", {
      summary: "Remove a station that was added",
      tags,
      params: z.strictObject({ id: stationId }),
      response: { 204: z.null().describe("Removed") },
    }),
    async (request, reply) => {
      await admin.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
};
