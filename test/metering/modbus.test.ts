import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  emptyUnit,
  type ModbusServer,
  type Mood,
  startModbusServer,
} from "../../sims/devices/modbus-server.js";
import type { DeviceState } from "../../src/domain/device.js";
import { type DeviceBench, openDevices, until } from "./bench.js";
import { batteryDevice, meterDevice, modbusAccess } from "./device-configs.js";

let server: ModbusServer;
let bench: DeviceBench | null = null;

const open = (...configs: Parameters<typeof openDevices>[0]): DeviceBench => {
  bench = openDevices(configs);
  bench.devices.start();
  return bench;
};

const stateOf = ({ devices }: DeviceBench, id: string): DeviceState | undefined =>
  devices.states().find((state) => state.id === id);

beforeEach(async () => {
  server = await startModbusServer();
  const unit = emptyUnit();
  for (const [address, word] of [
    [0, 1_234],
    [2, 55],
    [4, 0],
    [6, 0],
  ] as const)
    unit.holding.set(address, word);
  server.units.set(1, unit);
});

afterEach(async () => {
  bench?.devices.stop();
  bench = null;
  await server.close();
});

const unit = () => server.units.get(1) ?? emptyUnit();

describe("a meter over Modbus TCP", () => {
  it("is polled, scaled and passed on, with the time of the answer", async () => {
    const one = open(meterDevice({ port: server.port }));
    await until(() => one.measured.length > 0);
    expect(one.measured).toEqual([
      { siteId: "community", kind: "site-import", powerKw: 12.34, atMs: one.clock.now() },
    ]);
    expect(stateOf(one, "meter")).toMatchObject({ connected: true, staleSinceMs: null, refused: 0 });
    unit().holding.set(0, 0xff_9c);
    await one.turn(() => one.measured.length > 1);
    expect(one.measured.at(-1)?.powerKw).toBe(-1);
  });

  it("of a node is passed on as that node's, apart from the site meter and from other nodes", async () => {
    const at = (id: string, nodeId?: string) =>
      meterDevice({ port: server.port }, { id, ...(nodeId === undefined ? {} : { kind: "node", nodeId }) });
    const one = open(at("site"), at("hall-a", "hall"), at("hall-b", "hall"), at("yard", "yard"));
    await one.turn(() => new Set(one.measured.map(({ kind }) => kind)).size === 3);
    const newest = (kind: string) => one.measured.findLast((measured) => measured.kind === kind)?.powerKw;
    expect([newest("site-import"), newest("node:hall"), newest("node:yard")]).toEqual([12.34, 24.68, 12.34]);
  });

  it("is one of several that are summed, over one connection where they share a gateway", async () => {
    const second = emptyUnit();
    second.input.set(100, 66);
    server.units.set(2, second);
    const one = open(
      meterDevice({ port: server.port }),
      meterDevice(
        {
          port: server.port,
          unitId: 2,
          values: {
            power: { ...modbusAccess({ port: 1 }).values.power, table: "input", address: 100 },
            soc: null,
          },
        },
        { id: "second" },
      ),
    );
    await one.turn(() => one.measured.length > 0);
    expect(one.measured[0]?.powerKw).toBeCloseTo(13);
    expect(server.connections).toBe(1);
  });

  it.each<Mood>(["silent", "garbage", "flood", "short", "cut"])(
    "that is %s changes nothing, has one line in the log, and is back when it is well",
    async (mood) => {
      const one = open(meterDevice({ port: server.port }));
      await until(() => stateOf(one, "meter")?.connected === true);
      server.mood = mood;
      const before = stateOf(one, "meter")?.power;
      const tries = server.connections;
      await one.turn(() => server.connections > tries + 3);
      expect(stateOf(one, "meter")).toMatchObject({ connected: false, power: before });
      expect(stateOf(one, "meter")?.lastError?.message).toMatch(/\w/);
      expect(one.log.filter(({ level }) => level === "warn")).toHaveLength(1);
      server.mood = "well";
      unit().holding.set(0, 500);
      await one.turn(() => stateOf(one, "meter")?.connected === true);
      expect(stateOf(one, "meter")?.power?.value).toBe(5);
      expect(one.changes.length).toBeGreaterThan(1);
    },
  );

  it("that has no such register is told so by every answer, and stays connected", async () => {
    const one = open(batteryDevice({ port: server.port }));
    await until(() => stateOf(one, "bank")?.soc !== null);
    unit().holding.delete(2);
    await one.turn(() => (stateOf(one, "bank")?.refused ?? 0) > 2);
    expect(stateOf(one, "bank")).toMatchObject({ connected: true, soc: { value: 55 } });
    expect(stateOf(one, "bank")?.lastError?.message).toMatch(/soc/);
    expect(one.log.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("that tells no more is stale after its time, and its sum is passed on no more", async () => {
    const one = open(meterDevice({ port: server.port }));
    await until(() => one.measured.length > 0);
    server.mood = "silent";
    await one.turn(() => stateOf(one, "meter")?.staleSinceMs !== null);
    expect(one.measured.at(-1)?.atMs).toBeLessThanOrEqual(one.clock.now() - 60_000);
  });
});

describe("a battery over Modbus TCP", () => {
  it("takes its power after the register that hands over the control", async () => {
    const written: number[] = [];
    unit().onWrite = (address) => written.push(address);
    const one = open(batteryDevice({ port: server.port }));
    await until(() => stateOf(one, "bank")?.soc !== null);
    expect(await one.devices.setPower("bank", -4.2)).toEqual({ status: "confirmed" });
    expect(written).toEqual([6, 4]);
    expect(unit().holding.get(4)).toBe(65_536 - 420);
    expect(stateOf(one, "bank")?.told).toEqual({ powerKw: -4.2, atMs: one.clock.now(), confirmed: true });
  });

  it("says no, or nothing, and it is told apart", async () => {
    const one = open(batteryDevice({ port: server.port }));
    await until(() => stateOf(one, "bank")?.soc !== null);
    expect(await one.devices.setPower("bank", 1_000)).toMatchObject({ status: "refused" });
    unit().holding.delete(4);
    expect(await one.devices.setPower("bank", 1)).toMatchObject({ status: "refused" });
    server.mood = "silent";
    expect(await one.devices.setPower("bank", 1)).toMatchObject({ status: "unknown" });
    expect(stateOf(one, "bank")?.told?.confirmed).toBe(false);
    expect(await one.devices.setPower("another", 1)).toMatchObject({ status: "refused" });
  });

  it("of which no server is there is unknown, and tried again ever more rarely", async () => {
    await server.close();
    const one = open(batteryDevice({ port: server.port }));
    const pauses: number[] = [];
    for (let turn = 0; turn < 8; turn++) {
      await until(() => one.clock.nextMs() !== null);
      pauses.push((one.clock.nextMs() ?? 0) - one.clock.now());
      one.clock.step(Infinity);
    }
    expect(pauses).toEqual([750, 1_500, 3_000, 6_000, 12_000, 24_000, 45_000, 45_000]);
    expect(await one.devices.setPower("bank", 1)).toMatchObject({ status: "unknown" });
  });
});
