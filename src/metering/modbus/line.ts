import { Socket } from "node:net";
import { ModbusTCPClient, UserRequestError } from "jsmodbus";
import { sentenceOf } from "../adapter.js";

/** A device said no (a Modbus exception): the line itself is well. */
export class ModbusRefusal extends Error {}

export interface ModbusAddress {
  readonly host: string;
  readonly port: number;
}

interface ReadQuery {
  readonly unitId: number;
  readonly table: "holding" | "input";
  readonly address: number;
  readonly count: number;
}

interface WriteQuery {
  readonly unitId: number;
  readonly address: number;
  readonly words: readonly number[];
}

/** A Modbus message has at most 260 bytes; more in one answer is none. */
const MOST_ANSWER_BYTES = 1_024;

interface Open {
  readonly socket: Socket;
  readonly clients: ReadonlyMap<number, ModbusTCPClient>;
  /** Bytes since the last question. */
  bytes: number;
}

/**
 * One TCP connection to a Modbus server, shared by all units behind it, as gateways allow few. One question at
 * a time. After a time-out, or an answer that does not fit its question, the connection is closed and the next
 * question opens another, since a late answer would be taken for the next one's.
 */
export class ModbusLine {
  readonly #address: ModbusAddress;
  readonly #units = new Map<number, { readonly timeoutMs: number }>();
  #open: Open | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(address: ModbusAddress) {
    this.#address = address;
  }

  /** Makes a unit known that will be asked, before the first question of any. */
  serve(unitId: number, timeoutMs: number): void {
    this.#units.set(unitId, { timeoutMs: Math.max(timeoutMs, this.#units.get(unitId)?.timeoutMs ?? 0) });
  }

  /** Rejects with `ModbusRefusal`, or with what became of the line. */
  read({ unitId, table, address, count }: ReadQuery): Promise<number[]> {
    return this.#ask(unitId, async (client) => {
      const { response } = await (table === "holding"
        ? client.readHoldingRegisters(address, count)
        : client.readInputRegisters(address, count));
      const words = [...response.body.valuesAsArray];
      if (words.length !== count) throw new Error(`${words.length} registers instead of ${count}`);
      return words;
    });
  }

  /** As for `read`; resolves when the device said that it took them. */
  write({ unitId, address, words }: WriteQuery): Promise<void> {
    return this.#ask(unitId, async (client) => {
      const [only = 0] = words;
      if (words.length === 1) await client.writeSingleRegister(address, only);
      else await client.writeMultipleRegisters(address, [...words]);
    });
  }

  close(): void {
    this.#closed = true;
    this.#drop();
  }

  #ask<T>(unitId: number, ask: (client: ModbusTCPClient) => Promise<T>): Promise<T> {
    const turn = this.#last.then(() => this.#answer(unitId, ask));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #answer<T>(unitId: number, ask: (client: ModbusTCPClient) => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error("stopped");
    try {
      const open = this.#open ?? (await this.#connect(this.#units.get(unitId)?.timeoutMs ?? 0));
      const client = open.clients.get(unitId);
      if (client === undefined) throw new Error(`unit ${unitId} is not served`);
      open.bytes = 0;
      return await ask(client);
    } catch (error) {
      if (error instanceof UserRequestError && error.err === "ModbusException")
        throw new ModbusRefusal(error.message);
      this.#drop();
      throw new Error(sentenceOf(error), { cause: error });
    }
  }

  #connect(timeoutMs: number): Promise<Open> {
    const { host, port } = this.#address;
    return new Promise((resolve, reject) => {
      const socket = new Socket();
      // They must be there when the socket connects, or they take themselves for offline.
      socket.setMaxListeners(0);
      const clients = new Map(
        [...this.#units].map(([unitId, unit]) => [
          unitId,
          new ModbusTCPClient(socket, unitId, unit.timeoutMs),
        ]),
      );
      const open: Open = { socket, clients, bytes: 0 };
      const late = setTimeout(
        () => socket.destroy(new Error(`no connection within ${timeoutMs} ms`)),
        timeoutMs,
      );
      socket.once("connect", () => {
        clearTimeout(late);
        this.#open = open;
        resolve(open);
      });
      socket.on("data", (chunk) => {
        open.bytes += chunk.length;
        if (open.bytes > MOST_ANSWER_BYTES) socket.destroy(new Error(`an answer of ${open.bytes} bytes`));
      });
      socket.on("error", reject);
      socket.once("close", () => {
        clearTimeout(late);
        if (this.#open === open) this.#open = null;
        reject(new Error("the connection was closed"));
      });
      socket.setNoDelay(true);
      socket.connect(port, host);
    });
  }

  #drop(): void {
    this.#open?.socket.destroy();
    this.#open = null;
  }
}
