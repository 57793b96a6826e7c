/** An event is cancelled by a start now and a duration of none for all of it (OpenADR User Guide, "Event cancellation"). */
import { expect, it } from "vitest";
import { type EventTimes, expandTimeline } from "../../src/openadr/timeline/timeline.js";

const NOW = Date.UTC(2026, 5, 1, 17, 20);
const MINUTE_MS = 60_000;
const CANCEL = { start: "0001-01-01", duration: "PT0S" };
const own = (id: number, intervalPeriod?: EventTimes["intervalPeriod"]) => ({
  id,
  intervalPeriod,
  payloads: [],
});

/** Begin and end of each interval, minutes from now; null: never. */
const minutesOf = (event: EventTimes) =>
  expandTimeline(event, { nowMs: NOW, fromMs: NOW, draw: () => 0.5 }).intervals.map(({ startMs, endMs }) => [
    (startMs - NOW) / MINUTE_MS,
    endMs === null ? null : (endMs - NOW) / MINUTE_MS,
  ]);

it.each<[string, EventTimes, (number | null)[][]]>([
  [
    "takes no time, whatever its intervals ask",
    { intervalPeriod: CANCEL, intervals: [own(0), own(1)] },
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    "is none where an interval has a duration",
    { intervalPeriod: CANCEL, intervals: [own(0, { duration: "PT1H" })] },
    [[0, 60]],
  ],
  [
    "is none where the event has one",
    { duration: "PT2H", intervalPeriod: CANCEL, intervals: [own(0)] },
    [[0, 120]],
  ],
  [
    "is none where no duration is told",
    { intervalPeriod: { start: "0001-01-01" }, intervals: [own(0)] },
    [[0, null]],
  ],
])("an event that is cancelled %s", (_, event, expected) => {
  expect(minutesOf(event)).toEqual(expected);
});

it("is over at once", () => {
  const timeline = expandTimeline(
    { intervalPeriod: CANCEL, intervals: [own(0)] },
    { nowMs: NOW, fromMs: NOW, draw: () => 0.5 },
  );
  expect([timeline.endMs, timeline.laidUntilMs]).toEqual([NOW, null]);
});
