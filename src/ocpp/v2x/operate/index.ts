import { dataTransfer, type Sayings } from "../../common/operate.js";
import { authorization } from "./authorization.js";
import { availability } from "./availability.js";
import { customer } from "./customer.js";
import { display } from "./display.js";
import { monitoring } from "./monitoring.js";
import { network201 } from "./network.js";
import { settings } from "./settings.js";
import { tariffs2x } from "./tariffs.js";

/** An operator's commands as 2.0.1 says them; 2.1 says most of them alike. */
export const sayings2x: Sayings = {
  ...availability,
  ...settings,
  ...monitoring,
  ...customer,
  ...display,
  ...network201,
  ...tariffs2x,
  ...authorization,
  ...dataTransfer,
};
