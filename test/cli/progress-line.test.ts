/** Time left of work: by its pace so far, running down between steps, and nothing where it waits for others. */
import { expect, it } from "vitest";
import { createTimeLeft } from "../../src/cli/output.js";

/** `passed s: share` → what is left, s. */
const leftOf = (steps: readonly (readonly [number, number])[]): (number | null)[] => {
  const timeLeft = createTimeLeft();
  return steps.map(([passedS, share]) => {
    const leftMs = timeLeft(share, passedS * 1_000);
    return leftMs === null ? null : leftMs / 1_000;
  });
};

it("is by the pace so far", () => {
  expect(
    leftOf([
      [1, 0.1],
      [5, 0.5],
      [9, 0.9],
    ]),
  ).toEqual([expect.closeTo(9), 5, expect.closeTo(1)]);
});

it("runs down between steps, and is not known once the next is overdue", () => {
  expect(
    leftOf([
      [4, 0.5],
      [6, 0.5],
      [8, 0.5],
      [9, 0.5],
      [600, 0.5],
      [601, 0.75],
    ]),
  ).toEqual([4, 2, 0, null, null, expect.closeTo(200.33, 1)]);
});

it("is not guessed at the begin, nor said to be none before the end", () => {
  expect(
    leftOf([
      [1, 0],
      [2, 0.02],
      [3, 1],
    ]),
  ).toEqual([null, null, expect.closeTo(0.03, 2)]);
});
