/** A setpoint that a device is to follow: what it tells decides, and the time that passes. */
import { expect, it } from "vitest";
import type { DeviceAnswer } from "../../src/domain/device.js";
import { awaitFollowing } from "../../src/metering/following.js";
import { createJumpingClock } from "../fixtures/jumping-clock.js";

it.each([-3_600_000, 30_000, 86_400_000])(
  "a device has as long to follow, though the date jumps by %i ms meanwhile",
  async (byMs) => {
    const clock = createJumpingClock();
    const seen: DeviceAnswer["status"][] = [];
    const follow = () => awaitFollowing({ clock, powerKw: 5, withinMs: 10_000, isLimit: false });
    const [late, soon] = [follow(), follow()];
    for (const { answer } of [late, soon]) void answer.then(({ status }) => seen.push(status));
    clock.passing.step(5_000);
    clock.jump(byMs);
    soon.see(5, 5_000);
    await soon.answer;
    expect(seen).toEqual(["confirmed"]);
    clock.passing.step(10_000);
    expect(await late.answer).toMatchObject({ status: "unknown" });
  },
);
