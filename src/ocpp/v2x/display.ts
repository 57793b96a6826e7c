import type { CommandOutcome } from "../../domain/command.js";
import type { DisplayMessage } from "../../domain/commands/display.js";
import type { ShownMessage } from "../../domain/station-file/display.js";
import type { InboundHandler } from "../common/codec.js";
import { writeTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";
import { NAMES, readComponentName, writeComponentName } from "./variable-name.js";

const PRIORITIES = {
  "always-front": "AlwaysFront",
  "in-front": "InFront",
  "normal-cycle": "NormalCycle",
} as const satisfies Record<DisplayMessage["priority"], string>;
const STATES = {
  charging: "Charging",
  faulted: "Faulted",
  idle: "Idle",
  unavailable: "Unavailable",
  suspended: "Suspended",
  discharging: "Discharging",
} as const satisfies Record<NonNullable<DisplayMessage["state"]>, string>;
const FORMATS = {
  ascii: "ASCII",
  html: "HTML",
  uri: "URI",
  utf8: "UTF8",
  qrcode: "QRCODE",
} as const satisfies Record<DisplayMessage["format"], string>;

const given = (name: string, value: unknown): Payload => (value === null ? {} : { [name]: value });
const timed = (name: string, atMs: number | null): Payload =>
  given(name, atMs === null ? null : writeTime(atMs));

/** A message in words of 2.x, or why there is none. */
export const writeMessage = (
  message: DisplayMessage,
): { readonly message: Payload } | { readonly outcome: CommandOutcome } => {
  const display = message.display === null ? null : readComponentName(message.display);
  if (message.display !== null && (display === null || display.variable !== undefined))
    return { outcome: { status: "error", detail: `"${message.display}" is no component; ${NAMES}` } };
  return {
    message: {
      id: message.messageId,
      priority: PRIORITIES[message.priority],
      ...given("state", message.state === null ? null : STATES[message.state]),
      ...timed("startDateTime", message.fromMs),
      ...timed("endDateTime", message.untilMs),
      ...given("transactionId", message.transactionId),
      message: {
        format: FORMATS[message.format],
        ...given("language", message.language),
        content: message.content,
      },
      ...given("display", display?.component ?? null),
    },
  };
};

const readMessage = (info: Payload, readTime: (text: string | null) => number | null): ShownMessage => {
  const content = objectAt(info, "message");
  return {
    messageId: numberAt(info, "id") ?? 0,
    priority: textAt(info, "priority") ?? "unknown",
    state: textAt(info, "state"),
    fromMs: readTime(textAt(info, "startDateTime")),
    untilMs: readTime(textAt(info, "endDateTime")),
    transactionId: textAt(info, "transactionId"),
    format: textAt(content, "format") ?? "unknown",
    language: textAt(content, "language"),
    content: textAt(content, "content") ?? "",
    display: info["display"] === undefined ? null : writeComponentName(info, "display"),
  };
};

/** A part of the messages that a station has; the one without `tbc` is the last. */
export const notifyDisplayMessages: InboundHandler = (payload, { stationId, nowMs, readTime }) => ({
  news: [
    {
      kind: "display-told",
      stationId,
      atMs: nowMs,
      requestId: numberAt(payload, "requestId") ?? 0,
      messages: listAt(payload, "messageInfo").map((info) => readMessage(info, readTime)),
      more: payload["tbc"] === true,
    },
  ],
  answer: () => ({}),
});
