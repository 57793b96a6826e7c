export { type CentralSystem, createCentralSystem } from "./central.js";
export type { EvseElectrics } from "./common/codec.js";
export type { ConnectionView } from "./server/connections.js";
export type { CentralParts } from "./server/desk.js";
export { type CentralSettings, DEFAULT_CENTRAL_SETTINGS } from "./settings.js";
