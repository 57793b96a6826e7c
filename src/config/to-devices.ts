import { resolve } from "node:path";
import type {
  DeviceConfig,
  HttpAccess,
  ModbusAccess,
  MqttAccess,
  RegisterValue,
  TopicValue,
  UrlValue,
} from "../domain/device.js";
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

type Http = NonNullable<DeviceFile["http"]>;

const urlValue = (written: Http["power"] | NonNullable<Http["soc"]>): UrlValue => ({
  url: written.url,
  pointer: written.pointer ?? null,
  timePointer: written.timePointer ?? null,
  factor: "unit" in written ? factorOf(written) : written.scale,
});

const urlSetpoint = (written: NonNullable<Http["setpoint"]>, ratedKw: number): HttpAccess["setpoint"] => ({
  url: written.url,
  method: written.method,
  body: written.body,
  contentType: written.contentType,
  factor: setpointFactor(written, ratedKw),
  echo:
    written.echo === undefined
      ? null
      : {
          pointer: written.echo.pointer ?? null,
          timePointer: null,
          factor: setpointFactor(written.echo, ratedKw),
        },
});

interface HttpAround {
  readonly folder: string;
  readonly authorization: string | null;
  readonly ratedKw: number;
}

const httpAccess = (http: Http, { folder, authorization, ratedKw }: HttpAround): HttpAccess => ({
  over: "http",
  authorization,
  caFile: http.caFile === undefined ? null : resolve(folder, http.caFile),
  pollMs: http.pollSeconds * SECOND_MS,
  timeoutMs: http.timeoutSeconds * SECOND_MS,
  values: { power: urlValue(http.power), soc: http.soc === undefined ? null : urlValue(http.soc) },
  setpoint: http.setpoint === undefined ? null : urlSetpoint(http.setpoint, ratedKw),
});

const authorizationOf = (
  { user, password, token }: Http,
  secretAt: (written: SecretFile, key: string) => string,
): string | null => {
  if (token !== undefined) return `Bearer ${secretAt(token, "token")}`;
  if (user === undefined || password === undefined) return null;
  return `Basic ${Buffer.from(`${user}:${secretAt(password, "password")}`).toString("base64")}`;
};

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
    site.devices.flatMap(
      ({ id, measures, staleSeconds, mqtt, modbusTcp, http, inverter, node }, d): DeviceConfig[] => {
        const base = {
          id,
          siteId: site.id,
          kind: measures,
          ...(measures === "node" && node !== undefined ? { nodeId: node } : {}),
          staleMs: staleSeconds * SECOND_MS,
        };
        if (modbusTcp !== undefined) return [{ ...base, access: modbusAccess(modbusTcp, ratedOf(inverter)) }];
        const at: Path = ["sites", s, "devices", d];
        if (http !== undefined) {
          const authorization = authorizationOf(http, (written, key) =>
            secret(written, [...at, "http", key]),
          );
          return [
            { ...base, access: httpAccess(http, { folder, authorization, ratedKw: ratedOf(inverter) }) },
          ];
        }
        if (mqtt === undefined) return [];
        const password =
          mqtt.password === undefined ? null : secret(mqtt.password, [...at, "mqtt", "password"]);
        return [{ ...base, access: mqttAccess(mqtt, { folder, password, inverter }) }];
      },
    ),
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
  devices.flatMap(({ id, node, inverter }) =>
    inverter === undefined
      ? []
      : [
          {
            id,
            ...(node === undefined ? {} : { nodeId: node }),
            ratedKw: inverter.ratedPowerKw,
            watchdogMs: inverter.watchdogSeconds === null ? null : inverter.watchdogSeconds * SECOND_MS,
            failsafeKw: inverter.failsafePowerKw,
          },
        ],
  );

/** PV below the root that is measured, and not commanded. */
export const toMeasuredPv = (devices: readonly DeviceFile[]): { id: string; nodeId: string }[] =>
  devices.flatMap(({ id, measures, node, inverter }) =>
    measures === "pv" && inverter === undefined && node !== undefined ? [{ id, nodeId: node }] : [],
  );

/** Nodes below the root that have a meter of their own. */
export const toMeteredNodeIds = (devices: readonly DeviceFile[]): string[] =>
  devices.flatMap(({ measures, node }) => (measures === "node" && node !== undefined ? [node] : []));
