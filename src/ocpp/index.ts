export {
  type CentralParts,
  type CentralSystem,
  type ConnectionView,
  createCentralSystem,
} from "./central.js";
export type { EvseElectrics } from "./common/codec.js";
export { type CentralSettings, DEFAULT_CENTRAL_SETTINGS } from "./settings.js";
