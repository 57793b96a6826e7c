/** What wakes a site: what comes first, and the same cause no more often than others can bear. */
import { expect, it } from "vitest";
import { createWakes } from "../../src/control/wakes.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";

const stage = () => {
  const woken: [number | null, string][] = [];
  const wakes = createWakes({ wake: (atMs, cause) => void woken.push([atMs, cause]) });
  return { wakes, last: () => woken.at(-1) };
};

it("is what comes first, or nothing", () => {
  const { wakes, last } = stage();
  wakes.next([
    { cause: "departure", atMs: 900 },
    { cause: "retry", atMs: 300 },
    { cause: "event-change", atMs: null },
  ]);
  expect(last()).toEqual([300, "retry"]);
  wakes.next([{ cause: "departure", atMs: null }]);
  expect(last()).toEqual([null, ""]);
});

it("is no price for each second: a minute lies between passes for events, ten seconds between those for silent stations", () => {
  const { wakes, last } = stage();
  wakes.began(["slot", "event-change"], 0);
  wakes.next([{ cause: "event-change", atMs: SECOND_MS }]);
  expect(last()).toEqual([MINUTE_MS, "event-change"]);
  wakes.began(["retry"], 5 * SECOND_MS);
  wakes.next([
    { cause: "event-change", atMs: SECOND_MS },
    { cause: "retry", atMs: 6 * SECOND_MS },
  ]);
  expect(last()).toEqual([15 * SECOND_MS, "retry"]);
  wakes.began(["answer"], 20 * SECOND_MS);
  wakes.next([{ cause: "retry", atMs: 21 * SECOND_MS }]);
  expect(last()).toEqual([21 * SECOND_MS, "retry"]);
});
