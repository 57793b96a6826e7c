/** Programs that answer what vendors defined: how they are asked, how many at once, and what is told of failures. */
import { afterEach, expect, it } from "vitest";
import { createHttpTransferHooks } from "../../src/control/webhooks/http-transfer-hooks.js";
import type { HttpTransferHook, TransferAnswer } from "../../src/domain/transfer-hook.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { HttpMessage, HttpReply } from "../../src/ports/http-sender.js";
import { transferHooks } from "../../src/ports/transfer-hooks.js";
import { settle } from "./webhook-stage.js";

const HOOK: HttpTransferHook = {
  vendorId: "com.example",
  messageIds: null,
  stationIds: null,
  privateAddress: false,
  url: "https://host/transfers",
  secret: "whsec_of",
  timeoutMs: 5_000,
};
const OK: HttpReply = { kind: "answered", status: 200, body: '{"status":"Accepted","data":"back"}' };
const LATE: HttpReply = { kind: "failed", why: "no answer in time" };

/** Programs that answer at once where `reply` is stated, and when they are told to otherwise. */
const stageOf = (hooks: readonly HttpTransferHook[], reply: HttpReply | null = null) => {
  const clock = new VirtualClock(60_000);
  const sent: HttpMessage[] = [];
  const held: ((reply: HttpReply) => void)[] = [];
  const warned: object[] = [];
  const made = createHttpTransferHooks({
    hooks,
    clock,
    log: { info: () => undefined, warn: (fields) => void warned.push(fields), error: () => undefined },
    askerOf: () => ({
      faultOf: () => null,
      ask: (message) => {
        sent.push(message);
        return reply === null ? new Promise((resolve) => void held.push(resolve)) : Promise.resolve(reply);
      },
    }),
    sign: (secret, text) => `${secret} of ${text}`,
    newId: () => "id1",
    siteOf: (stationId) => (stationId.startsWith("CP") ? "home" : null),
  });
  const answers = transferHooks(made.hooks);
  const ask = (stationId = "CP1", messageId: string | null = "Reading"): Promise<TransferAnswer> =>
    answers({ stationId, atMs: 1_000, vendorId: "com.example", messageId, data: "x" });
  const counts = () =>
    Object.fromEntries(
      made.readings().flatMap(({ outcome, count }) => (count === 0 ? [] : [[outcome, count]])),
    );
  return { clock, sent, held, warned, made, ask, counts };
};

let open: ReturnType<typeof stageOf> | null = null;
afterEach(() => open?.made.close());

it("it is told who asks what, signed by its own secret, and what it says is the answer", async () => {
  const { ask, sent, counts } = (open = stageOf([HOOK], OK));
  expect(await ask()).toEqual({ status: "Accepted", data: "back" });
  const body =
    '{"type":"data-transfer","timestamp":"1970-01-01T00:00:01.000Z","siteId":"home","stationId":"CP1",' +
    '"data":{"vendorId":"com.example","messageId":"Reading","data":"x"}}';
  expect(sent).toMatchObject([
    {
      url: HOOK.url,
      body,
      timeoutMs: 5_000,
      headers: {
        "webhook-id": "id1",
        "webhook-timestamp": "60",
        "webhook-signature": `whsec_of of id1.60.${body}`,
      },
    },
  ]);
  expect(counts()).toEqual({ answered: 1 });
});

it.each([
  ["CP1", "Reading", "https://a/"],
  ["CP2", "Reading", "https://c/"],
  ["CP1", "Other", "https://b/"],
  ["CP2", "Other", "https://b/"],
  ["CP1", null, "https://d/"],
])("%s with the message %s is taken to %s", async (stationId, messageId, url) => {
  const { ask, sent } = (open = stageOf(
    [
      { ...HOOK, url: "https://a/", messageIds: ["Reading"], stationIds: ["CP1"] },
      { ...HOOK, url: "https://b/", vendorId: "Com.Example" },
      { ...HOOK, url: "https://c/", messageIds: ["Reading"] },
      { ...HOOK, url: "https://d/", messageIds: ["", "__proto__"] },
    ],
    OK,
  ));
  await ask(stationId, messageId);
  expect(sent.map((one) => one.url)).toEqual([url]);
});

it.each([
  ["failed", LATE],
  ["refused", { ...OK, status: 500 }],
  ["invalid", { ...OK, body: "{}" }],
] as const)("what has %s is Rejected, counted and logged once a minute", async (outcome, reply) => {
  const { ask, counts, warned, clock } = (open = stageOf([HOOK], reply));
  for (let time = 0; time < 3; time++) expect(await ask()).toEqual({ status: "Rejected" });
  expect(counts()).toEqual({ [outcome]: 3 });
  expect(warned).toEqual([
    { stationId: "CP1", vendorId: "com.example", messageId: "Reading", outcome, why: expect.any(String) },
  ]);
  clock.after(MINUTE_MS, () => undefined);
  clock.step(clock.now() + MINUTE_MS);
  await ask();
  expect(warned).toMatchObject([{}, { outcome, unsaid: 2 }]);
});

it("no more than 2 of a station and 50 in all wait at once, and each that ends makes room", async () => {
  const { ask, held, counts } = (open = stageOf([HOOK]));
  const first = [ask("CP0"), ask("CP0"), ask("CP0")];
  const more = Array.from({ length: 49 }, (_, index) => ask(`CP${1 + Math.floor(index / 2)}`));
  await settle();
  expect([held.length, counts()]).toEqual([50, { busy: 2 }]);
  held[0]?.(LATE);
  await settle();
  const late = ask("CP0");
  await settle();
  expect(held).toHaveLength(51);
  held.forEach((answer) => answer(OK));
  const statuses = (await Promise.all([...first, ...more, late])).map(({ status }) => status);
  expect(statuses.flatMap((status, index) => (status === "Rejected" ? [index] : []))).toEqual([0, 2, 51]);
  expect(counts()).toEqual({ answered: 50, failed: 1, busy: 2 });
});

it("what is under way at the end is cut off", async () => {
  const { ask, sent, made, held } = (open = stageOf([HOOK]));
  const asked = ask();
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([false]);
  made.close();
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([true]);
  held[0]?.(LATE);
  expect(await asked).toEqual({ status: "Rejected" });
});

it("hooks of one vendor are counted together, from 0 on", () => {
  const { made } = (open = stageOf([HOOK, { ...HOOK, messageIds: ["Other"] }]));
  expect(made.readings()).toEqual(
    ["answered", "failed", "refused", "invalid", "busy"].map((outcome) => ({
      vendorId: "com.example",
      outcome,
      count: 0,
    })),
  );
});
