export type { Config, OriginOf } from "./config.js";
export { exampleSiteFile } from "./example.js";
export { configEntries, loadConfig, type LoadedConfig } from "./load.js";
export { configReference } from "./reference.js";
