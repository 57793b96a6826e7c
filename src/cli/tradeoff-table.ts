import type { Traded, TradeoffPoint } from "../app.js";

const COLUMNS: readonly (readonly [name: string, cell: (point: TradeoffPoint) => string])[] = [
  ["cost", ({ cost }) => cost.toFixed(2)],
  ["peak kW", ({ peakKw }) => peakKw.toFixed(2)],
  ["kg CO₂", ({ carbonKg }) => (carbonKg === null ? "unknown" : carbonKg.toFixed(2))],
  ["mean wait h", ({ meanWaitH }) => meanWaitH.toFixed(2)],
  ["short kWh", ({ shortfallKwh }) => shortfallKwh.toFixed(2)],
  ["gap %", ({ gap }) => (gap === null ? "–" : (100 * Math.max(0, gap)).toFixed(3))],
  ["status", ({ status }) => status],
];

const weight = (value: number): string => (value === 0 ? "0" : value.toPrecision(3));

/** The curve as text: the two weights of each plan, and what it comes to. */
export const tradeoffTable = (
  points: readonly TradeoffPoint[],
  [a, b]: readonly [Traded, Traded],
): string => {
  const head = [`weight ${a}`, `weight ${b}`, ...COLUMNS.map(([name]) => name)];
  const rows = points.map((point) => [
    weight(point.weights[a]),
    weight(point.weights[b]),
    ...COLUMNS.map(([, cell]) => cell(point)),
  ]);
  const widths = head.map((name, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? name).length)),
  );
  const line = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ");
  return [
    `${points.length} ${points.length === 1 ? "plan" : "plans"} between ${a} and ${b}; what another beats in both is left out`,
    line(head),
    ...rows.map(line),
  ].join("\n");
};
