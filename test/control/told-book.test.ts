/** What a commanded device was told: which answers make it one that is at fault. */
import { describe, expect, it } from "vitest";
import { openToldBook } from "../../src/control/told-book.js";
import type { DeviceAnswer } from "../../src/domain/device.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDevices } from "../../src/ports/devices.js";

const ANSWERS = {
  confirmed: { status: "confirmed" },
  refused: { status: "refused", detail: "HTTP 403" },
  unknown: { status: "unknown", detail: "no answer in time" },
  superseded: { status: "superseded", detail: "another setpoint came" },
} as const satisfies Record<DeviceAnswer["status"], DeviceAnswer>;

/** A device that answers so, each time 5 s after the time before; and whether it takes what it is told then. */
const play = async (answers: readonly DeviceAnswer["status"][]) => {
  const clock = new VirtualClock(0);
  const devices = createMemoryDevices();
  const refused: string[] = [];
  let changes = 0;
  const book = openToldBook({
    parts: { clock, devices },
    deviceId: "bank",
    watchdogMs: 60 * SECOND_MS,
    before: [],
    onRefused: (_powerKw, { status }) => void refused.push(status),
    onChange: () => {
      changes += 1;
    },
  });
  for (const [at, status] of answers.entries()) {
    while (clock.step(5 * SECOND_MS * at));
    devices.answer = () => ANSWERS[status];
    await book.tell(at + 1);
  }
  return { takes: book.takes, changes, refused, inPlay: book.alive().map(({ powerKw }) => powerKw) };
};

const often = (status: DeviceAnswer["status"], times: number) => Array.from({ length: times }, () => status);

describe("a device", () => {
  it.each<[string, DeviceAnswer["status"][], boolean]>([
    ["two unknown", ["unknown", "unknown"], false],
    ["two refused", ["refused", "refused"], false],
    ["one unknown", ["unknown"], true],
    ["two unknown, then confirmed", ["unknown", "unknown", "confirmed"], true],
    ["two superseded", ["superseded", "superseded"], true],
    ["a superseded between two unknown", ["unknown", "superseded", "unknown"], false],
    ["superseded for a minute", often("superseded", 12), true],
    ["superseded for three minutes, none confirmed", often("superseded", 36), false],
    ["superseded for three minutes, one confirmed", often("superseded", 36).with(18, "confirmed"), true],
  ])("of which %s: takes what it is told", async (_what, answers, takes) => {
    expect((await play(answers)).takes).toBe(takes);
  });

  it("may do what was superseded, which is no refusal and changes nothing", async () => {
    expect(await play(["confirmed", "superseded", "superseded"])).toEqual({
      takes: true,
      changes: 0,
      refused: [],
      inPlay: [1, 2, 3],
    });
  });
});
