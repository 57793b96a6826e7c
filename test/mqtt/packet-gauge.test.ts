import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { PacketGauge } from "../../src/mqtt/packet-gauge.js";

const MOST_BYTES = 300;

const lengthBytes = (length: number): number[] => {
  const [low, rest] = [length % 128, Math.floor(length / 128)];
  return rest === 0 ? [low] : [low | 0x80, ...lengthBytes(rest)];
};

interface Packet {
  readonly type: number;
  readonly body: Uint8Array;
}

const bytesOf = ({ type, body }: Packet): Buffer =>
  Buffer.concat([Buffer.from([type << 4, ...lengthBytes(body.length)]), body]);

interface Passed {
  readonly bytes: Buffer;
  readonly dropped: readonly number[];
  readonly fault: string | null;
}

const passThrough = async (chunks: readonly Buffer[]): Promise<Passed> => {
  const dropped: number[] = [];
  const gauge = new PacketGauge(MOST_BYTES, (bytes) => dropped.push(bytes));
  const out: Buffer[] = [];
  let fault: string | null = null;
  gauge.on("data", (chunk: Buffer) => out.push(chunk));
  const over = new Promise<void>((resolve) => {
    gauge.on("end", resolve);
    gauge.on("error", (error) => {
      fault = error.message;
      resolve();
    });
  });
  for (const chunk of chunks) gauge.write(chunk);
  gauge.end();
  await over;
  return { bytes: Buffer.concat(out), dropped, fault };
};

const cut = (bytes: Buffer, sizes: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = [];
  for (let [at, turn] = [0, 0]; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
};

const packets = fc.array(
  fc.record({
    type: fc.constantFrom(3, 3, 2, 9, 13),
    body: fc.oneof(
      fc.uint8Array({ maxLength: MOST_BYTES }),
      fc.uint8Array({ minLength: 301, maxLength: 20_000 }),
    ),
  }),
  { maxLength: 8 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 });

describe("the gauge of MQTT packets", () => {
  test.prop([packets, sizes])(
    "lets through what is small, and of the large drops messages",
    async (sent, at) => {
      const messages = sent.map((packet) =>
        packet.body.length > MOST_BYTES ? { ...packet, type: 3 } : packet,
      );
      const small = messages.filter(({ body }) => body.length <= MOST_BYTES);
      const { bytes, dropped, fault } = await passThrough(cut(Buffer.concat(messages.map(bytesOf)), at));
      expect(fault).toBeNull();
      expect(bytes.equals(Buffer.concat(small.map(bytesOf)))).toBe(true);
      expect(dropped).toEqual(
        messages.flatMap(({ body }) => (body.length > MOST_BYTES ? [body.length] : [])),
      );
    },
  );

  it("ends at a large packet that is no message, and at a length that is none", async () => {
    expect((await passThrough([bytesOf({ type: 9, body: new Uint8Array(301) })])).fault).toMatch(/301 bytes/);
    expect((await passThrough([Buffer.alloc(64, 0xff)])).fault).toMatch(/no MQTT/);
  });
});
