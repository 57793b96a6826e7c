import { afterEach, describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { type Transfer, transferHooks } from "../../src/ports/transfer-hooks.js";
import { openStage, type Stage } from "./harness.js";

let stage: Stage;
afterEach(() => stage.close());

const heard: Transfer[] = [];
const transfers = transferHooks([
  {
    vendorId: "com.example",
    messages: {
      Known: (transfer) => {
        heard.push(transfer);
        return { status: "Accepted", data: "back" };
      },
      Broken: () => Promise.reject(new Error("a fault of the hook")),
    },
  },
  { vendorId: "COM.example", messages: { "": () => ({ status: "Rejected" }) } },
  {
    vendorId: "com.whole",
    messages: {},
    otherwise: ({ messageId }) => ({ status: "Accepted", data: messageId }),
  },
  { vendorId: "com.whole", messages: { Named: () => ({ status: "Rejected" }) } },
  {
    vendorId: "com.there",
    stationIds: new Set(["CP2"]),
    messages: {},
    otherwise: () => ({ status: "Accepted" }),
  },
]);

const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];

describe.each(VERSIONS)("a data transfer of an OCPP %s station", (version) => {
  it.each([
    ["a hook's own answer", "com.example", "Known", { status: "Accepted", data: "back" }],
    ["whatever the case of the vendor", "Com.Example", "Known", { status: "Accepted", data: "back" }],
    ["another hook of the vendor", "com.example", undefined, { status: "Rejected" }],
    ["a message that no hook knows", "com.example", "toString", { status: "UnknownMessageId" }],
    ["a vendor that no hook knows", "com.other", "Known", { status: "UnknownVendorId" }],
    ["a hook that fails", "com.example", "Broken", { status: "Rejected" }],
    ["a hook of all of a vendor's", "com.whole", "Any", { status: "Accepted", data: "Any" }],
    ["rather the hook that names it", "com.whole", "Named", { status: "Rejected" }],
    ["no hook of other stations", "com.there", "Any", { status: "UnknownVendorId" }],
  ])("is answered by %s, and kept", async (_name, vendorId, messageId, answer) => {
    const news: StationNews[] = [];
    stage = await openStage({ note: (each) => void news.push(each), transfers });
    const client = await stage.connect("CP1", version);
    heard.length = 0;
    const sent = { vendorId, ...(messageId === undefined ? {} : { messageId }), data: "x".repeat(3_000) };
    expect(await client.call("DataTransfer", sent)).toEqual(answer);
    expect(heard.length).toBe(messageId === "Known" && answer.status === "Accepted" ? 1 : 0);
    expect(news).toMatchObject([
      {
        kind: "transferred",
        transfer: { vendorId, messageId: messageId ?? null, data: "x".repeat(2_000), status: answer.status },
      },
    ]);
  });
});

it.each([
  ["1.6", '{"a":[1,null]}'],
  ["2.0.1", { a: [1, null] }],
  ["2.1", { a: [1, null] }],
] as const)("what a hook answers in JSON comes to a %s station as it takes it", async (version, data) => {
  const answer = { status: "Accepted" as const, data: { a: [1, null] } };
  stage = await openStage({
    transfers: transferHooks([{ vendorId: "v", messages: {}, otherwise: () => answer }]),
  });
  const client = await stage.connect("CP1", version);
  expect(await client.call("DataTransfer", { vendorId: "v" })).toEqual({ status: "Accepted", data });
});

it("an object in place of text is kept as JSON (2.x)", async () => {
  const news: StationNews[] = [];
  stage = await openStage({ note: (each) => void news.push(each) });
  const client = await stage.connect("CP1", "2.0.1");
  expect(await client.call("DataTransfer", { vendorId: "v", data: { a: [1] } })).toEqual({
    status: "UnknownVendorId",
  });
  expect(news).toMatchObject([{ transfer: { data: '{"a":[1]}', messageId: null } }]);
});

it.each(["2.0.1", "2.1"] as const)(
  "a %s station is told with each answer what its transaction has cost",
  async (version) => {
    stage = await openStage();
    stage.gateway.costSoFar = (stationId, transactionId) =>
      stationId === "CP1" && transactionId === "t" ? 1.25 : null;
    const client = await stage.connect("CP1", version);
    const told = (transactionId: string) =>
      client.call("TransactionEvent", {
        eventType: "Updated",
        timestamp: "2026-01-14T10:00:00Z",
        triggerReason: "MeterValuePeriodic",
        seqNo: 1,
        transactionInfo: { transactionId },
      });
    expect(await told("t")).toEqual({ totalCost: 1.25 });
    expect(await told("other")).toEqual({});
  },
);
