import { existsSync, statSync } from "node:fs";
import type { Config } from "../../config/index.js";
import { MINUTE_MS } from "../../domain/units.js";
import { solverByName } from "../../optimizer/index.js";
import { fault, type Finding, warning, well } from "./finding.js";

const MIN_NODE = [20, 19] as const;

export const nodeVersion = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
    ? well("Node", version)
    : fault("Node", version, `install Node ${MIN_NODE.join(".")} or newer`);
};

export const solver = async (): Promise<Finding> => {
  try {
    await solverByName("highs");
    return well("HiGHS", "WebAssembly loads");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fault("HiGHS", why, "run npm ci again, or set planning.solver: simplex");
  }
};

/**
 * A clock that stands behind what was written before is wrong; one that runs ahead cannot be seen
 * without asking outside.
 */
export const clock = ({ file, store }: Pick<Config, "file" | "store">, nowMs: number): Finding => {
  const [newest] = [file, store.path, `${store.path}-wal`]
    .filter((path) => existsSync(path))
    .map((path) => ({ path, writtenMs: statSync(path).mtimeMs }))
    .toSorted((a, b) => b.writtenMs - a.writtenMs);
  const shown = new Date(nowMs).toISOString();
  return newest === undefined || newest.writtenMs <= nowMs + MINUTE_MS
    ? well("clock", shown)
    : warning(
        "clock",
        `shows ${shown}, but ${newest.path} was written at ${new Date(newest.writtenMs).toISOString()}`,
        "set this computer's clock, and let it follow the network (NTP): prices and departures go by it",
      );
};
