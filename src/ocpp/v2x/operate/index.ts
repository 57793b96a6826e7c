import { dataTransfer, type Sayings } from "../../common/operate.js";
import { unsaidBefore21 } from "../../common/only21.js";
import { authorization } from "./authorization.js";
import { availability } from "./availability.js";
import { firmware } from "./firmware.js";
import { logs } from "./logs.js";
import { certificatesOf } from "./certificates.js";
import { customer } from "./customer.js";
import { display } from "./display.js";
import { monitoring } from "./monitoring.js";
import { networkOf } from "./network.js";
import { secretsOf } from "./secrets.js";
import { settings } from "./settings.js";
import { tariffsOf } from "./tariffs.js";
import { transactions } from "./transactions.js";
import type { Version2 } from "./version.js";

/** Commands as 2.0.1 and 2.1 say them, mostly alike. */
export const sayings2x = (version: Version2): Sayings => ({
  ...availability,
  ...settings,
  ...monitoring,
  ...customer,
  ...display,
  ...transactions,
  ...authorization,
  ...firmware,
  ...logs(version),
  ...dataTransfer,
  ...networkOf(version),
  ...tariffsOf(version),
  ...unsaidBefore21,
  ...certificatesOf(version),
  ...secretsOf(version),
});
