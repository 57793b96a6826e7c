import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { WebSocket } from "ws";
import { z } from "zod";
import { PASSWORD } from "../ocpp/harness.js";
import { basic } from "../ocpp/raw.js";
import type { Attack } from "./attack.js";
import { commit } from "./commit.js";
import type { Plant } from "./plants.js";

const listening = z.object({ port: z.int().positive() });
const insides = z.object({
  faults: z.array(z.string()),
  heapBytes: z.number(),
  witnessWh: z.number(),
  isWitnessRunning: z.boolean(),
});
type Insides = z.infer<typeof insides>;

export interface Target {
  /** Does it, and looks at the server from outside and inside; what is wrong, or null. */
  readonly attack: (attack: Attack) => Promise<string | null>;
  /** Bytes that the server holds after it has done that so many times. */
  readonly heapAfter: (attack: Attack, times: number) => Promise<number>;
  readonly heapBytes: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** More schemas are compiled at their first use; an answer that is not there by then never comes. */
const ANSWER_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 2_000;

const timely = <T>(work: Promise<T>, withinMs: number, otherwise: T): Promise<T> => {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), withinMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** A station beside the attacker that charges all the while, one watt-hour more at each look. */
const witnessAt = (port: number) => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/WITNESS`, ["ocpp2.0.1"], {
    headers: { Authorization: basic("WITNESS", PASSWORD) },
  });
  socket.on("error", () => undefined);
  const waiting = new Map<string, (isAnswered: boolean) => void>();
  socket.on("message", (data: Buffer) => {
    const [type, id]: readonly unknown[] = JSON.parse(data.toString("utf8"));
    if (type !== 2) return waiting.get(String(id))?.(type === 3);
    socket.send(JSON.stringify([4, id, "NotImplemented", "", {}]));
  });
  socket.on("close", () => {
    for (const settle of waiting.values()) settle(false);
  });
  let wh = 0;
  const tell = (): Promise<boolean> =>
    new Promise((resolve) => {
      const seqNo = wh++;
      waiting.set(`w${seqNo}`, resolve);
      const event = {
        eventType: seqNo === 0 ? "Started" : "Updated",
        seqNo,
        timestamp: new Date().toISOString(),
        triggerReason: "MeterValuePeriodic",
        transactionInfo: { transactionId: "witness" },
        evse: { id: 1 },
        meterValue: [{ timestamp: new Date().toISOString(), sampledValue: [{ value: 1_000_000 + seqNo }] }],
      };
      socket.send(JSON.stringify([2, `w${seqNo}`, "TransactionEvent", event]));
    });
  return { opened: once(socket, "open"), tell, toldWh: () => wh - 1, close: () => socket.terminate() };
};

/** A listening central system in a process of its own. */
export const openTarget = async (
  plant: Plant | null = null,
  answerWithinMs = ANSWER_WITHIN_MS,
): Promise<Target> => {
  const child = fork(new URL("./server-process.ts", import.meta.url), plant === null ? [] : [plant], {
    execArgv: ["--expose-gc", "--import", "tsx"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit").then(() => null);
  const [first]: unknown[] = await once(child, "message");
  const { port } = listening.parse(first);
  const witness = witnessAt(port);
  await witness.opened;
  await witness.tell();
  const look = (collect: boolean): Promise<Insides | null> => lookInto(child, collect, answerWithinMs);
  const inspect = async (): Promise<string | null> => {
    if (isGone(child)) return "the process has ended";
    if (!(await timely(witness.tell(), answerWithinMs, false))) {
      // Its connections go a moment before it is known to have ended.
      await timely(ended, ENDS_WITHIN_MS, null);
      return isGone(child) ? "the process has ended" : "another station is not answered";
    }
    const seen = await look(false);
    if (seen === null) return "the process does nothing any more";
    const [fault] = seen.faults;
    if (fault !== undefined) return fault;
    const isKept = seen.isWitnessRunning && seen.witnessWh === witness.toldWh();
    return isKept ? null : `of ${witness.toldWh()} Wh that another station told ${seen.witnessWh} are left`;
  };
  const attack = async (one: Attack): Promise<string | null> => {
    const found = await commit(port, one, answerWithinMs);
    const inside = await inspect();
    return inside === "the process has ended" ? inside : (found ?? inside);
  };
  const heapBytes = async (): Promise<number> => (await look(true))?.heapBytes ?? 0;
  return {
    attack,
    heapBytes,
    heapAfter: async (one, times) => {
      for (let turn = 0; turn < times; turn++) await commit(port, one, answerWithinMs);
      return heapBytes();
    },
    close: async () => {
      witness.close();
      if (isGone(child)) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
};

const isGone = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

const lookInto = async (child: ChildProcess, collect: boolean, withinMs: number): Promise<Insides | null> => {
  if (isGone(child) || !child.connected) return null;
  const asked = new AbortController();
  const answer = Promise.race([
    once(child, "message", asked).then(([message]: unknown[]) => insides.parse(message)),
    once(child, "exit", asked).then(() => null),
  ]).catch(() => null);
  child.send({ collect });
  return timely(answer, withinMs, null).finally(() => asked.abort());
};
