import { afterEach, describe, expect, it } from "vitest";
import type { PlanProgress } from "../../src/app.js";
import { say } from "../../src/cli/output.js";
import { planProgressText, planReporter } from "../../src/cli/plan-progress.js";

/** What is written to a screen of which the clock moves by so many ms at every look. */
const written = (isTerminal: boolean, asked: boolean, stepMs = 600): string[] => {
  const lines: string[] = [];
  let nowMs = 0;
  const clockMs = (): number => (nowMs += stepMs);
  const reporter = planReporter(asked, { isTerminal, write: (text) => void lines.push(text), clockMs });
  const progress: PlanProgress[] = [
    { stage: "solve" },
    { stage: "solve", iteration: 0, gap: 1 },
    { stage: "solve", iteration: 4, gap: 1e-3 },
    { stage: "round", share: 0.5 },
    { stage: "verify" },
  ];
  for (const one of progress) reporter.at(one);
  reporter.done();
  return lines;
};

afterEach(() => say.quiet(false));

describe("progress of a plan", () => {
  it("is one line on a terminal, rewritten and taken away at the end, without colour", () => {
    const lines = written(true, false);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.at(-1)).toBe("\r\u001b[K");
    for (const line of lines) {
      expect(line.startsWith("\r")).toBe(true);
      expect(line.split("\u001b")).toEqual([expect.not.stringContaining("\n"), "[K"]);
    }
  });

  it("is nothing where stderr is no terminal, unless it is asked for: then a line at every stage", () => {
    expect(written(false, false)).toEqual([]);
    const lines = written(false, true);
    expect(lines.join("")).toMatch(/^solving[^\n]*\nrounding 50 %[^\n]*\nverifying\n$/);
  });

  it("is nothing with --quiet, and nothing for work of less than a second", () => {
    expect(written(false, true, 100)).toEqual([]);
    say.quiet(true);
    expect(written(true, true)).toEqual([]);
  });

  it("tells iterations with their gap and rate, and the time left by the powers of ten behind", () => {
    const solve: PlanProgress = { stage: "solve", iteration: 12, gap: 1e-3 };
    expect(planProgressText(solve, 6_000, 1)).toBe(
      "solving · iteration 12 · gap 1.0e-3 · 2.0 iterations/s · about 12 s left",
    );
    expect(planProgressText({ stage: "round", share: 0.25 }, 2_000, 0)).toBe(
      "rounding 25 % · about 6 s left",
    );
    expect(planProgressText({ stage: "round", share: 0.01 }, 2_000, 0)).toBe("rounding 1 %");
  });
});
