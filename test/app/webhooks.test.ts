/** What happens at stations of each version, as a receiver is told of it over HTTP, and can check. */
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { beginCharge } from "./charging-peer.js";
import { openServed, PILES, type ServedStage } from "./served-stage.js";
import { openReceiver, type Receiver } from "./webhook-receiver.js";

const added = z.object({ id: z.string(), secret: z.string() });

let receiver: Receiver;
let served: ServedStage;
beforeEach(async () => {
  receiver = await openReceiver();
  served = await openServed({ webhooks: { privateAddresses: true } });
});
afterEach(async () => {
  await served.close();
  receiver.close();
});

const add = async (wanted: object = {}) =>
  added.parse((await served.ask("/webhooks", { url: receiver.url, ...wanted })).body);

describe.each(PILES)("OCPP $version", ({ id, version }) => {
  it("a station that comes, boots, charges and goes is told of, and the receiver can check who told it", async () => {
    const { secret, id: webhookId } = await add();
    const { heard, toldOf } = receiver;
    const peer = await served.connect(id);
    const at = { siteId: "community", stationId: id };
    expect(await toldOf("station.connected")).toMatchObject({ ...at, data: { version } });
    expect(await toldOf("station.booted")).toMatchObject({ ...at, data: { vendor: "Acme" } });
    await (await beginCharge(peer, version))();
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
  await receiver.toldOf("station.booted");
  expect((await served.ask(`/webhooks/${id}/ping`, {})).status).toBe(204);
  await receiver.toldOf("ping");
  expect(receiver.events().map(({ type }) => type)).toEqual(["station.booted", "ping"]);
  expect(JSON.stringify((await served.ask("/webhooks")).body)).not.toContain("whsec_");
  expect((await served.ask(`/webhooks/${id}`, {}, "DELETE")).status).toBe(204);
  expect((await served.ask(`/webhooks/${id}/ping`, {})).body).toMatchObject({ code: "not-found.webhook" });
});

it("private addresses are refused where the configuration does not allow them", async () => {
  await served.close();
  served = await openServed();
  for (const to of [receiver.url, "https://192.168.1.1/", "https://user:secret@example.org/"])
    expect([to, (await served.ask("/webhooks", { url: to })).status]).toEqual([
      to,
      to.includes("@") ? 400 : 409,
    ]);
  expect((await served.ask("/webhooks", { url: "https://example.org/told" })).status).toBe(201);
});
