import { afterEach, describe, expect, it } from "vitest";
import type { StationCommand } from "../../src/domain/command.js";
import { CORRECTION_SLACK_MS, type Schedule } from "../../src/domain/schedule.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { powerKw } from "../../sims/station/model.js";
import { createWireFleet, type WireFleet } from "../../sims/station/wire/fleet.js";
import { BIDIRECTIONAL, carOf, HOUR, NOON, visitOf } from "../fixtures/visits.js";
import { openStage, PASSWORD, type Stage } from "./harness.js";

const MINUTE = 60_000;
const ID = "V2G";

let stage: Stage | null = null;
let wire: WireFleet | null = null;
afterEach(async () => {
  await wire?.fleet.stop();
  await stage?.close();
});

/** A virtual station of OCPP 2.1 over a real websocket, both ends on one clock that waits for both. */
const open = async () => {
  const clock = new VirtualClock(NOON);
  const news: StationNews[] = [];
  const own = (stage = await openStage({ clock, note: (one) => void news.push(one) }));
  const fleet = (wire = createWireFleet({
    clock,
    stations: [{ stationId: ID, version: "2.1", evse: BIDIRECTIONAL, atMs: NOON }],
    endpoint: own.url,
    password: () => PASSWORD,
    connectedAtServer: () => new Set(own.central.connections().map(({ stationId }) => stationId)),
  }));
  const station = fleet.fleet.stations.get(ID)!;
  const run = (untilMs: number): Promise<void> =>
    runLockStep({
      clock,
      untilMs,
      idle: () => fleet.fleet.idle() && own.central.idle(),
      busy: () => fleet.fleet.busy(),
      patienceMs: 10_000,
    });
  const pass = (ms: number): Promise<void> => run(clock.now() + ms);
  fleet.fleet.start();
  await pass(1_000);
  station.plug(visitOf({ stationId: ID, car: carOf({ maxDischargeKw: 6 }) }));
  await pass(MINUTE);
  const transactionId = own.gateway.open[0]!.transactionId;
  const send = async (command: StationCommand): Promise<string> => {
    const sent = own.central.link.send(ID, command);
    await pass(1_000);
    return (await sent).status;
  };
  const told = (over: Partial<Schedule>, kw: number): Schedule => ({
    purpose: "session",
    stationId: ID,
    evseId: 1,
    transactionId,
    unit: "W",
    phases: null,
    startMs: clock.now(),
    endMs: clock.now() + HOUR,
    periods: [{ startMs: clock.now(), mode: "setpoint", value: kw * 1_000, powerKw: kw }],
    ...over,
  });
  const correct = (kw: number): Schedule =>
    told({ purpose: "correction", endMs: clock.now() + 2 * MINUTE + CORRECTION_SLACK_MS }, kw);
  const kwNow = (): number => {
    fleet.fleet.settle();
    return Math.round(powerKw(station.model()) * 1_000) / 1_000;
  };
  return { stage: own, station, fleet, pass, send, told, correct, kwNow, transactionId, news };
};

describe("a virtual 2.1 station over a wire", () => {
  it("follows corrections until they are refreshed no more, and then the plan again", async () => {
    const { send, told, correct, pass, kwNow, fleet } = await open();
    expect(await send({ kind: "set-schedule", schedule: told({}, -5) })).toBe("accepted");
    expect(kwNow()).toBe(-5);
    expect(await send({ kind: "set-schedule", schedule: correct(-2) })).toBe("accepted");
    expect(kwNow()).toBe(-2);
    await pass(MINUTE);
    expect(await send({ kind: "update-schedule", schedule: correct(-1.5) })).toBe("accepted");
    await pass(100_000);
    expect(kwNow()).toBe(-1.5);
    await pass(30_000);
    expect(kwNow()).toBe(-5);
    expect(await send({ kind: "update-schedule", schedule: correct(0) })).toBe("accepted");
    expect(kwNow()).toBe(0);
    expect(await send({ kind: "clear-schedule", evseId: 1, purpose: "correction" })).toBe("accepted");
    expect(kwNow()).toBe(-5);
    expect(await send({ kind: "update-schedule", schedule: correct(0) })).toBe("rejected");
    expect(fleet.violations()).toEqual([]);
  });

  it("goes on by itself when its connection is gone in the middle of a correction", async () => {
    const { send, told, correct, pass, kwNow, station } = await open();
    await send({ kind: "set-schedule", schedule: told({}, 4) });
    await send({ kind: "set-schedule", schedule: correct(0) });
    station.cutOff();
    await pass(MINUTE);
    expect(kwNow()).toBe(0);
    await pass(2 * MINUTE);
    expect(kwNow()).toBe(4);
  });

  it("charges at once for a driver who presses, by what it was told for that, and says so", async () => {
    const { send, told, pass, kwNow, station, stage: own, transactionId, fleet } = await open();
    const limit = { startMs: NOON, mode: "charge-limit", value: 3_000, powerKw: 3 } as const;
    await send({ kind: "set-schedule", schedule: told({}, -5) });
    expect(await send({ kind: "use-priority", transactionId, on: true })).toBe("rejected");
    const priority = {
      ...told({ purpose: "priority", transactionId: null }, 3),
      startMs: NOON,
      periods: [limit],
    };
    expect(await send({ kind: "set-schedule", schedule: priority })).toBe("accepted");
    station.press(true);
    await pass(1_000);
    expect(kwNow()).toBe(3);
    expect(own.gateway.reports).toContainEqual(
      expect.objectContaining({ kind: "priority", evseId: 1, transactionId, active: true }),
    );
    expect(await send({ kind: "use-priority", transactionId, on: false })).toBe("accepted");
    expect(kwNow()).toBe(-5);
    expect(await send({ kind: "use-priority", transactionId: "other", on: true })).toBe("rejected");
    expect(fleet.violations()).toEqual([]);
  });

  it("takes the grid's controls and tells them, and swaps batteries", async () => {
    const { send, news, pass, stage: own, fleet } = await open();
    const control = { controlId: "c1", controlType: "LimitMaxDischarge", isDefault: false } as const;
    const parameters = { priority: 1, pctMaxDischargePower: 50 };
    const none = { kind: "get-der-controls", isDefault: null, controlType: null, controlId: null } as const;
    expect(await send(none)).toBe("rejected");
    expect(await send({ kind: "set-der-control", ...control, parameters })).toBe("accepted");
    expect(await send(none)).toBe("accepted");
    expect(await send({ kind: "afrr-signal", signal: 7, atMs: NOON })).toBe("accepted");
    expect(await send({ kind: "request-battery-swap", idToken: "driver" })).toBe("accepted");
    await pass(5_000);
    expect(own.gateway.kinds()).toContain("der-control");
    expect(news.filter(({ kind }) => kind !== "commanded" && kind !== "booted")).toMatchObject([
      { kind: "der-switched", controlId: "c1", started: true },
      { kind: "der-reported", controls: [{ controlId: "c1", parameters }], more: false },
      { kind: "battery-swap", event: "in" },
      { kind: "battery-swap", event: "out", batteries: [{ socPercent: 97 }] },
    ]);
    expect(
      await send({ kind: "clear-der-control", isDefault: false, controlType: null, controlId: "c1" }),
    ).toBe("accepted");
    expect(await send({ kind: "list-streams" })).toBe("accepted");
    expect(fleet.violations()).toEqual([]);
  });
});
