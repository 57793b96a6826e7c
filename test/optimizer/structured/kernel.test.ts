import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { siteDay } from "../../../bench/site-day.js";
import { resultOf } from "../../../src/optimizer/solvers/structured/fleet/result.js";
import { SMALL } from "../problems.js";
import { kernelsAgree, solved } from "./kernels.js";

const FLEET = new URL("../../../src/optimizer/solvers/structured/fleet/", import.meta.url).pathname;

test.each([30, 250])(
  "WebAssembly and plain JavaScript take the same way to the same plan of a site's day of %d cars",
  (cars) => {
    const [plain, wasm] = [solved(siteDay(cars), "plain"), solved(siteDay(cars), "threads")];
    // Only in the memory of the module do arrays lie side by side.
    expect(plain.fleet.sums.pullIn.byteOffset).toBe(0);
    expect(wasm.fleet.sums.pullIn.byteOffset).toBeGreaterThan(0);
    expect(wasm.outcome.iterations).toBe(plain.outcome.iterations);
    const loads = [plain, wasm].map((split) =>
      resultOf(split).result.chargeKw.map((row) => row.map((kw) => Math.round(kw * 100) / 100)),
    );
    expect(loads[1]).toEqual(loads[0]);
  },
);

/** Hundreds of the larger ones: `kernel.long.test.ts`. */
kernelsAgree([
  { runs: 60, mostUnended: 2, shape: { ...SMALL, maxSessions: 12 }, by: "split" },
  { runs: 60, mostUnended: 2, shape: SMALL },
  { runs: 20, mostUnended: 1, shape: { ...SMALL, maxSessions: 20, maxSlots: 48 } },
]);

/** Other versions of the compiler make other bytes of the same source. */
const version = spawnSync("clang", ["--version"], { encoding: "utf8" }).stdout ?? "";
const hasCompiler = version.includes("version 14.");

test("what is checked in is what clang 14 makes of kernel.c", ({ skip }) => {
  if (!hasCompiler) skip("clang 14 is not here");
  const folder = mkdtempSync(join(tmpdir(), "kernel-"));
  try {
    const into = join(folder, "kernel-wasm.ts");
    execFileSync("bash", [join(FLEET, "kernel.sh"), into]);
    expect(readFileSync(into, "utf8")).toBe(readFileSync(join(FLEET, "kernel-wasm.ts"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
