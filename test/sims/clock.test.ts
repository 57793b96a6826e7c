import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../src/ports/clock.js";

describe("the virtual clock", () => {
  it("runs timers by time, ties in order of setting, without those that were cancelled", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ delay: fc.integer({ min: 0, max: 20 }), cancelled: fc.boolean() }), {
          maxLength: 200,
        }),
        (timers) => {
          const clock = new VirtualClock(1000);
          const ran: number[] = [];
          const cancels = timers.map(({ delay }, index) => clock.after(delay, () => void ran.push(index)));
          timers.forEach(({ cancelled }, index) => {
            if (cancelled) cancels[index]?.();
          });
          while (clock.step(2000));
          const expected = timers
            .map((timer, index) => ({ ...timer, index }))
            .filter(({ cancelled }) => !cancelled)
            .sort((a, b) => a.delay - b.delay || a.index - b.index);
          expect(ran).toEqual(expected.map(({ index }) => index));
          expect(clock.now()).toBe(2000);
        },
      ),
    );
  });

  it("keeps order when timers set timers", () => {
    const clock = new VirtualClock(0);
    const ran: string[] = [];
    clock.after(10, () => {
      ran.push("a");
      clock.after(0, () => ran.push("a, later at once"));
    });
    clock.after(10, () => ran.push("b"));
    clock.after(5, () => clock.after(5, () => ran.push("c, set last")));
    while (clock.step(10));
    expect(ran).toEqual(["a", "b", "c, set last", "a, later at once"]);
  });

  it("stops at the given time and tells the next timer", () => {
    const clock = new VirtualClock(0);
    const cancel = clock.after(50, () => undefined);
    expect(clock.step(40)).toBe(false);
    expect([clock.now(), clock.nextMs()]).toEqual([40, 50]);
    cancel();
    expect(clock.nextMs()).toBe(null);
  });
});
