import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { EpochMs } from "../../src/domain/units.js";
import type { SimulatedDevice } from "./simulated.js";

/** How the device answers beside answering well. */
type HttpMood = "well" | "silent" | "cut" | "broken" | "refuses" | "flood" | "text" | "elsewhere";

export interface HttpDevice {
  readonly url: string;
  mood: HttpMood;
  /** Questions that came, as `PUT /set`. */
  readonly asked: string[];
  close(): Promise<void>;
}

interface HttpDeviceInput {
  readonly device: SimulatedDevice;
  readonly now: () => EpochMs;
  /** Header Authorization that it wants; null: none. */
  readonly authorization?: string | null;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
};

const powerIn = (text: string): number => {
  const found: unknown = JSON.parse(text);
  const power = typeof found === "object" && found !== null && "watts" in found ? found.watts : found;
  return typeof power === "number" ? power / 1000 : NaN;
};

/**
 * A device with a web interface of its own on 127.0.0.1: `GET /status` tells power in watts, charge in percent and
 * the time, `PUT /set` takes `{"watts": number}` and repeats it.
 */
export const startHttpDevice = async ({
  device,
  now,
  authorization = null,
}: HttpDeviceInput): Promise<HttpDevice> => {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    asked.push(`${request.method} ${request.url}`);
    const text = await bodyOf(request);
    if (running.mood !== "well") return misbehave(running.mood, request, response);
    if (authorization !== null && request.headers.authorization !== authorization)
      return void response.writeHead(401).end();
    response.setHeader("content-type", "application/json");
    if (request.method === "PUT" || request.method === "POST") {
      const powerKw = powerIn(text);
      if (Number.isNaN(powerKw)) return void response.writeHead(400).end();
      device.take?.(powerKw, now());
      return void response.end(JSON.stringify({ took: powerKw * 1000 }));
    }
    device.advance(now());
    const { powerKw, socPercent } = device;
    response.end(JSON.stringify({ watts: powerKw * 1000, charge: socPercent, at: now() }));
  };
  const server: Server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const running: HttpDevice = {
    url: `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`,
    mood: "well",
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return running;
};

const misbehave = (
  mood: Exclude<HttpMood, "well">,
  request: IncomingMessage,
  response: ServerResponse,
): void => {
  if (mood === "silent") return;
  if (mood === "cut") return void request.socket.destroy();
  if (mood === "broken") return void response.writeHead(503).end("out of order");
  if (mood === "refuses") return void response.writeHead(403).end("not allowed");
  if (mood === "elsewhere") return void response.writeHead(307, { location: "/status" }).end();
  response.end(mood === "text" ? "<html>hello</html>" : Buffer.alloc(1 << 20, 0x20));
};
