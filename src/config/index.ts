export type { Config, LocalCaConfig, OriginOf, PlugAndChargeConfig, TlsConfig } from "./config.js";
export type { ConfigFile } from "./config-schema.js";
export { exampleSiteFile } from "./example.js";
export { configEntries, loadConfig, type PlacedWarning } from "./load.js";
export { configReference } from "./reference.js";
