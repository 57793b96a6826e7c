import type { EpochMs } from "../../src/domain/units.js";
import { type Cancel, type Clock, passed } from "../../src/ports/clock.js";
import type { StationBody } from "./body.js";
import { type Outbox, createOutbox } from "./outbox.js";
import type { Delivery, Fate, Late, Uplink } from "./uplink.js";

const RECONNECT_MS = 10_000;

/** A station's connection: it comes back by itself, may be taken away, fall silent or lose messages. */
export interface Line {
  readonly outbox: Outbox;
  connect(): void;
  /** The connection is gone, whoever ended it. */
  lost(): void;
  /** Takes the connection away until `restore`. */
  cutOff(): void;
  restore(): void;
  /** The connection stays, but nothing is answered or said. */
  silence(on: boolean): void;
  /** What becomes of each message from now on, commands and the station's own alike. */
  disturb(fates: () => Fate): void;
  /** What becomes of a command that comes in now. */
  fate(): Fate;
  /** The answer of one that was late goes out. */
  answersLate(): void;
  /** The last command was left without an answer. */
  owesAnswer(): boolean;
  isUp(): boolean;
  /** Connected, and not silent. */
  canSpeak(): boolean;
  idle(): boolean;
  /** When the central system last answered. */
  heardMs(): EpochMs;
  stop(): Promise<void>;
}

export interface LineParts {
  readonly clock: Clock;
  readonly body: StationBody;
  readonly uplink: () => Uplink;
  readonly onChange: () => void;
  readonly onUp: () => void;
  /** It is idle no more, or its connection went. */
  readonly onStir: () => void;
}

const always = (): Fate => "answered";

export const createLine = ({ clock, body, uplink, onChange, onUp, onStir }: LineParts): Line => {
  let link: "down" | "connecting" | "up" = "down";
  /** Connection taken away on purpose. */
  let cut = false;
  let silent = false;
  let stopped = false;
  let owes = false;
  let fates = always;
  let retry: Cancel | null = null;
  let heardMs = clock.now();
  /** Messages that are on their way for a time. */
  let late = 0;
  /** Which connection it is. */
  let connection = 0;

  const lost = (): void => {
    if (link === "down") return;
    link = "down";
    owes = false;
    onStir();
    body.offline();
    outbox.close();
    onChange();
    connectLater();
  };
  const stays = (): boolean => cut || stopped;
  const connectLater = (): void => {
    if (stays() || retry !== null) return;
    retry = clock.after(RECONNECT_MS, () => {
      retry = null;
      connect();
    });
  };
  const connect = (): void => {
    if (link !== "down" || silent || stays()) return;
    link = "connecting";
    onStir();
    void connectNow();
  };
  const connectNow = async (): Promise<void> => {
    const up = await uplink().connect();
    if (stays()) await uplink().cut();
    if (!up || stays() || link !== "connecting") {
      link = "down";
      connectLater();
      return;
    }
    link = "up";
    connection++;
    if (!silent) outbox.open();
    onUp();
  };
  const breakDown = (): void => {
    lost();
    void uplink().cut();
  };
  /** A message is lost only together with its connection: that is what the transport promises. */
  const send: Uplink["send"] = async (message, transactionId): Promise<Delivery> => {
    const fate = fates();
    if (typeof fate === "object") return sendLate(fate, message, transactionId);
    const delivery: Delivery =
      fate === "lost" ? { status: "lost" } : await uplink().send(message, transactionId);
    if (fate === "answered" || link !== "up") return delivery;
    breakDown();
    return { status: "lost" };
  };
  const onItsWay = async (forMs: number): Promise<void> => {
    late++;
    await passed(clock, forMs);
    late--;
    onStir();
  };
  const sendLate = async (
    { thereMs, backMs }: Late,
    ...said: Parameters<Uplink["send"]>
  ): Promise<Delivery> => {
    const mine = connection;
    const isGone = (): boolean => link !== "up" || connection !== mine;
    await onItsWay(thereMs);
    if (isGone()) return { status: "lost" };
    const delivery = await uplink().send(...said);
    await onItsWay(backMs);
    return isGone() ? { status: "lost" } : delivery;
  };
  const outbox = createOutbox({
    clock,
    send,
    onStir,
    transactionId: (message) => ("localId" in message ? body.transactionId(message.localId) : null),
    onDelivered: (message, delivery) => {
      heardMs = clock.now();
      body.hear(message, delivery);
    },
  });

  return {
    outbox,
    connect,
    lost,
    cutOff: () => {
      cut = true;
      retry?.();
      retry = null;
      breakDown();
    },
    restore: () => {
      cut = false;
      connect();
    },
    silence: (on) => {
      silent = on;
      if (on) return outbox.close();
      if (link === "up") outbox.open();
      else connect();
    },
    disturb: (next) => {
      fates = next;
    },
    fate: () => {
      const fate = silent ? "lost" : fates();
      owes = fate !== "answered";
      return fate;
    },
    answersLate: () => {
      owes = false;
    },
    owesAnswer: () => owes,
    isUp: () => link === "up",
    canSpeak: () => link === "up" && !silent,
    idle: () => link !== "connecting" && (late > 0 || outbox.idle()),
    heardMs: () => heardMs,
    stop: async () => {
      stopped = true;
      retry?.();
      outbox.close();
      link = "down";
      await uplink().cut();
    },
  };
};
