import { existsSync } from "node:fs";
import { type Config, type ConfigFile, loadConfig, type OriginOf } from "../config/index.js";
import { YouxuError } from "../domain/errors.js";

/** Values of the command line by their dotted path; undefined: not given. */
export type Flags = Readonly<Record<string, unknown>>;

/** Faults of a configuration, all at once. */
export class ConfigFaults extends Error {
  readonly faults: readonly YouxuError[];

  constructor(faults: readonly YouxuError[]) {
    super(`${faults.length} problems in the configuration`);
    this.faults = faults;
  }
}

export interface ReadConfig {
  readonly config: Config;
  readonly originOf: OriginOf;
  readonly file: ConfigFile;
}

/** The configuration of a file, environment and flags; throws all its faults at once. */
export const readConfig = (path: string, flags: Flags = {}): ReadConfig => {
  if (!existsSync(path)) throw new YouxuError("config.not-found", `there is no ${path}`, path);
  const loaded = loadConfig({ path, env: process.env, flags });
  if (!loaded.ok) throw new ConfigFaults(loaded.errors);
  return loaded;
};
