/** The table of the README is what its command brings. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import { simulate } from "../../src/app/simulate.js";
import { loadScenario } from "../../sims/index.js";

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** In the order of the table's columns. */
const COLUMNS = ["uncontrolled", "earliest-deadline", "optimizer-one-way", "optimizer"];

const rowOf = (label: string): string[] => {
  const row = readFileSync("README.md", "utf8")
    .split("\n")
    .find((line) => line.startsWith(`| ${label}`));
  return row?.match(/\d+ (?:CNY|kW|%)(?= \|)/g) ?? [];
};

it("tells of one night of the forty cars what a run of it brings, and every need is met", async () => {
  const [costs, peaks, shares]: string[][] = [[], [], []];
  for (const policy of COLUMNS) {
    const scenario = loadScenario(builtInScenario("jinan-community"), { seed: 1 });
    const { report } = await simulate({ scenario, mode: "direct", policy, log: SILENT });
    costs?.push(`${report.metrics.totalCost.toFixed(0)} CNY`);
    peaks?.push(`${report.metrics.peakKw.toFixed(0)} kW`);
    shares?.push(`${(100 * (report.metrics.valleyShare ?? 0)).toFixed(0)} %`);
    expect(report.metrics.servedShare).toBeCloseTo(1, 4);
  }
  expect(rowOf("cost of the cars")).toEqual(costs);
  expect(rowOf("peak of the site")).toEqual(peaks);
  expect(rowOf("share charged in valley")).toEqual(shares);
});
