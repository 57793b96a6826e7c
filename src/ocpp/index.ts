export { allActions } from "./schemas.js";
export { type CentralSystem, type ConnectionName, createCentralSystem } from "./central.js";
export { whyNotSent } from "./foreseen.js";
export type { CentralParts } from "./server/desk.js";
export type { CentralSettings } from "./settings.js";
