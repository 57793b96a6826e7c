/**
 * The interval algebra of OpenADR 3.1 as readable tables: each row is what an event says and how it
 * lies on the clock of 1 June 2026, UTC. `now` is 17:20.
 */
import { assert, array, integer, option, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { type EventTimes, expandTimeline, type Timeline } from "../../src/openadr/timeline/timeline.js";

const DAY = Date.UTC(2026, 5, 1);
const HOUR = 3_600_000;
const at = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(":").map(Number);
  return DAY + hours * HOUR + minutes * 60_000;
};
const clockOf = (ms: number | null): string => {
  if (ms === null) return "…";
  const day = Math.floor((ms - DAY) / (24 * HOUR));
  return `${day === 0 ? "" : `${day}d `}${new Date(ms).toISOString().slice(11, 16)}`;
};

const NOW = at("17:20");
const expand = (
  event: EventTimes,
  change: { fromMs?: number; draw?: (index: number) => number } = {},
): Timeline => expandTimeline(event, { nowMs: NOW, fromMs: NOW, draw: () => 0.5, ...change });

/** `0 17:00–18:00 | 1 18:00–19:00`, values behind a colon where there are any. */
const drawn = ({ intervals }: Timeline): string =>
  intervals
    .map(({ id, startMs, endMs, payloads }) => {
      const values = payloads.flatMap((payload) => payload.values);
      return `${id} ${clockOf(startMs)}–${clockOf(endMs)}${values.length === 0 ? "" : `: ${values.join(",")}`}`;
    })
    .join(" | ");

type Posted = NonNullable<EventTimes["intervals"]>[number];
type Period = NonNullable<EventTimes["intervalPeriod"]>;

const own = (id: number, intervalPeriod?: Period): Posted => ({ id, intervalPeriod, payloads: [] });
const start = (clock: string): string => `2026-06-01T${clock}:00Z`;
const three = [own(0), own(1), own(2)];
const hourly = { start: start("17:00"), duration: "PT1H" };

