import { triggersOf } from "../../domain/trigger.js";
import { sayings2x } from "../v2x/operate/index.js";
import { outbound2x } from "../v2x/outbound.js";
import { writeProfile } from "./profile.js";

/** Commands as OCPP 2.0.1 calls, and the answers to them. */
export const { write, read } = outbound2x({
  sayings: sayings2x("2.0.1"),
  writeProfile,
  triggers: triggersOf("2.0.1"),
});
