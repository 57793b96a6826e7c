import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { MqttClient } from "mqtt";
import type { MqttAccess } from "../domain/device.js";
import { GaugedSocket } from "./gauged-socket.js";
import { PacketGauge } from "./packet-gauge.js";

/** More than any meter writes. */
const MOST_MESSAGE_BYTES = 65_536;
const KEEP_ALIVE_S = 30;

/** A message as it came. */
export interface BrokerMessage {
  readonly topic: string;
  readonly text: string;
  readonly retained: boolean;
}

export interface BrokerListener {
  /** The topics are subscribed to. */
  readonly ready: () => void;
  readonly message: (message: BrokerMessage) => void;
  /** A message was too large to be read. */
  readonly dropped: (bytes: number) => void;
  /** Once: the connection is over, or never came about. */
  readonly over: (why: string) => void;
}

/** One connection to a broker, until it is over; it does not come back by itself. */
export interface BrokerConnection {
  /** Resolves when the broker has it. Rejects otherwise, at the latest after the time-out. */
  publish(topic: string, message: string): Promise<void>;
  close(): void;
}

/** Connects and subscribes. Messages are asked for at most once, as the next one tells more than an old one. */
export const connectBroker = (
  access: MqttAccess,
  topics: readonly string[],
  listener: BrokerListener,
): BrokerConnection => {
  let last = "the broker closed the connection";
  let ended = false;
  const over = (why: string): void => {
    if (ended) return;
    ended = true;
    client.end(true);
    listener.over(why);
  };
  const client = new MqttClient(() => streamTo(access, listener.dropped), {
    ...(access.user === null ? {} : { username: access.user }),
    ...(access.password === null ? {} : { password: access.password }),
    keepalive: KEEP_ALIVE_S,
    connectTimeout: access.timeoutMs,
    // Tries again are ours: on the product's clock, ever rarer, and not all at once.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
  });
  client.on("error", ({ message }) => over(message));
  client.on("close", () => over(last));
  client.on("message", (topic, payload, { retain }) =>
    listener.message({ topic, text: payload.toString("utf8"), retained: retain }),
  );
  client.on("connect", () =>
    client.subscribe([...topics], { qos: 0 }, (error, granted) => {
      const refused = granted?.filter(({ qos }) => qos > 2).map(({ topic }) => topic) ?? [];
      if (error !== null && error !== undefined) over(error.message);
      else if (refused.length > 0) over(`the broker refuses ${refused.join(", ")}`);
      else listener.ready();
    }),
  );
  return {
    publish: async (topic, message) => {
      let late: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        late = setTimeout(
          () => reject(new Error(`no answer within ${access.timeoutMs} ms`)),
          access.timeoutMs,
        );
      });
      try {
        await Promise.race([client.publishAsync(topic, message, { qos: 1 }), tooLate]);
      } finally {
        clearTimeout(late);
      }
    },
    close: () => {
      last = "stopped";
      ended = true;
      client.end(true);
    },
  };
};

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "mqtt:": 1883, "mqtts:": 8883 };

const streamTo = (access: MqttAccess, onDropped: (bytes: number) => void): Duplex => {
  const { protocol, hostname, port } = new URL(access.broker);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const address = { host, port: port === "" ? (DEFAULT_PORTS[protocol] ?? 1883) : Number(port) };
  const socket =
    protocol === "mqtts:"
      ? connectTls({
          ...address,
          servername: host,
          ...(access.caFile === null ? {} : { ca: readFileSync(access.caFile) }),
        })
      : connectTcp(address);
  return new GaugedSocket(socket, new PacketGauge(MOST_MESSAGE_BYTES, onDropped));
};
