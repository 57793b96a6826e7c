/** Messages that are late: when they are carried out and answered, and that none overtakes another. */
import { describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { createDirectFleet } from "../../sims/station/direct.js";
import type { Late } from "../../sims/station/uplink.js";
import { scheduleOfKw } from "../fixtures/sites.js";
import { EVSE, NOON } from "../fixtures/visits.js";
import { listener } from "./direct-run.js";

const late = (thereS: number, backS: number): Late => ({
  thereMs: thereS * SECOND_MS,
  backMs: backS * SECOND_MS,
});

/** Commands one after the other, each sent at a second with its own delays: what was in force when, and what was answered. */
const play = async (
  commands: readonly { readonly atS: number; readonly kw: number; readonly late: Late }[],
) => {
  const clock = new VirtualClock(NOON);
  const { gateway } = listener();
  const direct = createDirectFleet({
    clock,
    stations: [{ stationId: "s1", version: "2.0.1", evse: EVSE, atMs: NOON }],
  });
  direct.attach(gateway);
  const station = direct.fleet.stations.get("s1");
  station?.restore();
  const answers: { readonly s: number; readonly status: CommandOutcome["status"] }[] = [];
  const held: number[] = [];
  for (const { atS, kw, late: own } of commands)
    clock.after(atS * SECOND_MS, () => {
      station?.disturb(() => own);
      const schedule = scheduleOfKw("s1", Array<number>(8).fill(kw), {
        startMs: NOON,
        purpose: "default",
        transactionId: null,
      });
      void direct.link.send("s1", { kind: "set-schedule", schedule }).then(({ status }) => {
        answers.push({ s: (clock.now() - NOON) / SECOND_MS, status });
      });
    });
  for (let s = 1; s <= 90; s += 1)
    clock.after(s * SECOND_MS, () => {
      const [profile] = station?.model().profiles ?? [];
      const value = profile?.periods[0]?.value;
      if (value !== undefined && value !== held.at(-1)) held.push(value);
    });
  await runLockStep({
    clock,
    untilMs: NOON + 100 * SECOND_MS,
    idle: () => direct.fleet.idle() || direct.stalled(),
    busy: () => direct.fleet.busy(),
  });
  return { answers, held };
};

describe("a command that is late", () => {
  it("is answered after both its ways", async () => {
    const { answers } = await play([{ atS: 10, kw: 3, late: late(5, 7) }]);
    expect(answers).toEqual([{ s: 22, status: "accepted" }]);
  });

  it("is carried out though its answer comes too late to count", async () => {
    const { answers, held } = await play([{ atS: 10, kw: 3, late: late(20, 15) }]);
    expect(answers).toEqual([{ s: 40, status: "timeout" }]);
    expect(held.length).toBe(1);
  });

  it("is not overtaken by the next one on its connection", async () => {
    const { held } = await play([
      { atS: 10, kw: 3, late: late(20, 0) },
      { atS: 11, kw: 5, late: late(1, 0) },
    ]);
    const alone = await play([{ atS: 10, kw: 5, late: late(0, 0) }]);
    expect(alone.held.length).toBe(1);
    expect(held.at(-1)).toBe(alone.held.at(-1));
  });
});