const table: [string, EventTimes, string][] = [
  ["no interval", { intervalPeriod: hourly }, ""],
  ["the event's period for one interval", { intervalPeriod: hourly, intervals: [own(0)] }, "0 17:00–18:00"],
  [
    "contiguous intervals",
    { intervalPeriod: hourly, intervals: three },
    "0 17:00–18:00 | 1 18:00–19:00 | 2 19:00–20:00",
  ],
  [
    "ids as the client gave them, not in order",
    { intervalPeriod: hourly, intervals: [own(7), own(3)] },
    "7 17:00–18:00 | 3 18:00–19:00",
  ],
  [
    "a duration of its own, the start from the event",
    { intervalPeriod: hourly, intervals: [own(0, { duration: "PT15M" }), own(1)] },
    "0 17:00–17:15 | 1 17:15–18:15",
  ],
  [
    "a start of its own, the duration from the event: a gap",
    { intervalPeriod: hourly, intervals: [own(0), own(1, { start: start("20:00") }), own(2)] },
    "0 17:00–18:00 | 1 20:00–21:00 | 2 21:00–22:00",
  ],
  [
    "everything its own",
    { intervals: [own(0, { start: start("18:00"), duration: "PT5M" })] },
    "0 18:00–18:05",
  ],
  [
    "an offset in the start",
    { intervalPeriod: { start: "2026-06-02T01:00:00+08:00", duration: "PT1H" }, intervals: [own(0)] },
    "0 17:00–18:00",
  ],
  [
    "no duration: open-ended",
    { intervalPeriod: { start: start("17:00") }, intervals: [own(0)] },
    "0 17:00–…",
  ],
  [
    "no duration, but a successor with a start: until there",
    { intervals: [own(0, { start: start("17:00") }), own(1, { start: start("19:00") })] },
    "0 17:00–19:00 | 1 19:00–…",
  ],
  [
    "P9999Y: infinite",
    { intervalPeriod: { start: start("17:00"), duration: "P9999Y" }, intervals: [own(0)] },
    "0 17:00–…",
  ],
  [
    "0001-01-01: now",
    { intervalPeriod: { start: "0001-01-01", duration: "PT1H" }, intervals: three },
    "0 17:20–18:20 | 1 18:20–19:20 | 2 19:20–20:20",
  ],
  [
    "0001-01-01T00:00:00Z, the form of 3.0: now",
    { intervalPeriod: { start: "0001-01-01T00:00:00Z", duration: "PT1H" }, intervals: [own(0)] },
    "0 17:20–18:20",
  ],
  [
    "0001-01-01T00:00:00 without zone: now",
    { intervalPeriod: { start: "0001-01-01T00:00:00", duration: "PT1H" }, intervals: [own(0)] },
    "0 17:20–18:20",
  ],
  [
    "0001-01-01 of a later interval: directly after the previous",
    { intervalPeriod: hourly, intervals: [own(0), own(1, { start: "0001-01-01", duration: "PT5M" })] },
    "0 17:00–18:00 | 1 18:00–18:05",
  ],
  [
    "in the past but running: as it is",
    { intervalPeriod: { start: start("16:00"), duration: "PT1H" }, intervals: three },
    "0 16:00–17:00 | 1 17:00–18:00 | 2 18:00–19:00",
  ],
  [
    "posted out of order: by start",
    { intervals: [own(0, { start: start("20:00"), duration: "PT1H" }), own(1, hourly)] },
    "1 17:00–18:00 | 0 20:00–21:00",
  ],
  [
    "overlapping: the later-starting takes over",
    {
      intervals: [
        own(0, { start: start("17:00"), duration: "PT3H" }),
        own(1, { start: start("18:00"), duration: "PT1H" }),
      ],
    },
    "0 17:00–18:00 | 1 18:00–19:00",
  ],
  [
    "event.duration shorter: cut",
    { duration: "PT90M", intervalPeriod: hourly, intervals: three },
    "0 17:00–18:00 | 1 18:00–18:30",
  ],
  [
    "event.duration longer: looped, the last cut",
    { duration: "PT270M", intervalPeriod: hourly, intervals: three },
    "0 17:00–18:00 | 1 18:00–19:00 | 2 19:00–20:00 | 0 20:00–21:00 | 1 21:00–21:30",
  ],
  [
    "looped with its gap",
    {
      duration: "PT5H",
      intervals: [own(0, hourly), own(1, { start: start("19:00"), duration: "PT30M" })],
    },
    "0 17:00–18:00 | 1 19:00–19:30 | 0 19:30–20:30 | 1 21:30–22:00",
  ],
  [
    "event.duration ends what has no end",
    { duration: "PT2H", intervalPeriod: { start: start("17:00") }, intervals: [own(0)] },
    "0 17:00–19:00",
  ],
  [
    "event.duration PT0S, the description's default: none",
    { duration: "PT0S", intervalPeriod: hourly, intervals: [own(0)] },
    "0 17:00–18:00",
  ],
  [
    "an interval's PT0S: none of its own, so the event's holds",
    { intervalPeriod: hourly, intervals: [own(0, { duration: "PT0S" }), own(1, { duration: "PT30M" })] },
    "0 17:00–18:00 | 1 18:00–18:30",
  ],
  [
    "PT0S everywhere: until the event ends",
    {
      duration: "PT2H",
      intervalPeriod: { start: start("17:00"), duration: "PT0S" },
      intervals: [own(0, { duration: "P0D" })],
    },
    "0 17:00–19:00",
  ],
];

