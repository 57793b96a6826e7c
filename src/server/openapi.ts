import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { SCOPES } from "./auth.js";

const DOCUMENTED = ["/api/v1/", "/health/"];

const scopeList = Object.entries(SCOPES)
  .map(([scope, what]) => `- \`${scope}\`: ${what}`)
  .join("\n");

const DESCRIPTION = `Sites, stations, sessions, plans and events of one server.
Times are epoch milliseconds (UTC), power is in kW and positive towards the car, energy in kWh, prices in
the site's currency per kWh. Every error has a code, a message, a place and a hint.

Scopes of a token:
${scopeList}`;

/** The page of the API needs inline styles; nothing else is loosened. */
const DOCS_CSP = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": ["'self'", "'unsafe-inline'"],
  "img-src": ["'self'", "data:"],
  "connect-src": "'self'",
  "base-uri": "'none'",
  "frame-ancestors": "'none'",
};

/** OpenAPI 3.1 of what follows at /docs/json, and a page to try it at /docs; all of it local. */
export const documentApi = async (app: FastifyInstance, version: string): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "youxu operator API", description: DESCRIPTION, version },
      components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
    },
    transform: (document) =>
      DOCUMENTED.some((prefix) => document.url.startsWith(prefix))
        ? jsonSchemaTransform(document)
        : { schema: { hide: true }, url: document.url },
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: DOCS_CSP,
    uiConfig: { deepLinking: true, layout: "BaseLayout", validatorUrl: null, persistAuthorization: false },
  });
};
