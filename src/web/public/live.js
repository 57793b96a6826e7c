import { authorization, errorOf } from "./api.js";

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */

/**
 * Pushed states of a site, read with fetch because EventSource cannot send an Authorization header.
 * Comes back by itself after a loss and names the last state it saw, so that it is not sent again.
 */

/** The server says something at least every 5 s; after this silence the connection counts as lost. */
export const SILENCE_MS = 12_000;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 15_000;

/**
 * @typedef {object} LiveHandlers
 * @property {(state: SiteLive) => void} onState
 * @property {() => void} onSign any sign of life
 * @property {() => void} onLost the connection ended; it is tried again
 * @property {() => void} onRefused the token is not accepted; it is not tried again
 */

/**
 * Splits what came so far into whole events and the rest.
 * @param {string} text
 * @returns {{events: {id: string | null, data: string}[], rest: string}}
 */
export const parseEvents = (text) => {
  const blocks = text.split(/\r?\n\r?\n/);
  const rest = blocks.pop() ?? "";
  const events = blocks.flatMap((block) => {
    const fields = block.split(/\r?\n/).map((line) => /^(id|data): ?(.*)$/.exec(line));
    const data = fields.flatMap((field) => (field?.[1] === "data" ? [field[2] ?? ""] : []));
    const id = fields.findLast((field) => field?.[1] === "id")?.[2] ?? null;
    return data.length === 0 ? [] : [{ id, data: data.join("\n") }];
  });
  return { events, rest };
};

/**
 * Reads one connection to its end; resolves false when the token was refused.
 * @param {{url: string, lastId: string | null, signal: AbortSignal}} request
 * @param {(event: {id: string | null, data: string}) => void} onEvent
 * @param {() => void} onSign
 */
const readOnce = async ({ url, lastId, signal }, onEvent, onSign) => {
  const resume = lastId === null ? {} : { "last-event-id": lastId };
  const headers = { accept: "text/event-stream", ...authorization(), ...resume };
  const response = await fetch(url, { headers, signal, cache: "no-store" });
  if (response.status === 401 || response.status === 403) return false;
  if (!response.ok || response.body === null) throw await errorOf(response);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    onSign();
    const parsed = parseEvents(rest + decoder.decode(value, { stream: true }));
    rest = parsed.rest;
    for (const event of parsed.events) onEvent(event);
  }
};

/** @param {number} delayMs @param {AbortSignal} signal */
const pause = (delayMs, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });

/**
 * Follows a site until the returned function is called.
 * @param {string} siteId
 * @param {LiveHandlers} handlers
 * @returns {() => void}
 */
export const follow = (siteId, handlers) => {
  const url = `/api/v1/sites/${encodeURIComponent(siteId)}/live/stream`;
  const ended = new AbortController();
  /** @type {string | null} */
  let lastId = null;
  let retryMs = FIRST_RETRY_MS;

  /** One connection, given up after too long a silence. */
  const connect = async () => {
    const connection = new AbortController();
    const give = () => connection.abort();
    ended.signal.addEventListener("abort", give);
    let silence = setTimeout(give, SILENCE_MS);
    try {
      return await readOnce(
        { url, lastId, signal: connection.signal },
        ({ id, data }) => {
          lastId = id ?? lastId;
          handlers.onState(JSON.parse(data));
        },
        () => {
          retryMs = FIRST_RETRY_MS;
          clearTimeout(silence);
          silence = setTimeout(give, SILENCE_MS);
          handlers.onSign();
        },
      );
    } finally {
      clearTimeout(silence);
      ended.signal.removeEventListener("abort", give);
    }
  };

  const run = async () => {
    while (!ended.signal.aborted) {
      const accepted = await connect().catch(() => true);
      if (ended.signal.aborted) return;
      if (!accepted) return handlers.onRefused();
      handlers.onLost();
      await pause(retryMs, ended.signal);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    }
  };
  void run();
  return () => ended.abort();
};
