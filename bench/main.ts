import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { Bench, BenchResult } from "./bench.js";
import { csms } from "./csms.js";
import { fanout } from "./fanout.js";
import { loop } from "./loop.js";
import { optimizer } from "./optimizer.js";
import { plan } from "./plan.js";
import { rounding } from "./rounding.js";
import { siteDay } from "./site-day.js";
import { soak } from "./soak.js";
import { warm } from "./warm.js";

/** Every benchmark by its name. */
const BENCHES: Readonly<Record<string, Bench>> = {
  csms,
  fanout,
  loop,
  optimizer,
  plan,
  rounding,
  soak,
  warm,
};

const USAGE = `npm run -s bench -- NAME [--quick] [--json] [--record]
NAME is one of: ${Object.keys(BENCHES).join(", ")}; --record writes bench/results/NAME.json
npm run -s bench -- problem SESSIONS [SEED] > FILE: a day of a site as a problem file for \`youxu plan\``;

const machine = () => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
});

const table = ({ rows }: BenchResult): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  "))
    .join("\n");
};

const shown = (value: number | string | undefined): string =>
  typeof value === "number" ? numeral(value) : (value ?? "");

/** Small numbers keep their digits. */
const numeral = (value: number): string => {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) < 0.1 ? value.toExponential(1) : value.toFixed(1);
};

const [name = "", ...flags] = process.argv.slice(2);
const bench = BENCHES[name];
const sessions = Number(flags[0]);
if (name === "problem" && Number.isInteger(sessions) && sessions > 0) {
  process.stdout.write(JSON.stringify(siteDay(sessions, Number(flags[1] ?? 1))));
} else if (bench === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const rows = await bench({ quick: flags.includes("--quick"), say: (text) => console.error(text) });
  const result = { bench: name, machine: machine(), rows };
  console.log(flags.includes("--json") ? JSON.stringify(result) : table(result));
  if (flags.includes("--record")) {
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(`bench/results/${name}.json`, `${JSON.stringify({ date, ...result }, null, 2)}\n`);
  }
}
