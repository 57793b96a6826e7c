import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/control/contract.js";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";
import { MINUTE, play, row, siteOf } from "./v2g-play.js";

interface Paused {
  readonly harness: Harness;
  /** Powers at which schedules of the session reached the station, in order. */
  readonly wire: number[];
  /** Keeps the answer to the next schedule back; call to let it go. */
  readonly hold: () => () => void;
  readonly sample: (powerKw: number) => void;
  readonly plan: (powerKw: number, ms?: number) => Promise<void>;
}

/** A car that charged, waited as told, and does not go on at 7 kW. */
const pausedCar = async (): Promise<Paused> => {
  let planKw = 7;
  const policy: Policy = { name: "as told", plan: (problem) => flatPolicy(planKw).plan(problem) };
  const harness = await harnessOf(siteOf("strict"), policy);
  const wire: number[] = [];
  let held: Promise<void> | null = null;
  // One call at a time and in order, as a line to a station takes them.
  let line: Promise<unknown> = Promise.resolve();
  harness.answer = (_, command) => {
    if (command.kind !== "set-schedule" || command.schedule.purpose !== "session")
      return { status: "accepted" };
    const powerKw = command.schedule.periods[0]?.powerKw ?? NaN;
    const answered = line.then(async () => {
      wire.push(powerKw);
      const [until] = [held];
      held = null;
      await until;
      return { status: "accepted" as const };
    });
    line = answered;
    return answered;
  };
  connect(harness, "p1");
  await plugIn(harness, "p1");
  const sample = (powerKw: number): void => {
    const atMs = harness.clock.now();
    const rest = { importedWh: 1_000, exportedWh: null, socPercent: null };
    const sampled = { atMs, powerKw, ...rest };
    harness.control.report({ kind: "sampled", stationId: "p1", evseId: 1, atMs, sample: sampled });
  };
  const plan = async (powerKw: number, ms = 70_000): Promise<void> => {
    planKw = powerKw;
    harness.changePrices();
    await harness.run(ms);
  };
  const hold = (): (() => void) => {
    let release = (): void => undefined;
    held = new Promise((resolve) => (release = resolve));
    return () => release();
  };
  await plan(7);
  sample(7);
  await plan(0);
  sample(0);
  await harness.run(10_000);
  sample(0);
  await plan(7);
  return { harness, wire, hold, sample, plan };
};

describe("a car that does not go on after its pause", () => {
  it("is told the same once more, and counts as being told it until its station answers", async () => {
    const { harness, wire, hold, sample } = await pausedCar();
    const before = wire.length;
    const release = hold();
    sample(0);
    await harness.run(200);
    expect(wire.slice(before)).toEqual([expect.closeTo(7, 1)]);
    // A second sample finds the first message still under way.
    sample(0);
    await harness.run(200);
    release();
    await harness.run(200);
    expect(wire.slice(before)).toHaveLength(1);
  });

  it("is told nothing old while less is under way to it", async () => {
    const { harness, wire, hold, sample, plan } = await pausedCar();
    const before = wire.length;
    const release = hold();
    await plan(0, 2_500);
    sample(0);
    await harness.run(200);
    release();
    await harness.run(MINUTE);
    expect(wire.slice(before)).toEqual([0]);
  });
});

describe("a station that holds less than its plan by a correction of ours", () => {
  const watched = async (isCorrected: boolean) => {
    const played = await play(siteOf("graced"), flatPolicy(7));
    const { harness, asked } = played;
    let holdsKw = isCorrected ? 7 : 3;
    harness.answer = (_, command) => {
      asked.push(command);
      if ("schedule" in command && command.schedule.purpose === "correction")
        holdsKw = command.schedule.periods[0]?.powerKw ?? NaN;
      if (command.kind !== "get-composite") return { status: "accepted" };
      return { status: "accepted", composite: [{ startMs: harness.clock.now(), powerKw: holdsKw }] };
    };
    const sample = (powerKw: number): void => {
      const atMs = harness.clock.now();
      const sampled = { atMs, powerKw, importedWh: 1_000, exportedWh: null, socPercent: null };
      played.tell({ kind: "sampled", evseId: 1, sample: sampled });
    };
    sample(isCorrected ? 7 : 3);
    await harness.run(65_000);
    sample(isCorrected ? 7 : 3);
    if (isCorrected) await played.measure(22);
    for (let turn = 0; turn < 20; turn++) {
      await harness.run(8_000);
      sample(holdsKw);
      if (isCorrected) await played.measure(19.8);
    }
    return {
      played,
      corrected: asked.some((one) => "schedule" in one && one.schedule.purpose === "correction"),
    };
  };
  const steeredByOthers = ({ harness }: Awaited<ReturnType<typeof play>>): boolean =>
    harness.log.some(({ message }) => message.includes("somebody else steers it too"));

  it("is not taken to be steered by somebody else", async () => {
    const { played, corrected } = await watched(true);
    expect(corrected).toBe(true);
    expect(steeredByOthers(played)).toBe(false);
    expect(row(played).following).toBe(true);
  });

  it("is where there is no such correction", async () => {
    const { played, corrected } = await watched(false);
    expect(corrected).toBe(false);
    expect(steeredByOthers(played)).toBe(true);
  });
});
