import type { Command } from "commander";
import { type AskOptions, asking, EVSE_OPTION, run } from "./asking.js";

const tariff = (): Command =>
  asking("set-tariff", "give a station the tariff of its site, for drivers to see (2.1)")
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

const getTariffs = (): Command =>
  asking("get-tariffs", "tariffs that a station has (2.1)")
    .option(...EVSE_OPTION)
    .action(async (id: string, options: AskOptions & { evse?: number }) =>
      run(id, options, { kind: "get-tariffs", evseId: options.evse ?? null }),
    );

const clearTariffs = (): Command =>
  asking("clear-tariffs", "take tariffs of a station away (2.1)")
    .argument("[ids...]", "these; without any all")
    .option(...EVSE_OPTION)
    .action(async (id: string, tariffIds: string[], options: AskOptions & { evse?: number }) =>
      run(id, options, { kind: "clear-tariffs", tariffIds, evseId: options.evse ?? null }),
    );

const price = (): Command =>
  asking("user-price", "show what a driver will pay (1.6, where the station knows cost messages)")
    .argument("<token>", "the id token")
    .argument("<text>", "what is shown")
    .action(async (id: string, idToken: string, text: string, ...rest: [AskOptions]) =>
      run(id, rest[0], { kind: "user-price", idToken, text }),
    );

/** What a station knows of prices. */
export const tariffCommands = (): Command[] => [tariff(), getTariffs(), clearTariffs(), price()];
