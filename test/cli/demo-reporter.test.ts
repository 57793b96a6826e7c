import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { siteLine } from "../../src/cli/demo-reporter.js";
import { fixed } from "../../src/domain/figures.js";
import { DAY_MS } from "../../src/domain/units.js";
import { communityLive } from "../server/community.js";

describe("figures in a terminal", () => {
  it("never show a signed nothing, and otherwise what toFixed shows", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ min: -1, max: 1, noNaN: true }),
          fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        ),
        fc.integer({ min: 0, max: 3 }),
        (value, digits) => {
          const text = fixed(value, digits);
          expect(text).not.toMatch(/^-0(\.0*)?$/);
          expect(Number(text)).toBeCloseTo(Number(value.toFixed(digits)), 9);
        },
      ),
    );
  });
});

describe("the demonstration's line", () => {
  const live = communityLive();

  it("tells the money since the start, and from the second day on that of the latest cars", () => {
    const [day] = live.savings.days;
    if (day === undefined) throw new Error("the community has no day");
    expect(siteLine(live)).toContain("saved 75.46 CNY");
    expect(siteLine(live)).not.toContain("of it");
    const next = { startMs: day.startMs + DAY_MS, saved: -0.001, deliveredKwh: 0 };
    const later = { ...live, savings: { ...live.savings, days: [day, next] } };
    expect(siteLine(later)).toContain("saved 75.46 CNY, 0.00 of it with Tuesday's cars");
  });

  it("says that the site has not been measured rather than that it draws nothing", () => {
    expect(siteLine({ ...live, measured: null })).toContain("site not measured yet, limit 150.0 kW");
  });
});
