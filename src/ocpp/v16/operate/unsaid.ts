import type { CustomerCommand } from "../../../domain/commands/customer.js";
import type { MonitoringCommand } from "../../../domain/commands/monitoring.js";
import { cannot, type SayingsOf } from "../../common/operate.js";

const unsaid = (why: string) => ({ write: () => cannot(why) });
const NO_MONITORS = "1.6 has no monitors";

/** What 1.6 has no word for. */
export const unsaid16: SayingsOf<MonitoringCommand | CustomerCommand> = {
  "set-monitoring-base": unsaid(NO_MONITORS),
  "set-monitoring-level": unsaid(NO_MONITORS),
  "set-monitors": unsaid(NO_MONITORS),
  "clear-monitors": unsaid(NO_MONITORS),
  "report-monitors": unsaid(NO_MONITORS),
  "customer-information": unsaid(
    "1.6 cannot be asked what it keeps of a customer; clear-cache forgets tokens",
  ),
};
