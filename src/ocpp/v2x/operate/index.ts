import { dataTransfer, type Sayings } from "../../common/operate.js";
import { unsaidBefore21 } from "../../common/only21.js";
import { authorization } from "./authorization.js";
import { availability } from "./availability.js";
import { settings } from "./settings.js";

/** An operator's commands as 2.0.1 says them; 2.1 says most of them alike. */
export const sayings2x: Sayings = {
  ...availability,
  ...settings,
  ...authorization,
  ...dataTransfer,
  ...unsaidBefore21,
};
