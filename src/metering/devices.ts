import type { DeviceConfig } from "../domain/device.js";
import type { Measurement } from "../domain/site.js";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../domain/units.js";
import type { Clock } from "../ports/clock.js";
import type { Devices } from "../ports/devices.js";
import type { Adapter, Tell } from "./adapter.js";
import { type DeviceEvent, type DeviceRecord, emptyRecord, nextRecord, stateOf } from "./device-record.js";
import { httpAdapter } from "./http/adapter.js";
import { ModbusLine } from "./modbus/line.js";
import { modbusAdapter } from "./modbus/adapter.js";
import { mqttAdapter } from "./mqtt/adapter.js";
import { totalOf } from "./totals.js";

/** Structured log lines; pino fits. */
interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface DeviceParts {
  readonly configs: readonly DeviceConfig[];
  readonly clock: Clock;
  readonly log: Log;
  /** Draws in [0, 1). */
  readonly random?: () => number;
}

/** The devices of a configuration, over MQTT, Modbus TCP and HTTP. */
export interface RunningDevices extends Devices {
  start(): void;
  stop(): void;
}

/** A site's total is passed on no more often than this, by the product's clock: the rest says nothing new. */
const PASS_ON_EVERY_MS = SECOND_MS;

type Standing = "well" | "lost" | "refused";

interface Device {
  readonly config: DeviceConfig;
  record: DeviceRecord;
  adapter: Adapter | null;
  /** What was logged last, so that a device at fault has one line and not one a second. */
  said: Standing | null;
  /** When each was logged last: one that comes and goes has a line now and then. */
  readonly saidMs: Map<Standing, EpochMs>;
}

export const createDevices = ({ configs, clock, log, random = Math.random }: DeviceParts): RunningDevices => {
  const devices = new Map<string, Device>(
    configs.map((config) => [
      config.id,
      { config, record: emptyRecord(clock.now()), adapter: null, said: null, saidMs: new Map() },
    ]),
  );
  const lines = new Map<string, ModbusLine>();
  const measurementListeners: ((measurement: Measurement) => void)[] = [];
  const changeListeners: ((deviceId: string) => void)[] = [];
  const passOn = createTotals(clock, [...devices.values()], (measurement) => {
    for (const listener of measurementListeners) listener(measurement);
  });

  const take = (device: Device, event: DeviceEvent): void => {
    const before = stateOf(device.config, device.record, clock.now());
    device.record = nextRecord(device.record, event, clock.now());
    const after = stateOf(device.config, device.record, clock.now());
    note({ log, clock }, device, event, after.refused > before.refused);
    if (event.kind === "value" && event.quantity === "power" && after.power !== before.power)
      passOn(device.config.siteId, measuredKind(device.config));
    const usable = (state: typeof after): boolean => state.connected && state.staleSinceMs === null;
    if (usable(before) !== usable(after)) for (const listener of changeListeners) listener(device.config.id);
  };

  const lineTo = (host: string, port: number): ModbusLine => {
    const key = `${host}:${port}`;
    const line = lines.get(key) ?? new ModbusLine({ host, port });
    lines.set(key, line);
    return line;
  };
  const adapterOf = ({ access }: DeviceConfig, tell: Tell): Adapter => {
    if (access.over === "mqtt") return mqttAdapter({ clock, random }, access, tell);
    if (access.over === "http") return httpAdapter({ clock, random }, access, tell);
    return modbusAdapter({ clock, random }, access, lineTo(access.host, access.port), tell);
  };

  for (const device of devices.values())
    device.adapter = adapterOf(device.config, (event) => take(device, event));

  return {
    states: () => [...devices.values()].map(({ config, record }) => stateOf(config, record, clock.now())),
    setPower: async (deviceId, powerKw) => {
      const device = devices.get(deviceId);
      if (device?.adapter == null) return { status: "refused", detail: `no device "${deviceId}"` };
      take(device, { kind: "told", powerKw });
      const answer = await device.adapter.setPower(powerKw);
      take(device, { kind: "answered", powerKw, answer });
      return answer;
    },
    onMeasurement: (listener) => void measurementListeners.push(listener),
    onChange: (listener) => void changeListeners.push(listener),
    start: () => {
      for (const { adapter } of devices.values()) adapter?.start();
    },
    stop: () => {
      for (const { adapter } of devices.values()) adapter?.stop();
      for (const line of lines.values()) line.close();
    },
  };
};

const measuredKind = ({ kind, nodeId = "" }: DeviceConfig): Measurement["kind"] =>
  kind === "node" ? `node:${nodeId}` : kind;

/** Sums the devices of a kind at a site whenever one tells a power, and passes the sum on at a bounded rate. */
const createTotals = (clock: Clock, devices: readonly Device[], pass: (measurement: Measurement) => void) => {
  const passedMs = new Map<string, EpochMs>();
  const passNow = (siteId: string, kind: Measurement["kind"]): void => {
    const nowMs = clock.now();
    const total = totalOf(
      devices
        .filter(({ config }) => config.siteId === siteId && measuredKind(config) === kind)
        .map(({ config, record }) => ({ power: record.power, staleMs: config.staleMs })),
      nowMs,
    );
    if (total !== null) pass({ siteId, kind, powerKw: total.value, atMs: total.atMs });
  };
  return (siteId: string, kind: Measurement["kind"]): void => {
    const key = `${kind} ${siteId}`;
    const nowMs = clock.now();
    const nextMs = (passedMs.get(key) ?? -Infinity) + PASS_ON_EVERY_MS;
    // One that waits already takes this value along.
    if (nextMs > nowMs + PASS_ON_EVERY_MS) return;
    passedMs.set(key, Math.max(nowMs, nextMs));
    if (nextMs <= nowMs) passNow(siteId, kind);
    else clock.after(nextMs - nowMs, () => passNow(siteId, kind));
  };
};

const SAY_AGAIN_MS = 10 * MINUTE_MS;

const SENTENCES: Readonly<Record<Standing, string>> = {
  well: "device tells its values",
  lost: "device cannot be reached; its last values are used until they are stale",
  refused: "device tells what is no value; that is left out",
};

const standingOf = (event: DeviceEvent, refused: boolean): Standing | null => {
  if (refused) return "refused";
  if (event.kind === "lost") return "lost";
  return event.kind === "value" ? "well" : null;
};

const note = (
  { log, clock }: Pick<DeviceParts, "log" | "clock">,
  device: Device,
  event: DeviceEvent,
  refused: boolean,
): void => {
  const { config, record } = device;
  const standing = standingOf(event, refused);
  if (standing === null || standing === device.said) return;
  device.said = standing;
  const nowMs = clock.now();
  if (nowMs - (device.saidMs.get(standing) ?? -Infinity) < SAY_AGAIN_MS) return;
  device.saidMs.set(standing, nowMs);
  const fields = { siteId: config.siteId, device: config.id };
  if (standing === "well") log.info(fields, SENTENCES.well);
  else log.warn({ ...fields, error: record.lastError?.message }, SENTENCES[standing]);
};
