import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { feederDay, siteDay } from "../../../bench/site-day.js";
import type { Problem } from "../../../src/domain/problem.js";
import { loadWasm } from "../../../src/optimizer/solvers/structured/fleet/wasm.js";
import { solved } from "./kernels.js";

/** Passes that the second thread has taken; it is started by the first large problem. */
const taken = (): number => loadWasm(0)?.secondThread()?.taken() ?? 0;

/** Waits until the second thread takes passes of a problem. */
const readied = async (problem: Problem): Promise<void> => {
  for (let round = 0; round < 200; round++) {
    const before = taken();
    solved(problem, "threads");
    if (taken() > before) return;
    await sleep(50);
  }
  throw new Error("no second thread");
};

const LARGE: readonly [[string, Problem], [string, Problem]] = [
  ["one site, whose gate is in both halves", siteDay(400)],
  ["sites under a feeder, one of which is in both halves", feederDay(7, 420)],
];

describe("two threads", () => {
  beforeEach(({ skip }) => {
    if (availableParallelism() < 2) skip("a machine with one core has no second thread");
  });

  test.each(LARGE)("pass over %s with the same result to the last bit as one", async (_, problem) => {
    await readied(problem);
    const before = taken();
    const [two, after] = [solved(problem, "threads"), taken()];
    expect(after).toBeGreaterThan(before + 2 * two.outcome.iterations);
    const one = solved(problem, "one-thread");
    expect(taken()).toBe(after);
    expect(one.outcome).toEqual(two.outcome);
    expect(one.point).toEqual(two.point);
    expect(one.network.kept.above).toEqual(two.network.kept.above);
  });

  test("go on after a half that throws, step by step", async () => {
    const [[, problem]] = LARGE;
    await readied(problem);
    const wasm = loadWasm(4_096);
    const thread = wasm?.secondThread();
    const at = wasm?.store.ints(64).byteOffset ?? 0;
    const throwing = {
      here: () => {
        throw new Error("this half");
      },
      instead: () => undefined,
    };
    expect(() => thread?.both("predict", [at, 0, 0], throwing)).toThrow("this half");
    const before = taken();
    expect(solved(problem, "threads").outcome).toEqual(solved(problem, "one-thread").outcome);
    expect(taken()).toBeGreaterThan(before);
  });

  test("are one again when the second ends, and two when another has started", async () => {
    const [[, problem]] = LARGE;
    await readied(problem);
    const one = solved(problem, "one-thread").outcome;
    loadWasm(0)?.secondThread()?.end();
    for (let round = 0; round < 5; round++) {
      expect(solved(problem, "threads").outcome).toEqual(one);
      await sleep(100);
    }
    await readied(problem);
    expect(solved(problem, "threads").outcome).toEqual(one);
  });

  test.each(LARGE)("take the same way as plain JavaScript: %s", (_, problem) => {
    const [plain, wasm] = [solved(problem, "plain"), solved(problem, "threads")];
    expect(wasm.outcome.status).toBe("optimal");
    const apart = Math.abs(wasm.outcome.objective - plain.outcome.objective);
    expect(apart).toBeLessThan(1e-8 * Math.abs(plain.outcome.objective));
    expect(Math.abs(wasm.outcome.iterations - plain.outcome.iterations)).toBeLessThanOrEqual(2);
  });
});