describe("a timeline", () => {
  it.each(table)("%s", (_, event, expected) => {
    expect(drawn(expand(event))).toBe(expected);
  });

  it.each<[string, Posted["payloads"], string]>([
    [
      "of four values splits the hour",
      [{ type: "PRICE", values: [1, 2, 3, 4] }],
      "0 17:00–17:15: 1 | 0 17:15–17:30: 2 | 0 17:30–17:45: 3 | 0 17:45–18:00: 4",
    ],
    [
      "of two values beside one that holds for both",
      [
        { type: "PRICE", values: [1, 2] },
        { type: "IMPORT_CAPACITY_LIMIT", values: [40] },
      ],
      "0 17:00–17:30: 1,40 | 0 17:30–18:00: 2,40",
    ],
    ["of a type that we do not know is left whole", [{ type: "OLS", values: [1, 2] }], "0 17:00–18:00: 1,2"],
  ])("whose payload %s", (_, payloads, expected) => {
    expect(drawn(expand({ intervalPeriod: hourly, intervals: [{ id: 0, payloads }] }))).toBe(expected);
  });

  it("cuts the parts of a split interval where the next begins", () => {
    const intervals = [
      { id: 0, intervalPeriod: hourly, payloads: [{ type: "PRICE", values: [1, 2] }] },
      own(1, { start: start("17:20"), duration: "PT5M" }),
    ];
    expect(drawn(expand({ intervals }))).toBe("0 17:00–17:20: 1 | 1 17:20–17:25");
  });
});

describe("a loop that never ends", () => {
  const event: EventTimes = { duration: "P9999Y", intervalPeriod: hourly, intervals: [own(0), own(1)] };

  it("is laid out from the running round on, as far as a horizon", () => {
    const timeline = expand(event, { fromMs: at("21:30") });
    expect(drawn({ ...timeline, intervals: timeline.intervals.slice(0, 3) })).toBe(
      "0 21:00–22:00 | 1 22:00–23:00 | 0 23:00–1d 00:00",
    );
    expect(timeline.endMs).toBeNull();
    expect(timeline.laidUntilMs).toBe(timeline.intervals.at(-1)?.endMs);
    expect(timeline.laidUntilMs).toBeGreaterThan(at("21:30") + 40 * 24 * HOUR);
  });

  it("is never laid out in more than ten thousand intervals", () => {
    const seconds = { ...event, intervalPeriod: { ...hourly, duration: "PT1S" } };
    expect(expand(seconds).intervals.length).toBeLessThanOrEqual(10_000);
  });
});

const LATEST = 1 - 2 ** -53;
const early = (index: number): number => (index === 2 ? LATEST : 0);
const late = (index: number): number => (index === 0 ? LATEST : 0);

describe("randomizeStart", () => {
  const random = { ...hourly, randomizeStart: "PT10M" };

  it("shifts a run of contiguous intervals by one draw", () => {
    expect(drawn(expand({ intervalPeriod: random, intervals: three }, { draw: early }))).toBe(
      "0 16:50–17:50 | 1 17:50–18:50 | 2 18:50–19:50",
    );
  });

  it("draws again for a run behind a gap", () => {
    const intervals = [own(0), own(1), own(2, { start: start("20:00") })];
    expect(drawn(expand({ intervalPeriod: random, intervals }, { draw: early }))).toBe(
      "0 16:50–17:50 | 1 17:50–18:50 | 2 20:10–21:10",
    );
  });

  it("never lets a run begin before the one before it has ended", () => {
    const intervals = [own(0), own(1, { start: start("18:05") })];
    expect(drawn(expand({ intervalPeriod: random, intervals }, { draw: late }))).toBe(
      "0 17:10–18:10 | 1 18:10–19:10",
    );
  });

  it("stays within its range whatever is drawn", () => {
    const unit = integer({ min: 0, max: 999 });
    assert(
      property(unit, (thousandths) => {
        const [first] = expand(
          { intervalPeriod: random, intervals: [own(0)] },
          { draw: () => thousandths / 1000 },
        ).intervals;
        expect(Math.abs((first?.startMs ?? 0) - at("17:00"))).toBeLessThanOrEqual(600_000);
        expect((first?.endMs ?? 0) - (first?.startMs ?? 0)).toBe(HOUR);
      }),
    );
  });
});

