import type { FastifyPluginAsync } from "fastify";
import { demandTokens, type TokenVerifier } from "../auth.js";
import type { Metrics } from "./registry.js";

export interface MetricsOptions {
  readonly metrics: Metrics;
  readonly verifier: TokenVerifier;
}

/** `GET /metrics` for Prometheus, with a token of the scope `read`: its numbers tell who charges when. */
export const metricsRoute: FastifyPluginAsync<MetricsOptions> = async (app, { metrics, verifier }) => {
  demandTokens(app, { verifier, openPage: false });
  app.get("/metrics", { config: { scope: "read" } }, async (_request, reply) =>
    reply
      .header("cache-control", "no-store")
      .type(metrics.contentType)
      .send(await metrics.text()),
  );
};
