import type { Command } from "commander";
import { numberOption } from "../output.js";
import { type AskOptions, asking, EVSE_OPTION, evseNumber, run } from "./asking.js";

const reset = (): Command =>
  asking("reset", "restart a station")
    .option("--hard", "without ending transactions in order (1.6; in 2.x all resets are at once)")
    .option(
      "--when-idle",
      "once no transaction runs (2.x; 1.6 resets at once: disable it, and reset it when nobody charges)",
    )
    .option(...EVSE_OPTION)
    .action(
      async (id: string, options: AskOptions & { hard?: boolean; whenIdle?: boolean; evse?: number }) => {
        const how = options.whenIdle === true ? "when-idle" : options.hard === true ? "hard" : "soft";
        await run(id, options, { kind: "reset", how, evseId: options.evse ?? null });
      },
    );

const availability = (name: "enable" | "disable", description: string): Command =>
  asking(name, description)
    .option(...EVSE_OPTION)
    .action(async (id: string, options: AskOptions & { evse?: number }) => {
      const evseId = options.evse ?? null;
      await run(id, options, { kind: "change-availability", evseId, operative: name === "enable" });
    });

const unlock = (): Command =>
  asking("unlock", "release the plug of a connector")
    .option("--evse <number>", "EVSE (1.6: connector)", evseNumber, 1)
    .option(
      "--connector <number>",
      "connector of the EVSE (2.x)",
      numberOption("--connector", { least: 1, most: 100, whole: true }),
      1,
    )
    .action(async (id: string, options: AskOptions & { evse: number; connector: number }) =>
      run(id, options, { kind: "unlock", evseId: options.evse, connectorId: options.connector }),
    );

/** Restarts, service and plugs. */
export const availabilityCommands = (): Command[] => [
  reset(),
  availability("enable", "take a station or an EVSE into service"),
  availability("disable", "take it out of service: no transaction begins, one that runs goes on"),
  unlock(),
];
