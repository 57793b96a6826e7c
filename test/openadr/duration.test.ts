import { assert, integer, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { addDuration, parseDuration } from "../../src/openadr/timeline/duration.js";

const after = (start: string, duration: string): string | null => {
  const parsed = parseDuration(duration);
  const endMs = parsed === null ? Number.NaN : addDuration(Date.parse(start), parsed);
  return endMs === null ? null : new Date(endMs).toISOString();
};

describe("a duration", () => {
  it.each([
    ["2026-06-01T17:00:00Z", "PT1H30M", "2026-06-01T18:30:00.000Z"],
    ["2026-06-01T17:00:00Z", "PT0.5S", "2026-06-01T17:00:00.500Z"],
    ["2026-06-01T17:00:00Z", "-PT15M", "2026-06-01T16:45:00.000Z"],
    ["2026-06-01T17:00:00Z", "P1D", "2026-06-02T17:00:00.000Z"],
    ["2026-06-01T17:00:00Z", "P2W", "2026-06-15T17:00:00.000Z"],
    ["2026-06-01T17:00:00Z", "P1DT2H", "2026-06-02T19:00:00.000Z"],
    ["2026-01-31T12:00:00Z", "P1M", "2026-02-28T12:00:00.000Z"],
    ["2028-01-31T12:00:00Z", "P1M", "2028-02-29T12:00:00.000Z"],
    ["2028-02-29T00:00:00Z", "P1Y", "2029-02-28T00:00:00.000Z"],
    ["2026-11-15T00:00:00Z", "P3M", "2027-02-15T00:00:00.000Z"],
    ["2026-02-15T00:00:00Z", "-P3M", "2025-11-15T00:00:00.000Z"],
  ])("%s + %s = %s", (start, duration, end) => {
    expect(after(start, duration)).toBe(end);
  });

  it.each(["P9999Y", "P10000Y"])("%s is for ever", (duration) => {
    expect(after("2026-06-01T17:00:00Z", duration)).toBeNull();
  });

  it.each(["", "P", "PT", "1H", "PT1", "P1H", "PT1D", "P1D1W", "PT-1H", "PT1H ", "pt1h", "P1.5D"])(
    "%j is none",
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );

  it("adds up from its parts", () => {
    const part = integer({ min: 0, max: 10_000 });
    assert(
      property(part, part, part, part, (days, hours, minutes, seconds) => {
        const parsed = parseDuration(`P${days}DT${hours}H${minutes}M${seconds}S`);
        expect(parsed).toEqual({
          months: 0,
          ms: (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000,
          infinite: false,
        });
      }),
    );
  });
});
