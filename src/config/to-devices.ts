import { resolve } from "node:path";
import type { DeviceConfig, ModbusAccess, MqttAccess, RegisterValue, TopicValue } from "../domain/device.js";
import type { SiteInverter, SiteStorage } from "../domain/site.js";
import { SECOND_MS } from "../domain/units.js";
import type { DeviceFile } from "./device-schema.js";
import type { SecretFile } from "./secrets.js";
import type { ConfigFile } from "./config-schema.js";
import type { Path } from "./yaml-places.js";

const KW_OF: Readonly<Record<"W" | "kW" | "MW", number>> = { W: 0.001, kW: 1, MW: 1_000 };

interface Scaling {
  readonly unit: "W" | "kW" | "MW";
  readonly scale: number;
}

const factorOf = ({ unit, scale }: Scaling): number => KW_OF[unit] * scale;

interface SetpointScaling {
  readonly unit: "W" | "kW" | "MW" | "percent";
  readonly scale: number;
}

/** Percent is of the rated power of the device; `device-faults` refuses it where none is stated. */
const setpointFactor = ({ unit, scale }: SetpointScaling, ratedKw: number): number =>
  unit === "percent" ? (ratedKw / 100) * scale : factorOf({ unit, scale });

type Modbus = NonNullable<DeviceFile["modbusTcp"]>;
type Mqtt = NonNullable<DeviceFile["mqtt"]>;

const registerValue = (written: Modbus["power"] | NonNullable<Modbus["soc"]>): RegisterValue => ({
  table: written.table,
  address: written.address,
  type: written.type,
  wordOrder: written.wordOrder,
  scaleAddress: written.scaleAddress ?? null,
  factor: "unit" in written ? factorOf(written) : written.scale,
});

const modbusAccess = (modbus: Modbus, ratedKw: number): ModbusAccess => ({
  over: "modbus-tcp",
  host: modbus.host,
  port: modbus.port,
  unitId: modbus.unitId,
  pollMs: modbus.pollSeconds * SECOND_MS,
  timeoutMs: modbus.timeoutSeconds * SECOND_MS,
  values: {
    power: registerValue(modbus.power),
    soc: modbus.soc === undefined ? null : registerValue(modbus.soc),
  },
  setpoint:
    modbus.setpoint === undefined
      ? null
      : {
          table: "holding",
          address: modbus.setpoint.address,
          type: modbus.setpoint.type,
          wordOrder: modbus.setpoint.wordOrder,
          factor: setpointFactor(modbus.setpoint, ratedKw),
          before: modbus.setpoint.before,
        },
});

type MqttSetpoint = NonNullable<Mqtt["setpoint"]>;

const topicValue = (written: Mqtt["power"] | NonNullable<Mqtt["soc"]>): TopicValue => ({
  topic: written.topic,
  pointer: written.pointer ?? null,
  timePointer: written.timePointer ?? null,
  factor: "unit" in written ? factorOf(written) : written.scale,
});

const topicEcho = (echo: NonNullable<MqttSetpoint["echo"]>, ratedKw: number): TopicValue => ({
  topic: echo.topic,
  pointer: echo.pointer ?? null,
  timePointer: null,
  factor: setpointFactor(echo, ratedKw),
});

interface MqttAround {
  readonly folder: string;
  readonly password: string | null;
  readonly inverter: DeviceFile["inverter"];
}

const ratedOf = (inverter: DeviceFile["inverter"]): number => inverter?.ratedPowerKw ?? 0;

const mqttAccess = (mqtt: Mqtt, { folder, password, inverter }: MqttAround): MqttAccess => ({
  over: "mqtt",
  broker: mqtt.broker,
  user: mqtt.user ?? null,
  password,
  caFile: mqtt.caFile === undefined ? null : resolve(folder, mqtt.caFile),
  timeoutMs: mqtt.timeoutSeconds * SECOND_MS,
  values: {
    power: topicValue(mqtt.power),
    soc: mqtt.soc === undefined ? null : topicValue(mqtt.soc),
  },
  setpoint:
    mqtt.setpoint === undefined
      ? null
      : {
          topic: mqtt.setpoint.topic,
          key: mqtt.setpoint.key ?? null,
          factor: setpointFactor(mqtt.setpoint, ratedOf(inverter)),
          echo: mqtt.setpoint.echo === undefined ? null : topicEcho(mqtt.setpoint.echo, ratedOf(inverter)),
          isLimit: inverter !== undefined,
        },
});

interface Around {
  readonly folder: string;
  readonly secret: (written: SecretFile, at: Path) => string;
}

/** The devices of all sites; each has one way to it, or the file was refused before. */
export const toDevices = ({ sites }: ConfigFile, { folder, secret }: Around): DeviceConfig[] =>
  sites.flatMap((site, s) =>
    site.devices.flatMap(({ id, measures, staleSeconds, mqtt, modbusTcp, inverter }, d): DeviceConfig[] => {
      const base = { id, siteId: site.id, kind: measures, staleMs: staleSeconds * SECOND_MS };
      if (modbusTcp !== undefined) return [{ ...base, access: modbusAccess(modbusTcp, ratedOf(inverter)) }];
      if (mqtt === undefined) return [];
      const at: Path = ["sites", s, "devices", d, "mqtt", "password"];
      const password = mqtt.password === undefined ? null : secret(mqtt.password, at);
      return [{ ...base, access: mqttAccess(mqtt, { folder, password, inverter }) }];
    }),
  );

/** Batteries of a site that are commanded. */
export const toStorages = (devices: readonly DeviceFile[], rootNodeId: string): SiteStorage[] =>
  devices.flatMap(({ id, node, battery }) =>
    battery === undefined
      ? []
      : [
          {
            id,
            nodeId: node ?? rootNodeId,
            capacityKwh: battery.capacityKwh,
            minimumKwh: (battery.capacityKwh * battery.reservePercent) / 100,
            maxChargeKw: battery.maxChargeKw,
            maxDischargeKw: battery.maxDischargeKw,
            chargeEfficiency: battery.chargeEfficiency,
            dischargeEfficiency: battery.dischargeEfficiency,
            wearPerKwh: battery.wearPerKwh,
            watchdogMs: battery.watchdogSeconds === null ? null : battery.watchdogSeconds * SECOND_MS,
            failsafeKw: battery.failsafePowerKw,
          },
        ],
  );

/** PV inverters of a site that are commanded. */
export const toInverters = (devices: readonly DeviceFile[]): SiteInverter[] =>
  devices.flatMap(({ id, inverter }) =>
    inverter === undefined
      ? []
      : [
          {
            id,
            ratedKw: inverter.ratedPowerKw,
            watchdogMs: inverter.watchdogSeconds === null ? null : inverter.watchdogSeconds * SECOND_MS,
            failsafeKw: inverter.failsafePowerKw,
          },
        ],
  );
