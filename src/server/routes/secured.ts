import type { FastifySchema } from "fastify";
import { z } from "zod";
import type { Scope } from "../auth.js";
import { errorSchema } from "../schemas/common.js";

const ERRORS = {
  400: errorSchema,
  401: errorSchema,
  403: errorSchema,
  404: errorSchema,
  429: errorSchema,
  500: errorSchema,
} as const;

interface RouteSchema extends FastifySchema {
  readonly summary: string;
  readonly tags: readonly string[];
  readonly response: Record<number, unknown>;
}

/** Of a route that takes no questions in its query. */
const noQuery = z.strictObject({});

/** Options of a route that needs `scope`: its schema with security and the errors of every route. */
export const secured = <Schema extends RouteSchema>(scope: Scope, schema: Schema) => ({
  config: { scope },
  schema: {
    querystring: noQuery,
    ...schema,
    description: `${schema.description ?? schema.summary}. Needs the scope \`${scope}\`.`,
    security: [{ bearer: [scope] }],
    response: { ...ERRORS, ...schema.response } as Schema["response"] & typeof ERRORS,
  },
});
