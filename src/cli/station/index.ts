import type { Command } from "commander";
import { authorizationCommands } from "./authorization.js";
import { availabilityCommands } from "./availability.js";
import { gridCommands } from "./grid.js";
import { firmwareCommands } from "./firmware.js";
import { logCommands } from "./logs.js";
import { messageCommands } from "./messages.js";
import { securityCommands } from "./security.js";
import { settingsCommands } from "./settings.js";

/** What an operator asks of a station over a running server. */
export const operatorCommands = (): Command[] => [
  ...availabilityCommands(),
  ...settingsCommands(),
  ...authorizationCommands(),
  ...gridCommands(),
  ...firmwareCommands(),
  ...logCommands(),
  ...securityCommands(),
  ...messageCommands(),
];
