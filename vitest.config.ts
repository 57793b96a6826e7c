import { defineConfig } from "vitest/config";

const report = process.env.TEST_REPORT_FILE;
const NEVER = ["test/**/*.long.test.ts", "node_modules/**", "dist/**"];

/** End-to-end tests run alone, one after the other: some hold promises that are made in wall time. */
export default defineConfig({
  test: {
    globalSetup: ["test/fixtures/build.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: 2,
    reporters: report === undefined ? ["default"] : ["default", ["json", { outputFile: report }]],
    projects: [
      {
        extends: true,
        test: {
          name: "parts",
          include: ["test/**/*.test.ts"],
          exclude: [...NEVER, "test/end-to-end/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "end to end",
          include: ["test/end-to-end/*.test.ts"],
          exclude: NEVER,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
