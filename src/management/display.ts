import type { DisplayMessage } from "../domain/commands/display.js";
import type { DisplayFile, ShownMessage } from "../domain/station-file/display.js";
import type { StationNews } from "../domain/station-news.js";

/** Messages that are kept of a station. */
const MOST_MESSAGES = 100;

export const NO_DISPLAY: DisplayFile = { messages: [], requestId: null, completeMs: null };

/** What is known of a station's display: a report begins anew, and what is set or cleared is known by one. */
export const reduceDisplay = (file: DisplayFile, news: StationNews): DisplayFile => {
  if (news.kind === "display-told") return told(file, news);
  if (news.kind !== "commanded") return file;
  const { command, outcome, atMs } = news;
  switch (command.kind) {
    case "report-display-messages": {
      // There are none: nothing will follow.
      const completeMs = outcome.detail === undefined ? null : atMs;
      const kept = file.messages.filter(
        ({ messageId }) => command.messageIds.length > 0 && !command.messageIds.includes(messageId),
      );
      return { messages: kept, requestId: outcome.requestId ?? null, completeMs };
    }
    case "set-display-message":
      return { ...file, messages: merged(file.messages, [shownOf(command.message)]) };
    case "clear-display-message":
      return { ...file, messages: file.messages.filter(({ messageId }) => messageId !== command.messageId) };
    default:
      return file;
  }
};

/** `in-front` as InFront. */
const asWord = (text: string): string =>
  text.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** As the station will tell it, once it is asked. */
const shownOf = ({ priority, state, format, ...message }: DisplayMessage): ShownMessage => ({
  ...message,
  priority: asWord(priority),
  state: state === null ? null : asWord(state),
  format: format.toUpperCase(),
});

type Told = Extract<StationNews, { kind: "display-told" }>;

const told = (file: DisplayFile, { requestId, messages, more, atMs }: Told): DisplayFile => ({
  ...file,
  messages: merged(file.messages, messages),
  completeMs: file.requestId === requestId && !more ? atMs : file.completeMs,
});

const merged = (older: readonly ShownMessage[], newer: readonly ShownMessage[]): ShownMessage[] =>
  [...new Map([...older, ...newer].map((message) => [message.messageId, message])).values()]
    .slice(0, MOST_MESSAGES)
    .sort((a, b) => a.messageId - b.messageId);
