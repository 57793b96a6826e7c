import { dataTransfer, type Sayings, speaker } from "../../common/operate.js";
import { clearProfile } from "../../common/clear-profile.js";
import { unsaidBefore21 } from "../../common/only21.js";
import { authorization } from "./authorization.js";
import { availability } from "./availability.js";
import { firmware } from "./firmware.js";
import { logs } from "./logs.js";
import { certificates } from "./certificates.js";
import { secrets } from "./secrets.js";
import { settings } from "./settings.js";
import { tariffs16 } from "./tariffs.js";
import { unsaid16 } from "./unsaid.js";

const sayings: Sayings = {
  ...availability,
  ...settings,
  ...authorization,
  ...firmware,
  ...logs,
  ...dataTransfer,
  ...unsaidBefore21,
  ...certificates,
  ...secrets,
  ...unsaid16,
  ...clearProfile("id"),
  ...tariffs16,
};

/** An operator's commands in OCPP 1.6. */
export const operator16 = speaker(sayings);
