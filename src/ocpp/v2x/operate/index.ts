import { dataTransfer, type Sayings } from "../../common/operate.js";
import { authorization } from "./authorization.js";
import { availability } from "./availability.js";
import { firmware } from "./firmware.js";
import { logs } from "./logs.js";
import { settings } from "./settings.js";

/** An operator's commands as 2.0.1 and 2.1 say them alike. */
export const sayings2x: Sayings = {
  ...availability,
  ...settings,
  ...authorization,
  ...firmware,
  ...logs(false),
  ...dataTransfer,
};
