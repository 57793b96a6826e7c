import { type Entry, entries, type Fault, text } from "./site-faults.js";

const has = (entry: Entry, key: string): boolean => entry[key] !== undefined;

/** What contradicts itself within the devices of a site. */
export const deviceFaults = (devices: readonly Entry[]): Fault[] =>
  devices.flatMap((device, index) => {
    const at = (...path: string[]): (string | number)[] => ["devices", index, ...path];
    return [...accessFaults(device, at), ...batteryFaults(device, at)];
  });

type At = (...path: string[]) => (string | number)[];

const accessFaults = (device: Entry, at: At): Fault[] => {
  const [mqtt, modbus] = [has(device, "mqtt"), has(device, "modbusTcp")];
  if (mqtt && modbus) return [{ path: at("modbusTcp"), message: "give either mqtt or modbusTcp, not both" }];
  return mqtt || modbus ? [] : [{ path: at(), message: "no way to it: give mqtt or modbusTcp" }];
};

const batteryFaults = (device: Entry, at: At): Fault[] => {
  const way = has(device, "mqtt") ? "mqtt" : "modbusTcp";
  const [access = {}] = entries([device[way]]);
  if (text(device["measures"]) !== "battery")
    return [
      ...["battery", "node"]
        .filter((key) => has(device, key))
        .map((key) => ({ path: at(key), message: "only a device that measures: battery has it" })),
      ...["soc", "setpoint"]
        .filter((key) => has(access, key))
        .map((key) => ({ path: at(way, key), message: "only a device that measures: battery has it" })),
    ];
  if (has(access, "setpoint") && !has(device, "battery"))
    return [{ path: at(), message: "it can be commanded: state its size and powers under `battery`" }];
  if (!has(device, "battery")) return [];
  return ["soc", "setpoint"]
    .filter((key) => !has(access, key))
    .map((key) => ({ path: at(way), message: `a battery that is commanded needs ${key}` }))
    .concat(failsafeFaults(device, at));
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
