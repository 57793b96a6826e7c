import { monitorEventLoopDelay } from "node:perf_hooks";
import { MINUTE_MS } from "../domain/units.js";
import type { MetricValue } from "../server/metrics/registry.js";
import { packageVersion } from "./package-files.js";

const NS_PER_S = 1e9;
const US_PER_S = 1e6;
const RESOLUTION_MS = 20;
const QUANTILES = [0.5, 0.99, 1] as const;

export interface ProcessReadings {
  read(): MetricValue[];
  close(): void;
}

/** What the process takes of the computer, and how late its one thread comes to its work. */
export const createProcessReadings = (): ProcessReadings => {
  const version = packageVersion();
  const lag = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  lag.enable();
  /** Of the last whole minute; until one has passed what there is. */
  let minute: readonly number[] | null = null;
  const quantiles = (): number[] =>
    QUANTILES.map((quantile) => {
      const delayNs = quantile === 1 ? lag.max : lag.percentile(100 * quantile);
      // The timer's own interval is no delay.
      return Math.max(0, delayNs / NS_PER_S - RESOLUTION_MS / 1_000);
    });
  const timer = setInterval(() => {
    minute = quantiles();
    lag.reset();
  }, MINUTE_MS).unref();
  return {
    read: () => {
      const now = minute ?? (lag.count > 0 ? quantiles() : QUANTILES.map(() => 0));
      return [
        ...QUANTILES.map((quantile, at) => ({
          name: "youxu_event_loop_lag_seconds" as const,
          labels: { quantile: String(quantile) },
          value: now[at] ?? 0,
        })),
        { name: "youxu_info", labels: { version }, value: 1 },
        ...ofProcess(),
      ];
    },
    close: () => {
      clearInterval(timer);
      lag.disable();
    },
  };
};

const STARTED_S = Date.now() / 1_000 - process.uptime();

const ofProcess = (): MetricValue[] => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return [
    { name: "process_cpu_seconds_total", labels: {}, value: (user + system) / US_PER_S },
    { name: "process_resident_memory_bytes", labels: {}, value: rss },
    { name: "process_start_time_seconds", labels: {}, value: STARTED_S },
    { name: "nodejs_heap_used_bytes", labels: {}, value: heapUsed },
    { name: "nodejs_external_memory_bytes", labels: {}, value: external },
  ];
};
