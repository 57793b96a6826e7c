import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/fixtures/longest-first.js";

const report = process.env.TEST_REPORT_FILE;
const NEVER = ["test/**/*.long.test.ts", "node_modules/**", "dist/**"];
/** Promises nothing in wall time. */
const CRASH = "test/end-to-end/crash.test.ts";

/**
 * Parts first, then whole evenings on a simulated clock, then end-to-end tests alone, one after the other:
 * these hold promises that are made in wall time.
 */
export default defineConfig({
  test: {
    globalSetup: ["test/fixtures/seed.ts", "test/fixtures/build.ts"],
    setupFiles: ["test/fixtures/random-laws.ts"],
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
          // A worker loads and compiles the program once, not once per file: half a second of each.
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
          include: ["test/simulated/*.test.ts", CRASH],
          exclude: NEVER,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "end to end",
          include: ["test/end-to-end/*.test.ts"],
          exclude: [...NEVER, CRASH],
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
