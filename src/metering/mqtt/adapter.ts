import type { DeviceAnswer, MqttAccess, TopicValue } from "../../domain/device.js";
import type { Cancel } from "../../ports/clock.js";
import { type Adapter, type AdapterParts, sentenceOf, type Tell } from "../adapter.js";
import { backoffMs } from "../backoff.js";
import { awaitFollowing, type Following } from "../following.js";
import { type BrokerConnection, type BrokerMessage, connectBroker } from "../../mqtt/connection.js";
import { setpointMessage, valueOfMessage } from "../payload.js";

/**
 * A device behind an MQTT broker. A broker that took a setpoint says nothing of the device: it is confirmed by
 * the device's own echo or, where it has none, by its power that follows.
 */
export const mqttAdapter = (parts: AdapterParts, access: MqttAccess, tell: Tell): Adapter => {
  const { clock, random } = parts;
  const { values, setpoint } = access;
  let connection: BrokerConnection | null = null;
  let waiting: Cancel | null = null;
  let ready = false;
  let failures = 0;
  let stopped = false;
  let following: Following | null = null;

  const read = (value: TopicValue | null, message: BrokerMessage, take: (found: Taken) => void): void => {
    if (value === null || value.topic !== message.topic) return;
    const { text, retained } = message;
    const found = valueOfMessage(value, text, { nowMs: clock.now(), retained });
    if (typeof found === "string") tell({ kind: "refused", why: `${message.topic}: ${found}` });
    else take(found);
  };

  const takeMessage = (message: BrokerMessage): void => {
    read(values.power, message, ({ value, atMs }) => {
      tell({ kind: "value", quantity: "power", value, measuredMs: atMs });
      if (setpoint?.echo === null) following?.see(value, atMs);
    });
    read(values.soc, message, ({ value, atMs }) =>
      tell({ kind: "value", quantity: "soc", value, measuredMs: atMs }),
    );
    read(setpoint?.echo ?? null, message, ({ value, atMs }) => following?.see(value, atMs));
  };

  const connect = (): void => {
    connection = connectBroker(access, topicsOf(access), {
      ready: () => {
        failures = 0;
        ready = true;
        tell({ kind: "connected" });
      },
      message: takeMessage,
      dropped: (bytes) => tell({ kind: "refused", why: `a message of ${bytes} bytes` }),
      over: (why) => {
        ready = false;
        following?.lose(why);
        tell({ kind: "lost", why });
        failures += 1;
        if (!stopped) waiting = clock.after(backoffMs(failures - 1, random()), connect);
      },
    });
  };

  const publish = async (powerKw: number): Promise<DeviceAnswer> => {
    if (setpoint === null) return { status: "refused", detail: "no setpoint is configured" };
    if (connection === null || !ready) return { status: "unknown", detail: "not connected" };
    following?.supersede();
    const follows = awaitFollowing({
      clock,
      powerKw,
      withinMs: access.timeoutMs,
      isLimit: setpoint.isLimit && setpoint.echo === null,
    });
    following = follows;
    try {
      await connection.publish(setpoint.topic, setpointMessage(setpoint, powerKw));
      return await follows.answer;
    } catch (error) {
      const detail = sentenceOf(error);
      follows.lose(detail);
      return { status: "unknown", detail };
    }
  };

  return {
    start: connect,
    setPower: publish,
    stop: () => {
      stopped = true;
      waiting?.();
      following?.lose("stopped");
      connection?.close();
    },
  };
};

interface Taken {
  readonly value: number;
  readonly atMs: number;
}

const topicsOf = ({ values, setpoint }: MqttAccess): string[] => [
  ...new Set([values.power, values.soc, setpoint?.echo ?? null].flatMap((value) => value?.topic ?? [])),
];
