import { writer } from "../v2x/outbound.js";
import { writeProfile } from "./profile.js";

export { read, trigger } from "../v2x/outbound.js";
/** The command as an OCPP 2.1 call. */
export const write = writer(writeProfile);
