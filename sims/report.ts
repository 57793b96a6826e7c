import { fixed } from "../src/domain/figures.js";
import type { RunMetrics } from "./metrics.js";
import type { Scenario } from "./scenario.js";
import { sharedLines, type SharedStay } from "./shared-stays.js";
import { type SolveTimes, solveTimesText } from "./solve-times.js";

/** What a finished run was and how it did, without wall-clock times: a second run gives the same bytes. */
export interface RunReport {
  readonly scenario: string;
  readonly policy: string;
  readonly seed: number;
  readonly mode: "direct" | "wire";
  /** What became of a table of sessions; null where stays were drawn. */
  readonly sessions: Scenario["sessions"];
  readonly solves: number;
  readonly metrics: RunMetrics;
  /** Who shared which pile when; left out of a scenario where nobody does. */
  readonly sharing?: readonly SharedStay[];
}

export interface TimedRun {
  readonly report: RunReport;
  readonly solveTimes: SolveTimes;
}

type Row = readonly [label: string, value: (metrics: RunMetrics) => string];

/** Share of the energy that makes a cost no saving. */
const LEAST_POSTPONED = 0.01;

const SOLVE_TIMES = "solve time p50 / p95 / max";
const money = (value: number): string => fixed(value, 2);
const kwh = (value: number): string => fixed(value, 1);
const percent = (share: number | null): string => (share === null ? "n/a" : `${(100 * share).toFixed(1)} %`);

/** Only stays that have ended are judged; a run may end before any has. */
const visitsOf = ({ visits, visitsStillThere }: RunMetrics): string => {
  const stillThere = visitsStillThere === 0 ? "" : ` (${visitsStillThere} more still there)`;
  return `${visits === 0 ? "none ended" : visits}${stillThere}`;
};

/** What all cars took at their ports, those that are still there included. */
const inCarsKwh = ({ importedKwh, dischargedKwh }: RunMetrics): number => importedKwh - dischargedKwh;

const ROWS: readonly Row[] = [
  ["total cost", ({ totalCost, currency }) => `${money(totalCost)} ${currency}`],
  ["  energy", ({ energyCost, currency }) => `${money(energyCost)} ${currency}`],
  ["  wear", ({ wearCost, currency }) => `${money(wearCost)} ${currency}`],
  ["peak of the site", ({ peakKw }) => `${kwh(peakKw)} kW`],
  ["above a limit, at most", ({ breach }) => `${kwh(breach.maxOverKw)} kW`],
  ["above a limit, time", ({ breach }) => `${breach.seconds.toFixed(0)} s`],
  ["visits", visitsOf],
  ["energy wanted", ({ needKwh }) => `${kwh(needKwh)} kWh`],
  ["energy delivered", ({ servedKwh, servedShare }) => `${kwh(servedKwh)} kWh (${percent(servedShare)})`],
  ["shortfall", ({ shortfallKwh }) => `${kwh(shortfallKwh)} kWh`],
  ["  stay too short", ({ impossibleKwh }) => `${kwh(impossibleKwh)} kWh`],
  ["  avoidable", ({ avoidableShortfallKwh }) => `${kwh(avoidableShortfallKwh)} kWh`],
  ["charged less discharged", (metrics) => `${kwh(inCarsKwh(metrics))} kWh`],
  ["discharged", ({ dischargedKwh }) => `${kwh(dischargedKwh)} kWh`],
  ["  without consent", ({ dischargedWithoutConsentKwh }) => `${kwh(dischargedWithoutConsentKwh)} kWh`],
  ["  below a reserve", ({ belowReserveKwh }) => `${kwh(belowReserveKwh)} kWh`],
  ["charged in valley hours", ({ valleyShare }) => percent(valleyShare)],
];

/** One run or several side by side, as a text table; the first line names scenario and seed. */
export const reportTable = (runs: readonly TimedRun[]): string => {
  const reports = runs.map(({ report }) => report);
  const [first] = reports;
  if (first === undefined) return "";
  const cells = [
    ["", ...reports.map(({ policy }) => policy)],
    ...ROWS.map(([label, value]) => [label, ...reports.map(({ metrics }) => value(metrics))]),
    ["solves", ...reports.map(({ solves }) => String(solves))],
    [SOLVE_TIMES, ...runs.map((run) => solveTimesText(run.solveTimes))],
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((row) => width(row[column] ?? "")))) ?? [];
  const lines = cells.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column > 0))
      .join("  ")
      .trimEnd(),
  );
  const title = `${first.scenario} · seed ${first.seed} · ${first.mode}`;
  return [title, "", ...lines, ...savings(reports), ...reports.flatMap(shared)].join("\n");
};

/** Who had which shared pile when. */
const shared = ({ policy, sharing = [] }: RunReport): string[] =>
  sharing.length === 0 ? [] : ["", `shared piles, ${policy}`, ...sharedLines(sharing)];

/** What every other run saves against uncontrolled charging. */
const savings = (runs: readonly RunReport[]): string[] => {
  const base = runs.find(({ policy }) => policy === "uncontrolled")?.metrics;
  if (base === undefined || runs.length < 2) return [];
  const others = runs.filter(({ policy }) => policy !== "uncontrolled");
  return [
    "",
    ...others.map(({ policy, metrics }) => {
      const saved = base.totalCost - metrics.totalCost;
      const share = base.totalCost === 0 ? "" : ` (${((100 * saved) / base.totalCost).toFixed(1)} %)`;
      const peak = `peak ${kwh(base.peakKw - metrics.peakKw)} kW lower`;
      return `${policy} against uncontrolled: saves ${money(saved)} ${base.currency}${share}${postponed(base, metrics)}, ${peak}`;
    }),
  ];
};

/** A run that ends before its cars leave has paid for what is in them by then. */
const postponed = (base: RunMetrics, metrics: RunMetrics): string => {
  // What cars lacked that have left is a shortfall, and told as such.
  const lackedKwh = Math.max(0, metrics.shortfallKwh - base.shortfallKwh);
  const lessKwh = inCarsKwh(base) - inCarsKwh(metrics) - lackedKwh;
  if (metrics.visitsStillThere === 0 || lessKwh < LEAST_POSTPONED * inCarsKwh(base)) return "";
  return ` with ${kwh(lessKwh)} kWh less in the cars as yet (${metrics.visitsStillThere} still there)`;
};

/** The solve times of a run whose report goes to a program. */
export const solveTimesLine = ({ report, solveTimes }: TimedRun): string =>
  `${report.policy}: ${SOLVE_TIMES} ${solveTimesText(solveTimes)}`;

const width = (text: string): number => text.length;
const pad = (text: string, to: number, right: boolean): string =>
  right ? text.padStart(to) : text.padEnd(to);
