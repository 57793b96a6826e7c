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

/** What an operator asks of a station over a running server. */
export const operatorCommands = (): Command[] => [
  statusCommand(),
  simulateCommand(),
  ...transactionCommands(),
  ...availabilityCommands(),
  ...settingsCommands(),
  ...monitoringCommands(),
  ...customerCommands(),
  ...displayCommands(),
  ...tariffCommands(),
  ...networkCommands(),
  ...authorizationCommands(),
  ...gridCommands(),
  ...dischargeCommands(),
  ...firmwareCommands(),
  ...logCommands(),
  ...securityCommands(),
  ...messageCommands(),
];
