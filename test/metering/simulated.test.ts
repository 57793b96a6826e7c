/** Each kind of device behind each protocol: what it is told reaches it, and it does what a device does. */
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { SimulatedBattery } from "../../sims/devices/battery-unit.js";
import { startHttpDevice } from "../../sims/devices/http-front.js";
import { SimulatedInverter } from "../../sims/devices/inverter-unit.js";
import { putOnModbus } from "../../sims/devices/modbus-front.js";
import { startModbusServer } from "../../sims/devices/modbus-server.js";
import { putOnMqtt } from "../../sims/devices/mqtt-front.js";
import { type SimulatedDevice, SimulatedMeter } from "../../sims/devices/simulated.js";
import type { DeviceConfig, DeviceKind } from "../../src/domain/device.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { type DeviceBench, openDevices } from "./bench.js";
import { MOSQUITTO, startBroker } from "./broker.js";
import { httpAccess, modbusAccess, mqttAccess } from "./device-configs.js";

let bench: DeviceBench | null = null;
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  bench?.devices.stop();
  bench = null;
  for (const close of closing.splice(0).reverse()) await close();
});

const now = (): number => bench?.clock.now() ?? EVENING_MS;

/** The way to a device, and what makes it tell its values. */
interface Link {
  readonly access: DeviceConfig["access"];
  readonly renew: () => Promise<void>;
}

const withoutCharge = <Access extends DeviceConfig["access"]>(access: Access, kind: DeviceKind): Access =>
  kind === "battery" ? access : { ...access, values: { ...access.values, soc: null } };

const LINKS: Readonly<Record<string, (device: SimulatedDevice, kind: DeviceKind) => Promise<Link>>> = {
  "Modbus TCP": async (device, kind) => {
    const server = await startModbusServer();
    closing.push(() => server.close());
    const renew = putOnModbus(server, { unitId: 1, device, now });
    return {
      access: withoutCharge(modbusAccess({ port: server.port }), kind),
      renew: async () => renew(),
    };
  },
  MQTT: async (device, kind) => {
    const broker = await startBroker();
    closing.push(() => broker.stop());
    const client = await connectAsync(broker.url);
    closing.push(() => client.endAsync(true));
    const renew = await putOnMqtt(client, { name: "bank", device, now });
    const echo = { topic: "bank/took", pointer: null, timePointer: null, factor: 0.001 };
    const setpoint = { topic: "bank/set", key: null, factor: 0.001, echo, isLimit: kind === "pv" };
    return { access: withoutCharge(mqttAccess({ broker: broker.url, setpoint }), kind), renew };
  },
  HTTP: async (device, kind) => {
    const web = await startHttpDevice({ device, now });
    closing.push(() => web.close());
    return { access: withoutCharge(httpAccess(web.url), kind), renew: async () => undefined };
  },
};

/** Opens a device over a way, and waits for its power to be told as it is. */
const open = async (way: string, kind: DeviceKind, device: SimulatedDevice) => {
  const link = await LINKS[way]!(device, kind);
  const opened = openDevices([
    { id: "one", siteId: "community", kind, staleMs: 60_000, access: link.access },
  ]);
  bench = opened;
  opened.devices.start();
  const state = () => opened.devices.states()[0];
  /** Goes on by some time and reads until its newest power is of then. */
  const read = async (passMs: number): Promise<number> => {
    const untilMs = opened.clock.now() + passMs;
    while (opened.clock.step(untilMs));
    const atMs = opened.clock.now();
    await opened.turn(() => {
      void link.renew();
      return (state()?.power?.atMs ?? 0) > atMs;
    });
    return state()?.power?.value ?? NaN;
  };
  return { devices: opened.devices, read, state };
};

describe.each(Object.keys(LINKS))("behind %s", (way) => {
  const skip = way === "MQTT" && MOSQUITTO === null;

  it.skipIf(skip)("a meter shows what flows, in both directions", async () => {
    let flowKw = 12.34;
    const { read, devices } = await open(way, "site-import", new SimulatedMeter(() => flowKw));
    expect(await read(SECOND_MS)).toBeCloseTo(12.34, 6);
    flowKw = -3.2;
    expect(await read(5 * SECOND_MS)).toBeCloseTo(-3.2, 6);
    expect(devices.states()[0]?.soc).toBeNull();
  });

  it.skipIf(skip)("an inverter ramps to its limit, and to its failsafe when it is left alone", async () => {
    const body = { ratedKw: 40, rampKwPerS: 2, watchdogMs: MINUTE_MS, failsafeKw: 30 };
    const roof = new SimulatedInverter(body, EVENING_MS);
    roof.sunKw = 25;
    const { read, devices } = await open(way, "pv", roof);
    expect(await read(30 * SECOND_MS)).toBeCloseTo(25, 6);
    expect(await devices.setPower("one", 9)).toEqual({ status: "confirmed" });
    const ramping = await read(3 * SECOND_MS);
    expect(ramping).toBeLessThan(25);
    expect(ramping).toBeGreaterThan(9);
    expect(await read(20 * SECOND_MS)).toBeCloseTo(9, 6);
    expect(await read(90 * SECOND_MS)).toBeCloseTo(25, 6);
  });

  it.skipIf(skip)(
    "a battery clamps what it cannot do, and goes to its failsafe when it is left alone",
    async () => {
      const body = { capacityKwh: 20, maxChargeKw: 10, maxDischargeKw: 6, efficiency: 0.95 };
      const bank = new SimulatedBattery({ ...body, watchdogMs: MINUTE_MS, failsafeKw: -1 }, 10, EVENING_MS);
      const { read, devices, state } = await open(way, "battery", bank);
      expect(await read(SECOND_MS)).toBeCloseTo(-1, 6);
      expect(await devices.setPower("one", -8)).toMatchObject({ status: "confirmed" });
      expect(await read(5 * SECOND_MS)).toBeCloseTo(-6, 6);
      expect(await read(90 * SECOND_MS)).toBeCloseTo(-1, 6);
      expect(state()?.soc?.value).toBeLessThanOrEqual(50);
    },
  );
});
