import { dataTransfer, type Sayings, speaker } from "../../common/operate.js";
import { authorization } from "./authorization.js";
import { availability } from "./availability.js";
import { settings } from "./settings.js";

const sayings: Sayings = { ...availability, ...settings, ...authorization, ...dataTransfer };

/** An operator's commands in OCPP 1.6. */
export const operator16 = speaker(sayings);
