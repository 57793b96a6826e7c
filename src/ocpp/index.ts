export { type CentralSystem, createCentralSystem } from "./central.js";
export type { CentralParts } from "./server/desk.js";
export type { CentralSettings } from "./settings.js";
