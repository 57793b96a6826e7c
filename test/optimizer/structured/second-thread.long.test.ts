import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { siteDay } from "../../../bench/site-day.js";
import { loadWasm } from "../../../src/optimizer/solvers/structured/fleet/wasm.js";
import { solved } from "./kernels.js";

const HOGS = 3;
const ROUNDS = 40;

test("two threads agree to the last bit with one however late each of them runs", async () => {
  const problem = siteDay(330, 4);
  const one = solved(problem, "one-thread").outcome;
  // More threads than the machine has cores: any of them is stopped at any instruction, for milliseconds.
  const hogs = Array.from({ length: HOGS }, () => new Worker("for (;;);", { eval: true }));
  try {
    for (let round = 0; round < ROUNDS; round++) expect(solved(problem, "threads").outcome).toEqual(one);
    expect(loadWasm(0)?.secondThread()?.taken()).toBeGreaterThan(ROUNDS);
  } finally {
    await Promise.all(hogs.map((hog) => hog.terminate()));
  }
});
