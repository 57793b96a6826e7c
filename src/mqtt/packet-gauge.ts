import { Transform, type TransformCallback } from "node:stream";

/** Fixed header of MQTT 3.1.1: type and flags, then the length in one to four bytes of seven bits. */
const MOST_HEADER_BYTES = 5;
const PUBLISH = 3;

/**
 * Lets MQTT packets through up to a size, and drops larger messages on the way, so that a broker that sends
 * hundreds of megabytes fills no memory. Values are asked for at most once, so nobody waits for what is dropped.
 * Any other packet that is too large, or a length that is none, ends the stream.
 */
export class PacketGauge extends Transform {
  readonly #mostBytes: number;
  readonly #onDropped: (bytes: number) => void;
  #header: number[] = [];
  /** Bytes of the packet under way that are still to come. */
  #leftBytes = 0;
  #dropping = false;

  constructor(mostBytes: number, onDropped: (bytes: number) => void) {
    super();
    this.#mostBytes = mostBytes;
    this.#onDropped = onDropped;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#leftBytes > 0) {
        const end = Math.min(chunk.length, at + this.#leftBytes);
        if (!this.#dropping) this.push(chunk.subarray(at, end));
        this.#leftBytes -= end - at;
        at = end;
        continue;
      }
      const fault = this.#takeHeaderByte(chunk[at] ?? 0);
      if (fault !== null) return done(new Error(fault));
      at += 1;
    }
    return done();
  }

  /** A sentence where the packet cannot be read on. */
  #takeHeaderByte(byte: number): string | null {
    this.#header.push(byte);
    const last = this.#header.length > 1 && (byte & 0x80) === 0;
    if (!last) return this.#header.length < MOST_HEADER_BYTES ? null : "no MQTT: a length of five bytes";
    const bytes = this.#header.slice(1).reduce((sum, part, at) => sum + (part & 0x7f) * 128 ** at, 0);
    this.#dropping = bytes > this.#mostBytes;
    if (this.#dropping && (this.#header[0] ?? 0) >> 4 !== PUBLISH) return `a packet of ${bytes} bytes`;
    if (this.#dropping) this.#onDropped(bytes);
    else this.push(Buffer.from(this.#header));
    this.#leftBytes = bytes;
    this.#header = [];
    return null;
  }
}
