import type { AskedCommand, CommandOf, CommandOutcome } from "../../domain/command.js";
import type { DataTransferCommand } from "../../domain/commands/data-transfer.js";
import { type Payload, textAt } from "../wire.js";
import type { OutboundContext, Written } from "./codec.js";
import { outcomeOf } from "./outcome.js";

/** How a version says a command, and what the answer to it means: left out, its status says it all. */
interface Saying<C extends AskedCommand> {
  write(command: C, context: OutboundContext): Written;
  read?(answer: Payload, command: C): CommandOutcome;
}

/** Sayings of some kinds of commands; a file per block of the standard. */
export type SayingsOf<C extends AskedCommand> = {
  readonly [K in C["kind"]]: Saying<Extract<C, CommandOf<K>>>;
};

/** All that a version can be asked: a new command must be said, or refused, in each. */
export type Sayings = SayingsOf<AskedCommand>;

export const call = (action: string, payload: Payload): Written => ({ call: { action, payload } });
export const cannot = (detail: string): Written => ({ outcome: { status: "unsupported", detail } });

/** Takes these states of an answer for accepted, and tells them as detail. */
export const accepting =
  (...alsoAccepted: readonly string[]) =>
  (answer: Payload): CommandOutcome =>
    outcomeOf(answer, alsoAccepted);

/** Every command by its saying. */
export const speaker = (
  sayings: Sayings,
): {
  write: (command: AskedCommand, context: OutboundContext) => Written;
  read: (command: AskedCommand, answer: Payload) => CommandOutcome;
} => {
  const sayingOf = ({ kind }: AskedCommand): Saying<AskedCommand> => sayings[kind];
  return {
    write: (command, context) => sayingOf(command).write(command, context),
    read: (command, answer) => sayingOf(command).read?.(answer, command) ?? outcomeOf(answer),
  };
};

/** The same in every version. */
export const dataTransfer: SayingsOf<DataTransferCommand> = {
  "data-transfer": {
    write: ({ vendorId, messageId, data }) =>
      call("DataTransfer", {
        vendorId,
        ...(messageId === null ? {} : { messageId }),
        ...(data === null ? {} : { data }),
      }),
    read: (answer) => {
      const outcome = outcomeOf(answer);
      const data = textAt(answer, "data");
      return outcome.status !== "accepted" || data === null ? outcome : { ...outcome, data };
    },
  },
};

/** The same in every version. */
export const authorizationAlike: SayingsOf<CommandOf<"clear-cache" | "cancel-reservation">> = {
  "clear-cache": { write: () => call("ClearCache", {}) },
  "cancel-reservation": {
    write: ({ reservationId }) => call("CancelReservation", { reservationId }),
  },
};
