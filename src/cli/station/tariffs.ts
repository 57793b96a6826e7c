import type { Command } from "commander";
import { type AskOptions, asking, EVSE_OPTION, run } from "./asking.js";

const tariff = (): Command =>
  asking("tariff", "give a station the tariff of its site, for drivers to see (2.1)")
    .option(...EVSE_OPTION)
    .option("--transaction <id>", "only of this running transaction")
    .action(async (id: string, options: AskOptions & { evse?: number; transaction?: string }) =>
      run(
        id,
        options,
        options.transaction === undefined
          ? { kind: "set-default-tariff", evseId: options.evse ?? null, tariff: null }
          : { kind: "change-transaction-tariff", transactionId: options.transaction, tariff: null },
      ),
    );

const tariffs = (): Command =>
  asking("tariffs", "tariffs that a station has (2.1)")
    .option(...EVSE_OPTION)
    .option("--clear [ids...]", "take these away, without ids all")
    .action(async (id: string, options: AskOptions & { evse?: number; clear?: true | string[] }) => {
      const evseId = options.evse ?? null;
      if (options.clear === undefined) return run(id, options, { kind: "get-tariffs", evseId });
      const tariffIds = options.clear === true ? [] : options.clear;
      return run(id, options, { kind: "clear-tariffs", tariffIds, evseId });
    });

const price = (): Command =>
  asking("user-price", "show what a driver will pay (1.6, where the station knows cost messages)")
    .argument("<token>", "the id token")
    .argument("<text>", "what is shown")
    .action(async (id: string, idToken: string, text: string, ...rest: [AskOptions]) =>
      run(id, rest[0], { kind: "user-price", idToken, text }),
    );

/** What a station knows of prices. */
export const tariffCommands = (): Command[] => [tariff(), tariffs(), price()];
