import type {
  DeviceConfig,
  HttpAccess,
  ModbusAccess,
  MqttAccess,
  RegisterValue,
} from "../../src/domain/device.js";

const register = (address: number, change: Partial<RegisterValue> = {}): RegisterValue => ({
  table: "holding",
  address,
  type: "int16",
  wordOrder: "big",
  scaleAddress: null,
  factor: 0.01,
  ...change,
});

/** A battery in registers: power at 0 (10 W), charge at 2 (percent), setpoint at 4, hand-over at 6. */
export const modbusAccess = (change: Partial<ModbusAccess> & { readonly port: number }): ModbusAccess => ({
  over: "modbus-tcp",
  host: "127.0.0.1",
  unitId: 1,
  pollMs: 1_000,
  timeoutMs: 300,
  values: { power: register(0), soc: register(2, { factor: 1, type: "uint16" }) },
  setpoint: { ...register(4), before: [{ address: 6, value: 1 }] },
  ...change,
});

export const batteryDevice = (change: Partial<ModbusAccess> & { readonly port: number }): DeviceConfig => ({
  id: "bank",
  siteId: "community",
  kind: "battery",
  staleMs: 60_000,
  access: modbusAccess(change),
});

export const meterDevice = (
  change: Partial<ModbusAccess> & { readonly port: number },
  device: Partial<DeviceConfig> = {},
): DeviceConfig => ({
  id: "meter",
  siteId: "community",
  kind: "site-import",
  staleMs: 60_000,
  access: modbusAccess({ values: { power: register(0), soc: null }, setpoint: null, ...change }),
  ...device,
});

export const mqttAccess = (change: Partial<MqttAccess> & { readonly broker: string }): MqttAccess => ({
  over: "mqtt",
  user: null,
  password: null,
  caFile: null,
  timeoutMs: 2_000,
  values: {
    power: { topic: "bank/power", pointer: "/w", timePointer: null, factor: 0.001 },
    soc: { topic: "bank/soc", pointer: null, timePointer: null, factor: 1 },
  },
  setpoint: { topic: "bank/set", key: null, factor: 0.001, echo: null, isLimit: false },
  ...change,
});

/** A device with a web interface as the simulated one has it. */
export const httpAccess = (url: string, change: Partial<HttpAccess> = {}): HttpAccess => ({
  over: "http",
  authorization: null,
  caFile: null,
  pollMs: 1_000,
  timeoutMs: 300,
  values: {
    power: { url: `${url}/status`, pointer: "/watts", timePointer: "/at", factor: 0.001 },
    soc: { url: `${url}/status`, pointer: "/charge", timePointer: null, factor: 1 },
  },
  setpoint: {
    url: `${url}/set`,
    method: "PUT",
    body: '{"watts":{value}}',
    contentType: "application/json",
    factor: 0.001,
    echo: null,
  },
  ...change,
});
