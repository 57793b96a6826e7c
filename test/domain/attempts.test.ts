import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAttempts } from "../../src/domain/attempts.js";
import { MINUTE_MS } from "../../src/domain/units.js";

describe("failed attempts", () => {
  it("block a key within the window, and never longer, wherever the clock is put", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: -1e9, max: 1e9 }), (most, jump) => {
        const attempts = createAttempts(MINUTE_MS);
        for (let count = 0; count < most; count++) {
          expect(attempts.blockedUntilMs([["a", most]], 0)).toBeNull();
          attempts.failed("a", 0);
        }
        const untilMs = Math.abs(jump) < MINUTE_MS ? MINUTE_MS : null;
        expect(attempts.blockedUntilMs([["a", most]], jump)).toBe(untilMs);
        expect(
          attempts.blockedUntilMs(
            [
              ["b", 1],
              ["a", most],
            ],
            jump,
          ),
        ).toBe(untilMs);
        expect(attempts.blockedUntilMs([["b", most]], 0)).toBeNull();
      }),
    );
  });
});
