/** `youxu webhook`: what is typed, and what the server is asked. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Delivery, Webhook } from "../../src/domain/webhook.js";
import { type Answering, startAnswering } from "./answering.js";

const HOOK: Webhook = {
  id: "h1",
  url: "https://host/told",
  kinds: ["ping"],
  siteIds: null,
  createdBy: "me",
  createdMs: 0,
  goneMs: null,
};
const DELIVERY: Delivery = {
  id: "d1",
  kind: "ping",
  body: "{}",
  atMs: 0,
  siteId: null,
  stationId: null,
  state: "waiting",
  tries: 2,
  firstTriedMs: 0,
  triedForMs: 2_000,
  nextMs: 60_000,
  detail: "answered 503",
};

let answering: Answering;
let asked: string[];
let tries: number;
let hook: Webhook;
beforeEach(async () => {
  asked = [];
  tries = DELIVERY.tries;
  hook = HOOK;
  answering = await startAnswering(({ method, url = "" }, body) => {
    asked.push(`${method} ${url.replace("/api/v1", "")} ${body}`.trim());
    if (url.endsWith("/deliveries")) answering.answer([{ ...DELIVERY, tries }]);
    else answering.answer(method === "GET" ? [hook] : { ...HOOK, secret: "whsec_x" });
  });
});
afterEach(() => answering.close());

const added = (change: object): string =>
  `POST /webhooks ${JSON.stringify({ url: HOOK.url, kinds: null, siteIds: null, ...change })}`;

it.each<[string, string, RegExp]>([
  ["add https://host/told", added({}), /^webhook +h1\nsecret +whsec_x\n$/],
  [
    "add https://host/told --kinds ping task.ended --site home",
    added({ kinds: ["ping", "task.ended"], siteIds: ["home"] }),
    /whsec_x/,
  ],
  ["list", "GET /webhooks", /^h1 +https:\/\/host\/told +ping +by me\n$/],
  ["deliveries h1", "GET /webhooks/h1/deliveries", /ping +waiting +2 tries, answered 503, next 1970/],
  ["ping h1", "POST /webhooks/h1/ping {}", /^$/],
  ["remove h1", "DELETE /webhooks/h1 {}", /^$/],
])("%s", async (words, request, printed) => {
  expect(await answering.youxu("webhook", ...words.split(" "))).toMatch(printed);
  expect(asked).toEqual([request]);
});

it("counts a single try as one", async () => {
  tries = 1;
  expect(await answering.youxu("webhook", "deliveries", "h1")).toMatch(/ 1 try, answered 503/);
});

it("tells which one is gone", async () => {
  hook = { ...HOOK, goneMs: 60_000 };
  expect(await answering.youxu("webhook", "list")).toMatch(/by me {2}gone since 1970.*: told no more\n$/);
});

it("knows no other kinds", async () => {
  await answering.youxu("webhook", "add", "https://host/told", "--kinds", "everything");
  expect(asked).toEqual([]);
});
