import type { Config } from "../../config/index.js";
import type { DeviceConfig, DeviceState } from "../../domain/device.js";
import { createDevices } from "../../metering/devices.js";
import { WallClock } from "../../ports/clock.js";
import { type Finding, warning, well } from "./finding.js";

/** Time that each device has to tell its values; an MQTT device tells when it likes. */
const LISTEN_MS = 8_000;
const LOOK_EVERY_MS = 50;
const SILENT = { info: () => undefined, warn: () => undefined };

/** Whether each device tells its values now. Commands nothing. */
export const devices = async (
  { devices: configs }: Pick<Config, "devices">,
  listenMs = LISTEN_MS,
): Promise<Finding[]> => {
  if (configs.length === 0) return [];
  const running = createDevices({ configs, clock: new WallClock(), log: SILENT });
  running.start();
  try {
    const untilMs = performance.now() + listenMs;
    while (!running.states().every(tells) && performance.now() < untilMs)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    return running.states().map((state, at) => findingOf(configs[at], state));
  } finally {
    running.stop();
  }
};

const tells = ({ staleSinceMs, lastError }: DeviceState): boolean =>
  staleSinceMs === null || lastError !== null;

const findingOf = (config: DeviceConfig | undefined, state: DeviceState): Finding => {
  const { id, power, soc, lastError, staleSinceMs, connected } = state;
  const name = `${id} (${addressOf(config)})`;
  if (staleSinceMs === null && power !== null)
    return well("device", `${name}: ${power.value} kW${soc === null ? "" : `, ${soc.value} %`}`);
  const why = lastError?.message ?? (connected ? "it tells nothing" : "no answer");
  return warning(
    "device",
    `${name}: ${why}`,
    connected
      ? "compare its topics, addresses and pointers, or its registers and types, with its manual; docs/devices.md has examples"
      : "is it on, does its address stand in the file rightly, and may this computer connect to it?",
  );
};

const addressOf = (config: DeviceConfig | undefined): string => {
  if (config === undefined) return "";
  const { access } = config;
  if (access.over === "mqtt") return access.broker;
  // A query may hold a key.
  if (access.over === "http") return new URL(access.values.power.url).host;
  return `${access.host}:${access.port}, unit ${access.unitId}`;
};
