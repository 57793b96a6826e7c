/** When a site plans: what cannot wait begins a pass at once, but what passes themselves bring about never has them begin for ever. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createSiteLoop } from "../../src/control/site-loop.js";
import { VirtualClock } from "../../src/ports/clock.js";

const GATHER_MS = 2_000;

/** The moments at which passes began; each pass does what `during` says. */
const stage = (during: (loop: ReturnType<typeof createSiteLoop>, atMs: number) => void) => {
  const clock = new VirtualClock(1);
  const beganMs: number[] = [];
  const loop = createSiteLoop({
    clock,
    gatherMs: GATHER_MS,
    turns: (run) => run(),
    cycle: async () => {
      beganMs.push(clock.now());
      // Bounded, so that a fault ends.
      if (beganMs.length < 1_000) during(loop, clock.now());
    },
  });
  const goTo = async (untilMs: number): Promise<void> => {
    do await new Promise(setImmediate);
    while (clock.step(untilMs));
  };
  return { loop, beganMs, goTo };
};

it("begins a pass at once where something cannot wait, and after the delay where it can", async () => {
  const { loop, beganMs, goTo } = stage(() => undefined);
  loop.start();
  await goTo(3_000);
  loop.hurry("refused");
  await goTo(4_000);
  loop.trigger("arrival");
  await goTo(10_000);
  expect(beganMs).toEqual([2_001, 3_000, 6_000]);
});

it.each([1, 60_000])("passes that hurry for ever go on at the pace of gathering (%i ms)", async (untilMs) => {
  const { loop, beganMs, goTo } = stage(() => loop.hurry("refused"));
  loop.start();
  await goTo(2_001 + untilMs);
  const delays = 1 + Math.floor(untilMs / GATHER_MS);
  expect(beganMs.length).toBeGreaterThan(delays);
  expect(beganMs.length).toBeLessThanOrEqual(4 * delays);
});

it("no hurry is lost: a pass begins within the delay of each", async () => {
  const hurries = fc.array(fc.integer({ min: 3_000, max: 20_000 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(hurries, async (moments) => {
      const { loop, beganMs, goTo } = stage(() => undefined);
      loop.start();
      for (const atMs of moments.toSorted((a, b) => a - b)) {
        await goTo(atMs);
        loop.hurry("gone");
      }
      await goTo(30_000);
      const unheard = moments.filter(
        (atMs) => !beganMs.some((began) => began >= atMs && began <= atMs + GATHER_MS),
      );
      expect(unheard).toEqual([]);
    }),
  );
});
