export type { Config, OriginOf } from "./config.js";
export type { ConfigFile } from "./config-schema.js";
export { exampleSiteFile } from "./example.js";
export { configEntries, loadConfig } from "./load.js";
export { configReference } from "./reference.js";
