import { afterEach, expect, it } from "vitest";
import { emptyUnit, type ModbusServer, startModbusServer } from "../../sims/devices/modbus-server.js";
import { devices } from "../../src/app/doctor/devices.js";
import { batteryDevice, meterDevice } from "../metering/device-configs.js";

let server: ModbusServer | null = null;
afterEach(() => server?.close());

it("tells what devices tell, and of the others what to look at", async () => {
  server = await startModbusServer();
  const { port } = server;
  const unit = emptyUnit();
  unit.holding.set(0, 320);
  server.units.set(1, unit);
  const found = await devices({
    devices: [
      meterDevice({ port }),
      { ...batteryDevice({ port }), id: "bank" },
      meterDevice({ port: 1 }, { id: "away" }),
    ],
  });
  expect(found.map(({ state, detail }) => [state, detail.split(":")[0]])).toEqual([
    ["ok", "meter (127.0.0.1"],
    ["warning", "bank (127.0.0.1"],
    ["warning", "away (127.0.0.1"],
  ]);
  expect(found[0]?.detail).toMatch(/3\.2 kW$/);
  expect(found[1]).toMatchObject({
    detail: expect.stringMatching(/soc: /),
    fix: expect.stringMatching(/registers/),
  });
  expect(found[2]).toMatchObject({
    detail: expect.stringMatching(/ECONNREFUSED/),
    fix: expect.stringMatching(/is it on/),
  });
});

it("says nothing where there are none", async () => {
  expect(await devices({ devices: [] })).toEqual([]);
});
