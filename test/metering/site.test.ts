import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SimulatedBattery } from "../../sims/devices/battery-unit.js";
import { emptyUnit, type ModbusServer, startModbusServer } from "../../sims/devices/modbus-server.js";
import { policyByName } from "../../src/app/policies.js";
import { OPTIMIZER } from "../../src/app/policy-names.js";
import { createDevices, type RunningDevices } from "../../src/metering/devices.js";
import { connect, type Harness, harnessOf, plugIn } from "../control/harness.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { storageOf } from "../fixtures/storages.js";
import { batteryDevice, meterDevice } from "./device-configs.js";

const METER_UNIT = 7;
const POWER = 0;
const SOC = 2;
const SETPOINT = 4;

const asWord = (hundredths: number): number => Math.round(hundredths) & 0xff_ff;
const asSigned = (word: number): number => (word > 0x7f_ff ? word - 0x1_00_00 : word);

/** One gateway with a meter and a battery behind it, and houses that draw what a test says. */
class Gateway {
  housesKw = 50;
  /** What the car draws that is measured with them. */
  carKw = 0;
  readonly #server: ModbusServer;
  readonly #battery: SimulatedBattery;
  #harness: Harness | null = null;

  constructor(server: ModbusServer) {
    this.#server = server;
    this.#battery = new SimulatedBattery(
      {
        capacityKwh: 20,
        maxChargeKw: 10,
        maxDischargeKw: 10,
        efficiency: 0.95,
        watchdogMs: 60_000,
        failsafeKw: 0,
      },
      10,
      EVENING_MS,
    );
    const [bank, meter] = [emptyUnit(), emptyUnit()];
    for (const address of [POWER, SOC, SETPOINT, 6]) bank.holding.set(address, 0);
    bank.onWrite = (address) => {
      if (address === SETPOINT)
        this.#battery.take(asSigned(bank.holding.get(SETPOINT) ?? 0) / 100, this.#harness?.clock.now() ?? 0);
    };
    server.units.set(1, bank).set(METER_UNIT, meter);
    this.refresh(EVENING_MS);
  }

  get batteryKw(): number {
    return this.#battery.powerKw;
  }

  get importKw(): number {
    return this.housesKw + this.carKw + this.batteryKw;
  }

  serve(harness: Harness): void {
    this.#harness = harness;
  }

  /** Registers as of a moment. */
  refresh(atMs: number): void {
    this.#battery.advance(atMs);
    this.#server.units.get(1)?.holding.set(POWER, asWord(this.batteryKw * 100));
    this.#server.units.get(1)?.holding.set(SOC, Math.round(this.#battery.socPercent));
    this.#server.units.get(METER_UNIT)?.holding.set(POWER, asWord(this.importKw * 100));
  }
}

let server: ModbusServer;
let devices: RunningDevices | null = null;

beforeEach(async () => {
  server = await startModbusServer();
});

afterEach(async () => {
  devices?.stop();
  devices = null;
  await server.close();
});

interface Site {
  readonly harness: Harness;
  readonly gateway: Gateway;
  /** Lets time pass in steps of a second, and sockets work in between. */
  readonly pass: (seconds: number) => Promise<void>;
}

const open = async (): Promise<Site> => {
  const gateway = new Gateway(server);
  const site = communityOf([stationOf("A")], {
    storages: [storageOf()],
    baseProfileKw: Array.from({ length: 96 }, () => 50),
  });
  const harness = await harnessOf(site, await policyByName(OPTIMIZER, 10_000, "structured"), {
    devices: (clock) => {
      devices = createDevices({
        clock,
        random: () => 0.5,
        log: { info: () => undefined, warn: () => undefined },
        configs: [
          meterDevice({ port: server.port, unitId: METER_UNIT }),
          batteryDevice({ port: server.port }),
        ],
      });
      return devices;
    },
  });
  gateway.serve(harness);
  devices?.start();
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      gateway.refresh(harness.clock.now());
      await harness.run(1_000);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  };
  return { harness, gateway, pass };
};

describe("a site whose meter and battery are reached over Modbus TCP", () => {
  it("plans by what they tell, and lets the battery keep the limit that its houses would break", async () => {
    const { harness, gateway, pass } = await open();
    connect(harness, "A");
    await plugIn(harness, "A");
    await pass(20);
    const first = harness.cycles.at(-1)?.problem;
    expect(first?.storages).toEqual([expect.objectContaining({ id: "bank", energyKwh: 10 })]);
    expect(first?.nodes[0]?.baseKw[0]).toBeLessThan(60);
    // Houses that draw 104 kW under a limit of 100.
    gateway.housesKw = 104;
    await pass(40);
    const later = harness.cycles.at(-1)?.problem;
    expect(later?.nodes[0]?.baseKw[0]).toBeGreaterThan(100);
    expect(gateway.batteryKw).toBeLessThan(-4);
    expect(gateway.importKw).toBeLessThanOrEqual(100);
  });

  it("goes on without them when they are lost: the battery by its own watchdog, the plan by its forecast", async () => {
    const { harness, gateway, pass } = await open();
    gateway.housesKw = 104;
    await pass(40);
    expect(gateway.batteryKw).toBeLessThan(0);
    server.mood = "cut";
    await pass(130);
    expect(gateway.batteryKw).toBe(0);
    harness.fireEvent();
    await pass(5);
    expect(harness.cycles.at(-1)?.problem.storages).toEqual([]);
    server.mood = "well";
    await pass(70);
    expect(harness.cycles.at(-1)?.problem.storages).toHaveLength(1);
    expect(gateway.batteryKw).toBeLessThan(0);
  });
});
