import type { StationMessage } from "../messages.js";
import type { Payload, Words } from "../wire/words.js";
import type { StationFault } from "./contract.js";

/** Says a message again, as a station does that missed the answer: a new message with the same content. */
const repeating =
  (kind: StationMessage["kind"]) =>
  (words: Words): Words => ({
    ...words,
    also: (message, context) => {
      const call = message.kind === kind ? words.write(message, context) : null;
      return [...(words.also?.(message, context) ?? []), ...(call === null ? [] : [call])];
    },
  });

const stoppingAs =
  (transactionId: number) =>
  (words: Words): Words => ({
    ...words,
    write: (message, context) => {
      const call = words.write(message, context);
      if (call === null || message.kind !== "ended") return call;
      const payload: Payload = { ...call.payload, transactionId };
      return { ...call, payload };
    },
  });

/** Boots and transactions that are told too often, too seldom or under another name. */
export const MESSAGE_FAULTS = {
  "no-boot": { about: "never sends a BootNotification", words: (words) => ({ ...words, boot: () => null }) },
  "boots-again-and-again": {
    about: "sends a BootNotification beside every meter value",
    words: (words, spec) => ({
      ...words,
      also: (message, context) => {
        const boot = message.kind === "updated" ? words.boot(spec) : null;
        return [...(words.also?.(message, context) ?? []), ...(boot === null ? [] : [boot])];
      },
    }),
  },
  "starts-twice": { about: "sends the start of each transaction twice", words: repeating("started") },
  "stops-twice": { about: "sends the end of each transaction twice", words: repeating("ended") },
  "stops-as-zero": {
    about: "ends transaction 0 in place of its own",
    versions: ["1.6"],
    words: stoppingAs(0),
  },
  "never-starts": {
    about: "accepts a remote start and begins nothing",
    words: (words) => ({
      ...words,
      handlers: {
        ...words.handlers,
        RemoteStartTransaction: () => ({ status: "Accepted" }),
        RequestStartTransaction: () => ({ status: "Accepted" }),
      },
    }),
  },
} as const satisfies Record<string, StationFault>;
