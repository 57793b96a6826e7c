import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/fixtures/longest-first.js";

const report = process.env.TEST_REPORT_FILE;
const NEVER = ["test/**/*.long.test.ts", "node_modules/**", "dist/**"];
/** Holds promises that are made in wall time. */
const ALONE = "test/end-to-end/demo.test.ts";

/**
 * Parts first; then whole evenings on a simulated clock and the program as its user runs it; then alone what
 * is measured in wall time. A worker loads and compiles the program once, not once per file: half a second of
 * each of the small ones, two to three of the evenings.
 */
export default defineConfig({
  test: {
    globalSetup: ["test/fixtures/seed.ts", "test/fixtures/build.ts"],
    setupFiles: ["test/fixtures/random-laws.ts", "test/fixtures/cpu-meter.ts"],
    // Tests promise nothing in time: this ends what hangs, also on a machine that does ten other things.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          isolate: false,
          include: ["test/**/*.test.ts"],
          exclude: [...NEVER, "test/simulated/**", "test/end-to-end/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "simulated",
          isolate: false,
          include: ["test/simulated/*.test.ts", "test/end-to-end/*.test.ts"],
          exclude: [...NEVER, ALONE],
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "end to end",
          include: [ALONE],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
