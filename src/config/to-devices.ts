import { resolve } from "node:path";
import type { DeviceConfig, ModbusAccess, MqttAccess, RegisterValue, TopicValue } from "../domain/device.js";
import type { SiteStorage } from "../domain/site.js";
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

const modbusAccess = (modbus: Modbus): ModbusAccess => ({
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
          factor: factorOf(modbus.setpoint),
          before: modbus.setpoint.before,
        },
});

type WrittenTopic =
  | Mqtt["power"]
  | NonNullable<Mqtt["soc"]>
  | NonNullable<NonNullable<Mqtt["setpoint"]>["echo"]>;

const topicValue = (written: WrittenTopic): TopicValue => ({
  topic: written.topic,
  pointer: written.pointer ?? null,
  timePointer: "timePointer" in written ? (written.timePointer ?? null) : null,
  factor: "unit" in written ? factorOf(written) : written.scale,
});

const mqttAccess = (mqtt: Mqtt, folder: string, password: string | null): MqttAccess => ({
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
          factor: factorOf(mqtt.setpoint),
          echo: mqtt.setpoint.echo === undefined ? null : topicValue(mqtt.setpoint.echo),
        },
});

interface Around {
  readonly folder: string;
  readonly secret: (written: SecretFile, at: Path) => string;
}

/** The devices of all sites; each has one way to it, or the file was refused before. */
export const toDevices = ({ sites }: ConfigFile, { folder, secret }: Around): DeviceConfig[] =>
  sites.flatMap((site, s) =>
    site.devices.flatMap(({ id, measures, staleSeconds, mqtt, modbusTcp }, d): DeviceConfig[] => {
      const base = { id, siteId: site.id, kind: measures, staleMs: staleSeconds * SECOND_MS };
      if (modbusTcp !== undefined) return [{ ...base, access: modbusAccess(modbusTcp) }];
      if (mqtt === undefined) return [];
      const at: Path = ["sites", s, "devices", d, "mqtt", "password"];
      const password = mqtt.password === undefined ? null : secret(mqtt.password, at);
      return [{ ...base, access: mqttAccess(mqtt, folder, password) }];
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
