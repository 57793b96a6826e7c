import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Distribution } from "../../ports/distribution.js";
import { METRICS, type MetricName } from "./catalogue.js";

/** A value of a metric for one set of labels; of a histogram the counts. */
export interface MetricValue {
  readonly name: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | Distribution;
}

export interface Metrics {
  readonly contentType: string;
  /** All values as of now, as Prometheus reads them. */
  text(): Promise<string>;
}

/** Metrics that are read when they are asked for; nothing is counted here, and nothing is global. */
export const createMetrics = (read: () => readonly MetricValue[]): Metrics => {
  const registry = new Registry();
  const shown = new Map<string, Shown>();
  for (const [name, { type, help, labels }] of Object.entries(METRICS))
    shown.set(name, SHOW[type]({ name, help, labelNames: [...labels], registers: [registry] }));
  return {
    contentType: registry.contentType,
    text: () => {
      for (const metric of shown.values()) metric.clear();
      for (const { name, labels, value } of read()) shown.get(name)?.show(labels, value);
      return registry.metrics();
    },
  };
};

type Labels = Readonly<Record<string, string>>;

interface Shown {
  clear(): void;
  show(labels: Labels, value: number | Distribution): void;
}

interface Shape {
  readonly name: string;
  readonly help: string;
  readonly labelNames: string[];
  readonly registers: Registry[];
}

const SHOW: Record<"gauge" | "counter" | "histogram", (shape: Shape) => Shown> = {
  gauge: (shape) => {
    const metric = new Gauge(shape);
    return {
      clear: () => metric.reset(),
      show: (labels, value) => metric.set({ ...labels }, numberOf(value)),
    };
  },
  counter: (shape) => {
    const metric = new Counter(shape);
    return {
      clear: () => metric.reset(),
      show: (labels, value) => metric.inc({ ...labels }, numberOf(value)),
    };
  },
  histogram: (shape) => {
    const metric = new CountedHistogram(shape);
    return { clear: () => metric.clear(), show: (labels, value) => metric.show(labels, value) };
  },
};

const numberOf = (value: number | Distribution): number => (typeof value === "number" ? value : value.sum());

/** A histogram of which the counting is done elsewhere. */
class CountedHistogram extends Histogram {
  readonly #shape: Shape;
  #rows: { labels: Labels; value: Distribution }[] = [];

  constructor(shape: Shape) {
    super(shape);
    this.#shape = shape;
  }

  clear(): void {
    this.#rows = [];
  }

  show(labels: Labels, value: number | Distribution): void {
    if (typeof value !== "number") this.#rows.push({ labels, value });
  }

  /** What the registry reads. */
  async getForPromString() {
    const { name, help } = this.#shape;
    const values = this.#rows.flatMap(({ labels, value }) => rowsOf(name, labels, value));
    return { name, help, type: "histogram", aggregator: "sum", values };
  }
}

const rowsOf = (name: string, labels: Labels, { bounds, counts, sum }: Distribution) => {
  let total = 0;
  const buckets = [...counts].map((count, at) => {
    total += count;
    const le = bounds[at] ?? "+Inf";
    return { labels: { ...labels, le }, value: total, metricName: `${name}_bucket` };
  });
  return [
    ...buckets,
    { labels: { ...labels }, value: sum(), metricName: `${name}_sum` },
    { labels: { ...labels }, value: total, metricName: `${name}_count` },
  ];
};
