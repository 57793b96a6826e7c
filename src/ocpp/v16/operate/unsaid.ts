import type { CustomerCommand } from "../../../domain/commands/customer.js";
import type { DisplayCommand } from "../../../domain/commands/display.js";
import type { MonitoringCommand } from "../../../domain/commands/monitoring.js";
import type { NetworkCommand } from "../../../domain/commands/network.js";
import type { CommandOf } from "../../../domain/command.js";
import { cannot, type SayingsOf } from "../../common/operate.js";

const unsaid = (why: string) => ({ write: () => cannot(why) });
const NO_DISPLAY = "1.6 has no display messages; a maker may have them as data transfer";
const NO_MONITORS = "1.6 has no monitors";

/** What 1.6 has no word for. */
export const unsaid16: SayingsOf<
  | MonitoringCommand
  | CustomerCommand
  | DisplayCommand
  | NetworkCommand
  | CommandOf<"get-transaction-status" | "report-charging-profiles">
> = {
  "get-transaction-status": unsaid(
    "1.6 cannot be asked how a transaction stands: messages of it come by themselves",
  ),
  "report-charging-profiles": unsaid(
    "1.6 does not tell its profiles: get-composite-schedule tells what comes of them",
  ),
  "set-monitoring-base": unsaid(NO_MONITORS),
  "set-monitoring-level": unsaid(NO_MONITORS),
  "set-monitors": unsaid(NO_MONITORS),
  "clear-monitors": unsaid(NO_MONITORS),
  "report-monitors": unsaid(NO_MONITORS),
  "set-display-message": unsaid(NO_DISPLAY),
  "report-display-messages": unsaid(NO_DISPLAY),
  "clear-display-message": unsaid(NO_DISPLAY),
  "set-network-profile": unsaid("1.6 has no network profiles; its address is a setting of its maker"),
  "customer-information": unsaid(
    "1.6 cannot be asked what it keeps of a customer; clear-cache forgets tokens",
  ),
};
