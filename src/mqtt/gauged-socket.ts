import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { PacketGauge } from "./packet-gauge.js";

type Done = (error?: Error | null) => void;

/** A socket whose incoming bytes pass a gauge. It is over when either is, whatever is still under way. */
export class GaugedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #gauge: PacketGauge;

  constructor(socket: Socket, gauge: PacketGauge) {
    super();
    this.#socket = socket;
    this.#gauge = gauge;
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
    gauge.on("error", (error) => this.destroy(error));
    gauge.on("data", (chunk: Buffer) => {
      if (!this.push(chunk)) gauge.pause();
    });
    socket.pipe(gauge);
  }

  override _read(): void {
    this.#gauge.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: Done): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: Done): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy();
    this.#gauge.destroy();
    done(error);
  }
}
