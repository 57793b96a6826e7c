import { createServer, type Server } from "node:http";
import type { Metrics } from "./registry.js";

/** The same metrics without a token, for a collector on this computer; listens on loopback by who starts it. */
export const createMetricsListener = (metrics: Metrics): Server =>
  createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?")[0] !== "/metrics") {
      response.writeHead(404, { "content-type": "text/plain" }).end("GET /metrics\n");
      return;
    }
    metrics.text().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
      () => response.writeHead(500, { "content-type": "text/plain" }).end("the metrics could not be read\n"),
    );
  });
