import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/fixtures/longest-first.js";

/** Soak and fuzz runs: too long for `npm test`, run time-boxed in CI. */
export default defineConfig({
  test: {
    include: ["test/**/*.long.test.ts"],
    globalSetup: ["test/fixtures/seed.ts"],
    setupFiles: ["test/fixtures/random-laws.ts"],
    testTimeout: 600_000,
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
  },
});
