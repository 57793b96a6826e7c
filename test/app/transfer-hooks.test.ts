/** What stations of each version send of a vendor, answered by a program over HTTP: as it says, or Rejected in time. */
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpTransferHook } from "../../src/domain/transfer-hook.js";
import { openServed, PILES, type ServedStage } from "./served-stage.js";

const KEY = Buffer.from("a key of 32 bytes, or very nearly");
const ACCEPTED = '{"status":"Accepted","data":"back"}';
const READER = "token-that-reads-metrics-0123456789";

let served: ServedStage;
let program: Server;
const heard: { readonly body: string; readonly headers: IncomingMessage["headers"] }[] = [];
afterEach(async () => {
  await served.close();
  program.closeAllConnections();
  program.close();
  heard.length = 0;
});

/** A server with a program behind it that answers so, or as its last word otherwise says. */
const open = async (
  answer: (response: ServerResponse) => void,
  change: Partial<HttpTransferHook> = {},
  privateAddress = true,
): Promise<void> => {
  program = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => void (body += part.toString()));
    request.on("end", () => {
      heard.push({ body, headers: request.headers });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => void program.listen(0, "127.0.0.1", resolve));
  const hook = {
    vendorId: "com.example",
    messageIds: null,
    stationIds: null,
    privateAddress,
    timeoutMs: 5_000,
  };
  served = await openServed({
    // What tokens may say of webhooks says nothing of hooks.
    webhooks: { privateAddresses: !privateAddress },
    tokens: [{ name: "watch", token: READER, scopes: ["read"] }],
    transferHooks: [
      {
        ...hook,
        url: `http://127.0.0.1:${(program.address() as AddressInfo).port}/transfers`,
        secret: `whsec_${KEY.toString("base64")}`,
        ...change,
      },
    ],
  });
};

const send = async (stationId: string, sent: object = {}): Promise<unknown> => {
  const { client } = await served.connect(stationId);
  return client.call("DataTransfer", { vendorId: "com.example", messageId: "Reading", data: "17", ...sent });
};

/** Calls of hooks by what came of them, those of which there were any. */
const counts = async (): Promise<string[]> => {
  const response = await fetch(`${served.server.url}/metrics`, {
    headers: { authorization: `Bearer ${READER}` },
  });
  return (await response.text())
    .split("\n")
    .filter((line) => line.startsWith("youxu_transfer_hook_calls_total{") && !line.endsWith(" 0"));
};
const counted = (outcome: string): string =>
  `youxu_transfer_hook_calls_total{vendor="com.example",outcome="${outcome}"} 1`;

describe.each(PILES)("OCPP $version", ({ id }) => {
  it("the program's answer is the station's, and it can check who asks", async () => {
    await open((response) => void response.end(ACCEPTED));
    expect(await send(id)).toEqual({ status: "Accepted", data: "back" });
    expect(heard.map(({ body }) => JSON.parse(body))).toEqual([
      {
        type: "data-transfer",
        timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
        siteId: "community",
        stationId: id,
        data: { vendorId: "com.example", messageId: "Reading", data: "17" },
      },
    ]);
    for (const { body, headers } of heard) {
      const text = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".");
      expect(headers["webhook-signature"]).toBe(
        `v1,${createHmac("sha256", KEY).update(text).digest("base64")}`,
      );
    }
    expect(await counts()).toEqual([counted("answered")]);
  });

  it("who is another vendor's is not asked", async () => {
    await open((response) => void response.end(ACCEPTED));
    expect(await send(id, { vendorId: "com.other" })).toEqual({ status: "UnknownVendorId" });
    expect(heard).toEqual([]);
  });
});

describe("a program that", () => {
  it.each<[string, string, (response: ServerResponse) => void, Partial<HttpTransferHook>]>([
    ["never answers", "failed", () => undefined, { timeoutMs: 50 }],
    ["never ends its answer", "failed", (to) => void to.write("{"), { timeoutMs: 50 }],
    ["cuts off", "failed", (to) => void to.destroy(), {}],
    ["answers more than 64 KiB", "failed", (to) => void to.end(`"${"x".repeat(65_536)}"`), {}],
    ["leads elsewhere", "refused", (to) => void to.writeHead(307, { location: "/there" }).end(ACCEPTED), {}],
    ["fails", "refused", (to) => void to.writeHead(500).end(ACCEPTED), {}],
    ["answers a page", "invalid", (to) => void to.end("<html></html>"), {}],
    ["answers a status of its own", "invalid", (to) => void to.end('{"status":"Perhaps"}'), {}],
  ])("%s has the station refused (%s), which goes on", async (_name, outcome, answer, change) => {
    await open(answer, change);
    const { client } = await served.connect("mid-201");
    const transfer = { vendorId: "com.example", messageId: "Reading" };
    expect(await client.call("DataTransfer", transfer)).toEqual({ status: "Rejected" });
    expect(await client.call("Heartbeat", {})).toHaveProperty("currentTime");
    expect(heard).toHaveLength(1);
    expect(await counts()).toEqual([counted(outcome)]);
  });

  it("is at a private address is not asked where only public ones may be", async () => {
    await open((response) => void response.end(ACCEPTED), {}, false);
    expect(await send("old-16")).toEqual({ status: "Rejected" });
    expect(heard).toEqual([]);
    expect(await counts()).toEqual([counted("failed")]);
  });
});
