/** What a meter told by one clock is not held against what it tells by another. */
import { afterEach, expect, it } from "vitest";
import { VirtualClock } from "../../src/ports/clock.js";
import { openStage, type Stage, until } from "./harness.js";

const T0 = Date.parse("2026-11-02T18:00:00Z");
const AHEAD_S = 30;
const told = (second: number): string => new Date(T0 + (second + AHEAD_S) * 1_000).toISOString();

let stage: Stage;
afterEach(() => stage.close());

const reading = (second: number, wh: number) => ({
  connectorId: 1,
  meterValue: [
    {
      timestamp: told(second),
      sampledValue: [
        { value: "6000", measurand: "Power.Active.Import", unit: "W" },
        { value: String(wh), measurand: "Energy.Active.Import.Register", unit: "Wh" },
      ],
    },
  ],
});

it("a correction of the station's clock makes no doubt of its meter", async () => {
  const clock = new VirtualClock(T0);
  const evseElectrics = () => ({ voltageV: 230, phases: 1, ratedKw: 7.4 }) as const;
  stage = await openStage({ clock, evseElectrics });
  const client = await stage.connect("CP1", "1.6");
  const goTo = (second: number): void => {
    while (clock.step(T0 + second * 1_000));
  };
  // Twice the energy of 6 kW two times, then the right one: told by the corrected clock it fills half the time.
  for (const [second, wh] of [
    [0, 0],
    [60, 200],
    [120, 400],
  ] as const) {
    goTo(second);
    await client.call("MeterValues", reading(second, wh));
  }
  goTo(150);
  await client.call("StatusNotification", {
    connectorId: 1,
    errorCode: "NoError",
    status: "Charging",
    timestamp: told(150),
  });
  goTo(180);
  await client.call("MeterValues", reading(180, 500));
  const isSaid = (part: string): boolean => stage.lines.some(({ message }) => message.includes(part));
  await until(() => isSaid("the clock of a station is off"));
  expect(isSaid("the meter of a station is not plausible")).toBe(false);
});

it("starts and stops keep the time that they tell, and say how far their clock is known to be off", async () => {
  const BEHIND_S = 180;
  const clock = new VirtualClock(T0);
  stage = await openStage({ clock });
  const client = await stage.connect("CP1", "1.6");
  const atMs = (second: number): number => T0 + (second - BEHIND_S) * 1_000;
  const timestamp = (second: number): string => new Date(atMs(second)).toISOString();
  for (const second of [0, 60, 120]) {
    while (clock.step(T0 + second * 1_000));
    const status = {
      connectorId: 1,
      errorCode: "NoError",
      status: "Available",
      timestamp: timestamp(second),
    };
    await client.call("StatusNotification", status);
  }
  const start = { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: timestamp(120) };
  await client.call("StartTransaction", start);
  await client.call("StopTransaction", { transactionId: 1, meterStop: 10, timestamp: timestamp(125) });
  const clockAheadMs = -BEHIND_S * 1_000;
  expect(stage.gateway.records).toMatchObject([
    { kind: "transaction-started", stationTimeMs: atMs(120), clockAheadMs },
    { kind: "transaction-ended", stationTimeMs: atMs(125), clockAheadMs },
  ]);
});
