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

/** Both kernels go the same way: they differ by the order of sums alone. */
const agree = (problem: Problem): void => {
  const [plain, wasm] = [solved(problem, true), solved(problem, false)];
  expect(wasm.outcome.status).toBe(plain.outcome.status);
  if (plain.outcome.status !== "optimal") return;
  const size = Math.max(1, Math.abs(plain.outcome.objective));
  expect(Math.abs(wasm.outcome.objective - plain.outcome.objective)).toBeLessThan(2e-7 * size);
  expect(Math.abs(wasm.outcome.bound - plain.outcome.bound)).toBeLessThan(2e-7 * size);
  expect(Math.abs(wasm.outcome.iterations - plain.outcome.iterations)).toBeLessThanOrEqual(3);
};

test("WebAssembly and plain JavaScript take the same way to the same plan of a site's day", () => {
  const [plain, wasm] = [solved(siteDay(30), true), solved(siteDay(30), false)];
  expect(WebAssembly.validate(Buffer.from("AGFzbQEAAAA=", "base64"))).toBe(true);
  expect(wasm.fleet.columns.above.buffer).not.toBe(plain.fleet.columns.above.buffer);
  expect(wasm.fleet.columns.above.byteOffset).toBeGreaterThan(0);
  agree(siteDay(30));
  const loads = [plain, wasm].map((split) =>
    resultOf(split).result.chargeKw[0]?.map((kw) => Math.round(kw * 100) / 100),
  );
  expect(loads[1]).toEqual(loads[0]);
});

test.each([{ shape: SMALL }, { shape: { ...SMALL, maxSessions: 20, maxSlots: 48 } }])(
  "both agree on random problems of up to $shape.maxSlots slots",
  ({ shape }) => {
    fc.assert(fc.property(problemArb(shape), agree), { numRuns: 60 });
  },
);

/** Other versions of the compiler make other bytes of the same source. */
const hasCompiler = spawnSync("clang", ["--version"], { encoding: "utf8" }).stdout?.includes("version 14.");

test.skipIf(hasCompiler !== true)("what is checked in is what clang 14 makes of kernel.c", () => {
  const folder = mkdtempSync(join(tmpdir(), "kernel-"));
  try {
    const into = join(folder, "kernel-wasm.ts");
    execFileSync("bash", [join(FLEET, "kernel.sh"), into]);
    expect(readFileSync(into, "utf8")).toBe(readFileSync(join(FLEET, "kernel-wasm.ts"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
