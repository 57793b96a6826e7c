import type { TariffCommand } from "../../../domain/commands/tariffs.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";

const unsaid = (why: string) => ({ write: () => cannot(why) });
const NO_TARIFFS = "2.0.1 takes no tariffs; 2.1 does";

/** What 2.0.1 says of costs; 2.1 adds tariffs to it. */
export const tariffs201: SayingsOf<TariffCommand> = {
  "set-default-tariff": unsaid(NO_TARIFFS),
  "get-tariffs": unsaid(NO_TARIFFS),
  "clear-tariffs": unsaid(NO_TARIFFS),
  "change-transaction-tariff": unsaid(NO_TARIFFS),
  "running-cost": {
    write: ({ cost: { transactionId, totalCost } }) => call("CostUpdated", { transactionId, totalCost }),
    read: () => ({ status: "accepted" }),
  },
  "final-cost": unsaid("2.x is told it in the answer to its last message of the transaction"),
  "user-price": unsaid("2.x is told of prices by tariffs (2.1) and display messages"),
};
