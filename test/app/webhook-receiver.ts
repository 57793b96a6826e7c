/** Somebody outside who is told of what happens, by HTTP, and takes all of it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";

const told = z.object({
  type: z.string(),
  siteId: z.string().nullable(),
  stationId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
type Told = z.infer<typeof told>;

export interface Receiver {
  readonly url: string;
  readonly heard: readonly { readonly body: string; readonly headers: Record<string, string> }[];
  readonly events: () => Told[];
  /** Waits for one of this type, of this station where it is named. */
  readonly toldOf: (type: string, stationId?: string) => Promise<Told>;
  readonly close: () => void;
}

export const openReceiver = async (): Promise<Receiver> => {
  const heard: { readonly body: string; readonly headers: Record<string, string> }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => void (body += part.toString()));
    request.on("end", () => {
      heard.push({
        body,
        headers: Object.fromEntries(Object.entries(request.headers).map(([k, v]) => [k, String(v)])),
      });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const events = (): Told[] => heard.map(({ body }) => told.parse(JSON.parse(body)));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/told`,
    heard,
    events,
    toldOf: async (type, stationId) => {
      for (let tries = 0; tries < 500; tries++) {
        const found = events().find(
          (one) => one.type === type && (stationId === undefined || one.stationId === stationId),
        );
        if (found !== undefined) return found;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const only = events().map((one) => one.type);
      throw new Error(`${type} was not told, only ${only.join(", ")}`);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
