import { existsSync } from "node:fs";
import {
  type Config,
  type ConfigFile,
  loadConfig,
  type OriginOf,
  type PlacedWarning,
} from "../config/index.js";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import { unusableAddresses } from "./transfer-hook-addresses.js";

/** Values of the command line by their dotted path; undefined: not given. */
export type Flags = Readonly<Record<string, unknown>>;

export interface ReadConfig {
  readonly config: Config;
  readonly originOf: OriginOf;
  readonly file: ConfigFile;
  /** What is most likely not meant. */
  readonly warnings: readonly PlacedWarning[];
}

/** The configuration of a file, environment and flags; throws all its faults at once. */
export const readConfig = (path: string, flags: Flags = {}): ReadConfig => {
  if (!existsSync(path)) throw new YouxuError("config.not-found", "there is no such file", path);
  const loaded = loadConfig({ path, env: process.env, flags });
  if (!loaded.ok) throw new Faults(loaded.errors);
  const faults = unusableAddresses(loaded.config, loaded.originOf);
  if (faults.length > 0) throw new Faults(faults);
  return loaded;
};
