import type { OcppVersion } from "../../src/domain/fleet.js";
import { schemaBook } from "../../src/ocpp/schemas.js";
import type { Counter, Reply, Session } from "../../src/ocpp/session/contract.js";
import { createSession } from "../../src/ocpp/session/session.js";
import { type CallWindow, createCallWindow } from "../../src/ocpp/session/window.js";
import { DEFAULT_CENTRAL_SETTINGS } from "../../src/ocpp/settings.js";
import type { Clock } from "../../src/ports/clock.js";

export interface Bench {
  readonly session: Session;
  readonly sent: unknown[][];
  readonly closed: { code: number; reason: string }[];
  readonly counters: Counter[];
  readonly flow: string[];
  /** Plays the station's answer to the last call that was sent. */
  readonly answer: (payload: object) => void;
}

/** A session without sockets: what it writes is kept. */
export function bench(options: {
  clock: Clock;
  version?: OcppVersion;
  window?: CallWindow;
  handle?: (action: string, payload: Readonly<Record<string, unknown>>) => Promise<Reply>;
  settings?: Partial<typeof DEFAULT_CENTRAL_SETTINGS>;
}): Bench {
  const version = options.version ?? "1.6";
  const sent: unknown[][] = [];
  const closed: Bench["closed"] = [];
  const counters: Counter[] = [];
  const flow: string[] = [];
  const session = createSession({
    version,
    clock: options.clock,
    book: schemaBook(version),
    settings: { ...DEFAULT_CENTRAL_SETTINGS, ...options.settings },
    window: options.window ?? createCallWindow(100),
    handle: options.handle ?? (() => Promise.resolve({ payload: {} })),
    count: (counter) => void counters.push(counter),
    port: {
      send: (text) => {
        const message: unknown = JSON.parse(text);
        if (Array.isArray(message)) sent.push(message);
      },
      close: (code, reason) => void closed.push({ code, reason }),
      pause: () => void flow.push("pause"),
      resume: () => void flow.push("resume"),
    },
  });
  return {
    session,
    sent,
    closed,
    counters,
    flow,
    answer(payload) {
      const call = sent.findLast((message) => message[0] === 2);
      session.receive(JSON.stringify([3, call?.[1], payload]));
    },
  };
}

/** Lets promises that are already settled run their continuations. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
