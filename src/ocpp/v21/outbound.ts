import { sayings2x } from "../v2x/operate/index.js";
import { outbound2x } from "../v2x/outbound.js";
import { TRIGGERS_21 } from "../v2x/trigger.js";
import { writeProfile } from "./profile.js";

/** Commands as OCPP 2.1 calls, and the answers to them. */
export const { write, read } = outbound2x({
  sayings: sayings2x("2.1"),
  writeProfile,
  triggers: TRIGGERS_21,
});