describe("times that cannot be", () => {
  it.each<[string, EventTimes, string, string]>([
    [
      "no start anywhere",
      { intervals: [own(0, { duration: "PT1H" })] },
      "event.start",
      "intervals[0].intervalPeriod.start",
    ],
    [
      "following what never ends",
      { intervalPeriod: { start: start("17:00") }, intervals: [own(0), own(1)] },
      "event.start",
      "intervals[1].intervalPeriod.start",
    ],
    [
      "an end before the beginning",
      { intervalPeriod: { start: start("17:00"), duration: "-PT1H" }, intervals: [own(0)] },
      "event.duration",
      "intervalPeriod.duration",
    ],
    [
      "two that begin together",
      { intervals: [own(0, hourly), own(1, hourly)] },
      "event.overlap",
      "intervals[1].intervalPeriod.start",
    ],
    [
      "an infinite random shift",
      { intervalPeriod: { ...hourly, randomizeStart: "P9999Y" }, intervals: [own(0)] },
      "event.duration",
      "intervalPeriod.randomizeStart",
    ],
    [
      "a negative event",
      { duration: "-PT1H", intervalPeriod: hourly, intervals: [own(0)] },
      "event.duration",
      "duration",
    ],
  ])("%s are refused with the place", (...[, event, code, place]) => {
    expect(() => expand(event)).toThrow(expect.objectContaining({ code, place }));
  });

  it.each<[string, Posted, string]>([
    [
      "different numbers of values",
      {
        id: 0,
        intervalPeriod: hourly,
        payloads: [
          { type: "PRICE", values: [1, 2] },
          { type: "EXPORT_PRICE", values: [1, 2, 3] },
        ],
      },
      "intervals[0].payloads[0].values",
    ],
    [
      "several values for ever",
      { id: 0, intervalPeriod: { start: start("17:00") }, payloads: [{ type: "PRICE", values: [1, 2] }] },
      "intervals[0].payloads",
    ],
  ])("%s are refused with the place", (_, interval, place) => {
    expect(() => expand({ intervals: [interval] })).toThrow(
      expect.objectContaining({ code: "event.payload", place, message: expect.stringMatching(/split/) }),
    );
  });
});

const minutes = (most: number) => integer({ min: 1, max: most });

describe("any timeline", () => {
  const posted = array(
    record({ length: option(minutes(180)), gap: option(minutes(120)), values: integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 8 },
  );

  it("is in order, without overlap, and fills event.duration exactly where it has no gaps", () => {
    assert(
      property(
        posted,
        option(minutes(3000)),
        integer({ min: 0, max: 999 }),
        (drawnIntervals, total, draw) => {
          const hasGap = drawnIntervals.some(({ gap }, index) => index > 0 && gap !== null);
          let clock = at("17:00");
          const intervals = drawnIntervals.map(({ length, gap, values }, id) => {
            clock += id > 0 && gap !== null ? gap * 60_000 : 0;
            const period = {
              ...(id === 0 || gap !== null ? { start: new Date(clock).toISOString() } : {}),
              ...(length === null ? {} : { duration: `PT${length}M` }),
            };
            clock += (length ?? 60) * 60_000;
            return {
              id,
              intervalPeriod: period,
              payloads: [{ type: "PRICE", values: Array<number>(values).fill(id) }],
            };
          });
          const event = {
            intervalPeriod: { duration: "PT1H", randomizeStart: "PT5M" },
            intervals,
            ...(total === null ? {} : { duration: `PT${total}M` }),
          };
          const timeline = expand(event, { fromMs: at("17:00"), draw: () => draw / 1000 });
          for (const [index, interval] of timeline.intervals.entries()) {
            expect(interval.endMs).toBeGreaterThan(interval.startMs);
            const next = timeline.intervals[index + 1];
            if (next !== undefined) expect(next.startMs).toBeGreaterThanOrEqual(interval.endMs ?? Infinity);
            expect(interval.payloads[0]?.values).toEqual([interval.id]);
          }
          const firstMs = timeline.intervals[0]?.startMs ?? 0;
          expect(Math.abs(firstMs - at("17:00"))).toBeLessThanOrEqual(300_000);
          const endMs = timeline.intervals.at(-1)?.endMs ?? 0;
          if (!hasGap && total !== null) expect(endMs - firstMs).toBe(total * 60_000);
          if (!hasGap && total === null) expect(endMs - firstMs).toBe(clock - at("17:00"));
          expect(timeline.endMs).toBe(endMs);
        },
      ),
      { numRuns: 200 },
    );
  });
});
