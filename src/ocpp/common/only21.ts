import type { BatterySwapCommand } from "../../domain/commands/battery-swap.js";
import type { GridControlCommand } from "../../domain/commands/grid-control.js";
import type { StreamCommand } from "../../domain/commands/streams.js";
import { cannot, type SayingsOf } from "./operate.js";

const unsaid = { write: () => cannot("only OCPP 2.1 has a word for it") };

/** What a version before 2.1 cannot say. */
export const unsaidBefore21: SayingsOf<GridControlCommand | BatterySwapCommand | StreamCommand> = {
  "set-der-control": unsaid,
  "get-der-controls": unsaid,
  "clear-der-control": unsaid,
  "afrr-signal": unsaid,
  "request-battery-swap": unsaid,
  "list-streams": unsaid,
  "adjust-stream": unsaid,
};
