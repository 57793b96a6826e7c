import { createMetricsListener } from "../server/metrics/listener.js";
import { createMetrics, type Metrics } from "../server/metrics/registry.js";
import { listenFault, loopbackPlace } from "./listen-fault.js";
import { type MetricSources, readMetrics } from "./metrics.js";
import { createProcessReadings } from "./process-readings.js";

const LOOPBACK = "127.0.0.1";

export interface Observed {
  readonly metrics: Metrics;
  /** Tells the metrics at a port of loopback too, without a token; null: not. */
  listen(port: number | null): Promise<void>;
  close(): Promise<void>;
}

/** What a running server tells of itself. */
export const observe = (sources: MetricSources): Observed => {
  const ofProcess = createProcessReadings();
  const metrics = createMetrics(() => [...ofProcess.read(), ...readMetrics(sources)]);
  const listener = createMetricsListener(metrics);
  return {
    metrics,
    listen: (port) =>
      new Promise((resolve, reject) => {
        if (port === null) return resolve();
        listener.once("error", (error: NodeJS.ErrnoException) =>
          reject(listenFault(error.code ?? "", loopbackPlace(port)) ?? error),
        );
        listener.listen(port, LOOPBACK, resolve);
      }),
    close: async () => {
      ofProcess.close();
      if (!listener.listening) return;
      listener.closeAllConnections();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
};
