import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";

/**
 * Many clients name a media type with every call. Where no body follows, the header says nothing: a
 * DELETE needs none, and a call that does need one is told what to send.
 */
export const takeEmptyBodies = (app: FastifyInstance): void => {
  app.addHook("onRequest", async ({ raw: { headers } }) => {
    const isEmpty = (headers["content-length"] ?? "0") === "0" && headers["transfer-encoding"] === undefined;
    if (isEmpty) delete headers["content-type"];
  });
};

/** What to send to a route that was called without a body. */
export const missingBody = (request: FastifyRequest): string => {
  const fields = fieldsOf((request.routeOptions.schema ?? {}).body);
  return `the call has no body; it takes one JSON object${fields.length > 0 ? ` with ${fields.join(", ")}` : ""}`;
};

/** The fields of an object; of a choice or a list, those of all in it. */
const fieldsOf = (schema: unknown): readonly string[] => {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodPipe) return fieldsOf(schema.in);
  if (schema instanceof z.ZodUnion) return [...new Set(schema.options.flatMap(fieldsOf))];
  return schema instanceof z.ZodArray ? fieldsOf(schema.element) : [];
};
