import { BODY_VALUE } from "../domain/device.js";
import { type Entry, entries, type Fault, text } from "./site-faults.js";

const has = (entry: Entry, key: string): boolean => entry[key] !== undefined;

/** What contradicts itself within the devices of a site. */
export const deviceFaults = (devices: readonly Entry[]): Fault[] =>
  devices.flatMap((device, index) => {
    const at = (...path: string[]): (string | number)[] => ["devices", index, ...path];
    return [...accessFaults(device, at), ...commandFaults(device, at)];
  });

type At = (...path: string[]) => (string | number)[];

const WAYS = ["mqtt", "modbusTcp", "http"];

const wayOf = (device: Entry): string => WAYS.find((way) => has(device, way)) ?? "modbusTcp";

const accessFaults = (device: Entry, at: At): Fault[] => {
  const [first, second] = WAYS.filter((way) => has(device, way));
  if (first === undefined) return [{ path: at(), message: "no way to it: give mqtt, modbusTcp or http" }];
  const both = (way: string): Fault => ({
    path: at(way),
    message: `give either ${first} or ${way}, not both`,
  });
  return [...(second === undefined ? [] : [both(second)]), ...authFaults(device, at)];
};

const authFaults = (device: Entry, at: At): Fault[] => {
  const [http = {}] = entries([device["http"]]);
  if (has(http, "token") && has(http, "user"))
    return [{ path: at("http", "token"), message: "give either token, or user and password" }];
  return has(http, "user") === has(http, "password")
    ? []
    : [{ path: at("http"), message: "user and password go together" }];
};

/** The key under which a device that is commanded states its size, by what it measures. */
const SIZE_OF: Readonly<Record<string, string>> = { battery: "battery", pv: "inverter" };

const only = (what: string): string => `only a device that measures: ${what} has it`;

const nodeFaults = (device: Entry, kind: string, at: At): Fault[] => {
  if (kind === "node")
    return has(device, "node") ? [] : [{ path: at(), message: "which node does it measure? Give `node`" }];
  return kind === "site-import" && has(device, "node")
    ? [{ path: at("node"), message: only("battery, pv or node") }]
    : [];
};

const commandFaults = (device: Entry, at: At): Fault[] => {
  const kind = text(device["measures"]) ?? "";
  const way = wayOf(device);
  const [access = {}] = entries([device[way]]);
  const size = SIZE_OF[kind];
  const misplaced = [
    ...["battery", "inverter"]
      .filter((key) => key !== size && has(device, key))
      .map((key) => ({ path: at(key), message: only(key === "battery" ? "battery" : "pv") })),
    ...nodeFaults(device, kind, at),
    ...(kind !== "battery" && has(access, "soc") ? [{ path: at(way, "soc"), message: only("battery") }] : []),
  ];
  if (size === undefined)
    return has(access, "setpoint")
      ? [...misplaced, { path: at(way, "setpoint"), message: only("battery or pv") }]
      : misplaced;
  return [...misplaced, ...bodyFaults(access, at, way), ...sizeFaults(device, { at, way, size, access })];
};

interface Commanded {
  readonly at: At;
  readonly way: string;
  readonly size: string;
  readonly access: Entry;
}

const sizeFaults = (device: Entry, { at, way, size, access }: Commanded): Fault[] => {
  if (has(access, "setpoint") && !has(device, size))
    return [{ path: at(), message: `it can be commanded: state its size and powers under \`${size}\`` }];
  if (!has(device, size)) return percentFaults(access, at, way);
  return (size === "battery" ? ["soc", "setpoint"] : ["setpoint"])
    .filter((key) => !has(access, key))
    .map((key) => ({
      path: at(way),
      message: `${size === "battery" ? "a battery" : "an inverter"} that is commanded needs ${key}`,
    }))
    .concat(size === "battery" ? [...failsafeFaults(device, at), ...percentFaults(access, at, way)] : [])
    .concat(size === "inverter" ? limitFaults(device, at) : []);
};

const JSON_TYPE = "application/json";

/** A body of JSON that is none with a number in it. */
const bodyFaults = (access: Entry, at: At, way: string): Fault[] => {
  const [setpoint = {}] = entries([access["setpoint"]]);
  const body = text(setpoint["body"]);
  if (way !== "http" || body === null || (text(setpoint["contentType"]) ?? JSON_TYPE) !== JSON_TYPE)
    return [];
  try {
    JSON.parse(body.replaceAll(BODY_VALUE, "-1.5"));
    return [];
  } catch {
    return [{ path: at(way, "setpoint", "body"), message: `no JSON with a number for ${BODY_VALUE}` }];
  }
};

const percentFaults = (access: Entry, at: At, way: string): Fault[] => {
  const [setpoint = {}] = entries([access["setpoint"]]);
  const [echo = {}] = entries([setpoint["echo"]]);
  const message = "percent is of an inverter's rated power; a battery is told W, kW or MW";
  return [
    ...(setpoint["unit"] === "percent" ? [{ path: at(way, "setpoint", "unit"), message }] : []),
    ...(echo["unit"] === "percent" ? [{ path: at(way, "setpoint", "echo", "unit"), message }] : []),
  ];
};

const limitFaults = (device: Entry, at: At): Fault[] => {
  const [inverter = {}] = entries([device["inverter"]]);
  const [failsafe, rated] = [inverter["failsafePowerKw"], inverter["ratedPowerKw"]];
  return typeof failsafe === "number" && typeof rated === "number" && failsafe > rated
    ? [{ path: at("inverter", "failsafePowerKw"), message: "beyond ratedPowerKw" }]
    : [];
};

const failsafeFaults = (device: Entry, at: At): Fault[] => {
  const [battery = {}] = entries([device["battery"]]);
  const failsafe = battery["failsafePowerKw"];
  const [charge, discharge] = [battery["maxChargeKw"], battery["maxDischargeKw"]];
  if (typeof failsafe !== "number" || typeof charge !== "number" || typeof discharge !== "number") return [];
  return failsafe <= charge && failsafe >= -discharge
    ? []
    : [{ path: at("battery", "failsafePowerKw"), message: "beyond maxChargeKw or maxDischargeKw" }];
};
