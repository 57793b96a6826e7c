import type { CustomerCommand } from "../../../domain/commands/customer.js";
import { call, type SayingsOf } from "../../common/operate.js";

/** What the station keeps of a customer comes after its answer, as NotifyCustomerInformation. */
export const customer: SayingsOf<CustomerCommand> = {
  "customer-information": {
    write: ({ report, clear, idToken, customerIdentifier }, { nextId }) => {
      if ((idToken === null) === (customerIdentifier === null))
        return { outcome: { status: "error", detail: "name the customer by token or by identifier" } };
      const requestId = nextId();
      const whose = idToken === null ? { customerIdentifier } : { idToken: { idToken, type: "Central" } };
      return { ...call("CustomerInformation", { requestId, report, clear, ...whose }), requestId };
    },
  },
};
