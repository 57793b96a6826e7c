import type { TransactionsCommand } from "../../../domain/commands/transactions.js";
import { clearProfile } from "../../common/clear-profile.js";
import { accepting, call, type SayingsOf } from "../../common/operate.js";

/**
 * GetChargingProfiles must name ids or one more criterion (K09.FR.03): every source that a limit can have leaves
 * out no profile, whatever its purpose and level.
 */
const EVERY_SOURCE = { chargingLimitSource: ["EMS", "Other", "SO", "CSO"] };

/** Blocks E and K: how transactions stand, and which profiles there are. */
export const transactions: SayingsOf<TransactionsCommand> = {
  "get-transaction-status": {
    write: ({ transactionId }) =>
      call("GetTransactionStatus", transactionId === null ? {} : { transactionId }),
    read: ({ ongoingIndicator, messagesInQueue }) => ({
      status: "accepted",
      transaction: {
        isOngoing: typeof ongoingIndicator === "boolean" ? ongoingIndicator : null,
        hasMessages: messagesInQueue === true,
      },
    }),
  },
  "report-charging-profiles": {
    write: ({ evseId }, { nextId }) => {
      const requestId = nextId();
      const where = evseId === null ? {} : { evseId };
      return {
        ...call("GetChargingProfiles", { requestId, ...where, chargingProfile: EVERY_SOURCE }),
        requestId,
      };
    },
    // There are none: nothing will follow.
    read: accepting("NoProfiles"),
  },
  ...clearProfile("chargingProfileId"),
};
