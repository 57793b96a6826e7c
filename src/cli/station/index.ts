import type { Command } from "commander";
import { authorizationCommands } from "./authorization.js";
import { availabilityCommands } from "./availability.js";
import { customerCommands } from "./customer.js";
import { messageCommands } from "./messages.js";
import { monitoringCommands } from "./monitoring.js";
import { settingsCommands } from "./settings.js";

/** What an operator asks of a station over a running server. */
export const operatorCommands = (): Command[] => [
  ...availabilityCommands(),
  ...settingsCommands(),
  ...monitoringCommands(),
  ...customerCommands(),
  ...authorizationCommands(),
  ...messageCommands(),
];
