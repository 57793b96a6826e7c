import type { FastifyPluginAsync } from "fastify";
import type { Guesses } from "../../domain/guesses.js";
import { demandTokens, type TokenVerifier } from "../auth.js";
import type { Metrics } from "./registry.js";

export interface MetricsOptions {
  readonly metrics: Metrics;
  readonly verifier: TokenVerifier;
  readonly guesses: Guesses;
}

/** `GET /metrics` for Prometheus, with a token of the scope `read`: its numbers tell who charges when. */
export const metricsRoute: FastifyPluginAsync<MetricsOptions> = async (
  app,
  { metrics, verifier, guesses },
) => {
  demandTokens(app, { verifier, guesses, openPage: false });
  app.get("/metrics", { config: { scope: "read" } }, async (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .type(metrics.contentType)
      .send(await metrics.text()),
  );
};
