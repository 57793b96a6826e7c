/** What happens at stations of each version, as a receiver is told of it over HTTP, and can check. */
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openServed, type Peer, PILES, type ServedStage } from "./served-stage.js";

const told = z.object({
  type: z.string(),
  siteId: z.string().nullable(),
  stationId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
const added = z.object({ id: z.string(), secret: z.string() });

let receiver: Server;
let heard: { readonly body: string; readonly headers: Record<string, string> }[];
let url: string;
let served: ServedStage;
beforeEach(async () => {
  heard = [];
  receiver = createServer((request, response) => {
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
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/told`;
  served = await openServed({ webhooks: { privateAddresses: true } });
});
afterEach(async () => {
  await served.close();
  receiver.closeAllConnections();
  receiver.close();
});

const events = () => heard.map(({ body }) => told.parse(JSON.parse(body)));
const toldOf = async (type: string): Promise<z.infer<typeof told>> => {
  for (let tries = 0; tries < 500; tries++) {
    const found = events().find((one) => one.type === type);
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(
    `${type} was not told, only ${events()
      .map((one) => one.type)
      .join(", ")}`,
  );
};
const add = async (wanted: object = {}) =>
  added.parse((await served.ask("/webhooks", { url, ...wanted })).body);

const timestamp = new Date().toISOString();
/** A transaction from its begin to its end, as each version tells it. */
const charge = async ({ client }: Peer, version: string): Promise<void> => {
  if (version === "1.6") {
    const start = { connectorId: 1, idTag: "CARD", meterStart: 0, timestamp };
    const { transactionId } = z
      .object({ transactionId: z.int() })
      .parse(await client.call("StartTransaction", start));
    await client.call("StopTransaction", { transactionId, meterStop: 1_500, timestamp, reason: "Local" });
    return;
  }
  const event = (eventType: string, seqNo: number, more: object) =>
    client.call("TransactionEvent", {
      eventType,
      seqNo,
      timestamp,
      triggerReason: eventType === "Started" ? "Authorized" : "StopAuthorized",
      transactionInfo: { transactionId: "tx-1", ...more },
      evse: { id: 1, connectorId: 1 },
      idToken: { idToken: "CARD", type: "ISO14443" },
    });
  await event("Started", 0, {});
  await event("Ended", 1, { stoppedReason: "Local" });
};

describe.each(PILES)("OCPP $version", ({ id, version }) => {
  it("a station that comes, boots, charges and goes is told of, and the receiver can check who told it", async () => {
    const { secret, id: webhookId } = await add();
    const peer = await served.connect(id);
    const at = { siteId: "community", stationId: id };
    expect(await toldOf("station.connected")).toMatchObject({ ...at, data: { version } });
    expect(await toldOf("station.booted")).toMatchObject({ ...at, data: { vendor: "Acme" } });
    await charge(peer, version);
    const { data } = await toldOf("transaction.started");
    expect(data).toMatchObject({ evseId: 1, sessionId: expect.any(String) });
    expect(await toldOf("transaction.ended")).toMatchObject({
      ...at,
      data: { sessionId: data["sessionId"], endReason: "Local" },
    });
    await served.ask("/tasks", { command: { kind: "clear-cache" }, selection: { stationIds: [id] } });
    expect(await toldOf("task.ended")).toMatchObject({
      stationId: null,
      data: { askedBy: "me", command: "clear-cache", counts: { accepted: 1 } },
    });
    await peer.client.close({ force: true });
    await toldOf("station.disconnected");

    const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
    for (const { body, headers } of heard) {
      const text = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
      expect(headers["webhook-signature"]).toBe(
        `v1,${createHmac("sha256", key).update(text).digest("base64")}`,
      );
    }
    expect((await served.ask(`/webhooks/${webhookId}/deliveries`)).body).toMatchObject(
      heard.map(() => ({ state: "delivered" })),
    );
    // No card stands in what others are told.
    expect(JSON.stringify(heard)).not.toContain("CARD");
  });
});

it("only what was asked for is told, and a ping on demand", async () => {
  const { id } = await add({ kinds: ["station.booted", "ping"] });
  await served.connect("old-16");
  await toldOf("station.booted");
  expect((await served.ask(`/webhooks/${id}/ping`, {})).status).toBe(204);
  await toldOf("ping");
  expect(events().map(({ type }) => type)).toEqual(["station.booted", "ping"]);
  expect(JSON.stringify((await served.ask("/webhooks")).body)).not.toContain("whsec_");
  expect((await served.ask(`/webhooks/${id}`, {}, "DELETE")).status).toBe(204);
  expect((await served.ask(`/webhooks/${id}/ping`, {})).body).toMatchObject({ code: "not-found.webhook" });
});

it("private addresses are refused where the configuration does not allow them", async () => {
  await served.close();
  served = await openServed();
  for (const to of [url, "https://192.168.1.1/", "https://user:secret@example.org/"])
    expect([to, (await served.ask("/webhooks", { url: to })).status]).toEqual([
      to,
      to.includes("@") ? 400 : 409,
    ]);
  expect((await served.ask("/webhooks", { url: "https://example.org/told" })).status).toBe(201);
});
