import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { siteDay } from "../../../bench/site-day.js";
import type { Problem } from "../../../src/domain/problem.js";
import { resultOf } from "../../../src/optimizer/solvers/structured/fleet/result.js";
import { solveSplit, type Split } from "../../../src/optimizer/solvers/structured/fleet/solve.js";
import { problemArb, SMALL } from "../problems.js";

const FLEET = new URL("../../../src/optimizer/solvers/structured/fleet/", import.meta.url).pathname;

const solved = (problem: Problem, isPlain: boolean): Split => {
  const split = solveSplit(problem, () => 60_000, isPlain);
  if (split === null) throw new Error("no point fits");
  return split;
};

/** Both kernels go the same way: they differ by the order of sums alone. False: neither comes to an end. */
const agree = (problem: Problem): boolean => {
  const [plain, wasm] = [solved(problem, true), solved(problem, false)];
  if (plain.outcome.status !== "optimal" && wasm.outcome.status !== "optimal") return false;
  expect([plain.outcome.status, wasm.outcome.status]).toEqual(["optimal", "optimal"]);
  const size = Math.max(1, Math.abs(plain.outcome.objective));
  expect(Math.abs(wasm.outcome.objective - plain.outcome.objective)).toBeLessThan(2e-7 * size);
  expect(Math.abs(wasm.outcome.bound - plain.outcome.bound)).toBeLessThan(2e-7 * size);
  return true;
};

test("WebAssembly and plain JavaScript take the same way to the same plan of a site's day", () => {
  const [plain, wasm] = [solved(siteDay(30), true), solved(siteDay(30), false)];
  // Only in the memory of the module do arrays lie side by side.
  expect(plain.fleet.columns.above.byteOffset).toBe(0);
  expect(wasm.fleet.columns.above.byteOffset).toBeGreaterThan(0);
  expect(wasm.outcome.iterations).toBe(plain.outcome.iterations);
  const loads = [plain, wasm].map((split) =>
    resultOf(split).result.chargeKw.map((row) => row.map((kw) => Math.round(kw * 100) / 100)),
  );
  expect(loads[1]).toEqual(loads[0]);
});

test.each([{ shape: SMALL }, { shape: { ...SMALL, maxSessions: 20, maxSlots: 48 } }])(
  "both agree on random problems of up to $shape.maxSlots slots",
  ({ shape }) => {
    let ended = 0;
    fc.assert(
      fc.property(problemArb(shape), (problem) => {
        // Storages are no matter of kernels, and take half of the time.
        if (agree({ ...problem, storages: [] })) ended++;
      }),
      { numRuns: 60 },
    );
    expect(ended).toBeGreaterThanOrEqual(58);
  },
);

/** Other versions of the compiler make other bytes of the same source. */
const version = spawnSync("clang", ["--version"], { encoding: "utf8" }).stdout ?? "";
const hasCompiler = version.includes("version 14.");

test.skipIf(!hasCompiler)("what is checked in is what clang 14 makes of kernel.c", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernel-"));
  try {
    const into = join(folder, "kernel-wasm.ts");
    execFileSync("bash", [join(FLEET, "kernel.sh"), into]);
    expect(readFileSync(into, "utf8")).toBe(readFileSync(join(FLEET, "kernel-wasm.ts"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
