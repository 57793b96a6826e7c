import type { Command } from "commander";
import { authorizationCommands } from "./authorization.js";
import { availabilityCommands } from "./availability.js";
import { customerCommands } from "./customer.js";
import { dischargeCommands } from "./discharge.js";
import { displayCommands } from "./display.js";
import { gridCommands } from "./grid.js";
import { firmwareCommands } from "./firmware.js";
import { logCommands } from "./logs.js";
import { messageCommands } from "./messages.js";
import { securityCommands } from "./security.js";
import { monitoringCommands } from "./monitoring.js";
import { networkCommands } from "./network.js";
import { settingsCommands } from "./settings.js";
import { simulateCommand } from "./simulate.js";
import { statusCommand } from "./status.js";
import { tariffCommands } from "./tariffs.js";
import { transactionCommands } from "./transactions.js";

/** Commands under the title by which help lists them. */
const grouped = (title: string, ...commands: readonly Command[]): Command[] =>
  commands.map((command) => command.helpGroup(`${title}:`));

/** What an operator asks of a station over a running server. */
export const operatorCommands = (): Command[] => [
  ...grouped("How they stand", statusCommand(), ...messageCommands(), ...logCommands()),
  ...grouped("Charging", ...transactionCommands(), ...dischargeCommands(), simulateCommand()),
  ...grouped("Service", ...availabilityCommands(), ...firmwareCommands()),
  ...grouped("Settings and monitors", ...settingsCommands(), ...monitoringCommands()),
  ...grouped("Drivers", ...authorizationCommands(), ...customerCommands(), ...displayCommands()),
  ...grouped("Prices and grid", ...tariffCommands(), ...gridCommands()),
  ...grouped("Network and security", ...networkCommands(), ...securityCommands()),
];
