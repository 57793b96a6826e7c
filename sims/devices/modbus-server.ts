import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** Registers of a simulated device by address; one that is not there is an illegal address. */
export interface SimulatedUnit {
  readonly holding: Map<number, number>;
  readonly input: Map<number, number>;
  /** Called after registers were written, with the first and how many. */
  onWrite?: (address: number, count: number) => void;
}

export const emptyUnit = (): SimulatedUnit => ({ holding: new Map(), input: new Map() });

/** How the server behaves beside answering well. */
export type Mood = "well" | "silent" | "garbage" | "flood" | "short" | "cut";

export interface ModbusServer {
  readonly port: number;
  readonly units: Map<number, SimulatedUnit>;
  mood: Mood;
  readonly connections: number;
  /** Ends every connection and listens no more. */
  close(): Promise<void>;
}

const HEADER_BYTES = 7;
const EXCEPTION = 0x80;
const ILLEGAL_FUNCTION = 1;
const ILLEGAL_ADDRESS = 2;
const FLOOD_BYTES = 1 << 20;

/**
 * A Modbus TCP server, written from the specification alone and not on the product's library, so that a mistake
 * there cannot hide behind its mirror image. Functions 3, 4, 6 and 16.
 */
export const startModbusServer = async (port = 0): Promise<ModbusServer> => {
  const units = new Map<number, SimulatedUnit>();
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server: Server = createServer((socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let buffer = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      buffer = Buffer.concat([buffer, chunk]);
      while (buffer.length >= HEADER_BYTES) {
        const bytes = 6 + buffer.readUInt16BE(4);
        if (buffer.length < bytes) return;
        reply(socket, running, buffer.subarray(0, bytes));
        buffer = buffer.subarray(bytes);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const running: ModbusServer = {
    port: portOf(server.address()),
    units,
    mood: "well",
    get connections() {
      return accepted;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return running;
};

const portOf = (address: AddressInfo | string | null): number =>
  address === null || typeof address === "string" ? 0 : address.port;

const reply = (socket: Socket, { mood, units }: ModbusServer, request: Buffer): void => {
  if (mood === "silent") return;
  if (mood === "cut") return void socket.destroy();
  if (mood === "garbage") return void socket.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n"));
  if (mood === "flood") return void socket.write(Buffer.alloc(FLOOD_BYTES, 0xff));
  const body = bodyOf(units.get(request.readUInt8(6)), request.subarray(HEADER_BYTES));
  const sent = mood === "short" ? shortened(body) : body;
  const header = Buffer.from(request.subarray(0, HEADER_BYTES));
  header.writeUInt16BE(sent.length + 1, 4);
  socket.write(Buffer.concat([header, sent]));
};

/** One register fewer than asked for, and honest about it. */
const shortened = (body: Buffer): Buffer => {
  if ((body[0] ?? 0) > 4) return body;
  const cut = Buffer.from(body.subarray(0, body.length - 2));
  cut.writeUInt8(cut.length - 2, 1);
  return cut;
};

const exception = (code: number, why: number): Buffer => Buffer.from([code | EXCEPTION, why]);

const bodyOf = (unit: SimulatedUnit | undefined, request: Buffer): Buffer => {
  const code = request.readUInt8(0);
  if (unit === undefined) return exception(code, ILLEGAL_ADDRESS);
  if (code === 3 || code === 4) return readBody(code === 3 ? unit.holding : unit.input, request);
  if (code === 6) return writeBody(unit, request, [request.readUInt16BE(3)]);
  if (code === 16) {
    const count = request.readUInt16BE(3);
    return writeBody(
      unit,
      request,
      Array.from({ length: count }, (_, at) => request.readUInt16BE(6 + 2 * at)),
    );
  }
  return exception(code, ILLEGAL_FUNCTION);
};

const readBody = (table: ReadonlyMap<number, number>, request: Buffer): Buffer => {
  const [code, address, count] = [request.readUInt8(0), request.readUInt16BE(1), request.readUInt16BE(3)];
  const words = Array.from({ length: count }, (_, at) => table.get(address + at));
  if (words.includes(undefined)) return exception(code, ILLEGAL_ADDRESS);
  const body = Buffer.alloc(2 + 2 * count);
  body.writeUInt8(code, 0);
  body.writeUInt8(2 * count, 1);
  words.forEach((word, at) => body.writeUInt16BE(word ?? 0, 2 + 2 * at));
  return body;
};

const writeBody = (unit: SimulatedUnit, request: Buffer, words: readonly number[]): Buffer => {
  const [code, address] = [request.readUInt8(0), request.readUInt16BE(1)];
  if (words.some((_, at) => !unit.holding.has(address + at))) return exception(code, ILLEGAL_ADDRESS);
  words.forEach((word, at) => unit.holding.set(address + at, word));
  unit.onWrite?.(address, words.length);
  return Buffer.from(request.subarray(0, 5));
};
