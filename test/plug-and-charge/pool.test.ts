/** Contracts of cars from a contract certificate pool: what it is asked, what of its answer is passed on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { TokenServer } from "../../src/certificates/contracts/pool-token.js";
import { createPlugAndCharge } from "../../src/certificates/plug-and-charge.js";
import type { ContractDelivery, ContractRequest } from "../../src/domain/plug-and-charge.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import type { PlugAndCharge } from "../../src/ports/plug-and-charge.js";
import { openPool, type Pool, TOKEN } from "./pool-fixture.js";
import { openWeb } from "./web.js";

const SCHEMA = "urn:iso:15118:2:2013:MsgDef";

let pool: Pool;
beforeAll(async () => {
  pool = await openPool();
});
afterEach(() => {
  pool.contracts = {};
  pool.calls.length = 0;
  pool.instead = null;
  pool.takes = new Set([TOKEN]);
});
afterAll(() => pool.close());

const partsOf = (
  authorization: string | TokenServer = TOKEN,
  {
    timeoutMs = 20_000,
    now = Date.now,
    url = pool.url,
  }: { timeoutMs?: number; now?: () => number; url?: string } = {},
): PlugAndCharge =>
  createPlugAndCharge({ responders: [], authorities: [], timeoutMs, pool: { url, authorization } }, now);

const ask = (parts: PlugAndCharge, over: Partial<ContractRequest> = {}): Promise<ContractDelivery> =>
  parts.deliver("CP1", {
    schemaVersion: SCHEMA,
    action: "Install",
    exiRequest: "gJgCDQ==",
    mostContracts: null,
    firstEmaids: [],
    ...over,
  });

it("a car's request is passed on unread, with our token, and so is the answer", async () => {
  pool.contracts = { EMAID1: "gJgCAQ==" };
  const parts = partsOf();
  expect(await ask(parts)).toEqual({ exiResponse: "gJgCAQ==", remaining: 0 });
  expect(pool.calls).toEqual([
    {
      path: "/v1/ccp/signedContractData",
      authorization: `Bearer ${TOKEN}`,
      body: { certificateInstallationReq: "gJgCDQ==", xsdMsgDefNamespace: SCHEMA },
    },
  ]);
  expect(parts.readings()).toContainEqual({ source: "pool", outcome: "delivered", count: 1 });
});

it("as many as one likes are asked for, one after the other, whatever became of those before", async () => {
  pool.contracts = { EMAID1: "gJgCAQ==" };
  const parts = partsOf();
  for (let turn = 0; turn < 17; turn += 1) {
    pool.instead = turn % 2 === 0 ? (response) => response.writeHead(503).end() : null;
    await ask(parts);
  }
  pool.instead = null;
  expect(await ask(parts)).toEqual({ exiResponse: "gJgCAQ==", remaining: 0 });
  expect(pool.calls).toHaveLength(18);
});

it("no more than 16 are asked for at once; the next is refused at once, until there is room", async () => {
  pool.contracts = { EMAID1: "gJgCAQ==" };
  const waiting: (() => void)[] = [];
  const full = new Promise<void>((resolve) => {
    pool.instead = (response) => {
      waiting.push(() => response.writeHead(503).end());
      if (waiting.length === 16) resolve();
    };
  });
  const parts = partsOf();
  const all = Array.from({ length: 16 }, () => ask(parts));
  expect(await ask(parts)).toEqual({ cause: "failed", why: "more than 16 requests at once" });
  await full;
  expect(pool.calls).toHaveLength(16);
  for (const answer of waiting) answer();
  await Promise.all(all);
  pool.instead = null;
  expect(await ask(parts)).toEqual({ exiResponse: "gJgCAQ==", remaining: 0 });
});

describe("of several contracts", () => {
  const several = { EMAID1: "MQ==", EMAID2: "Mg==", EMAID3: "Mw==" };

  it("a car that takes one is given one, and told of no others", async () => {
    pool.contracts = several;
    expect(await ask(partsOf())).toEqual({ exiResponse: "MQ==", remaining: 0 });
  });

  it("a car is given one with each request, those first that it wants, and then again", async () => {
    pool.contracts = several;
    const parts = partsOf();
    const wish = { mostContracts: 5, firstEmaids: ["emaid-3"] };
    const given: ContractDelivery[] = [];
    for (let turn = 0; turn < 4; turn += 1) given.push(await ask(parts, wish));
    expect(given).toEqual([
      { exiResponse: "Mw==", remaining: 2 },
      { exiResponse: "MQ==", remaining: 1 },
      { exiResponse: "Mg==", remaining: 0 },
      { exiResponse: "Mw==", remaining: 2 },
    ]);
  });

  it("no more than it takes, at each station by itself, and anew after minutes", async () => {
    pool.contracts = several;
    let now = Date.now();
    const parts = partsOf(TOKEN, { now: () => now });
    const wish = { mostContracts: 2 };
    expect(await ask(parts, wish)).toEqual({ exiResponse: "MQ==", remaining: 1 });
    expect(await parts.deliver("CP2", { ...EMPTY, ...wish })).toEqual({ exiResponse: "MQ==", remaining: 1 });
    now += 5 * MINUTE_MS;
    expect(await ask(parts, wish)).toEqual({ exiResponse: "MQ==", remaining: 1 });
    expect(await ask(parts, wish)).toEqual({ exiResponse: "Mg==", remaining: 0 });
  });
});

const EMPTY: ContractRequest = {
  schemaVersion: SCHEMA,
  action: "Update",
  exiRequest: "",
  mostContracts: null,
  firstEmaids: [],
};

describe("a pool", () => {
  it.each<[string, Pool["instead"], string]>([
    ["refuses", (response) => response.writeHead(404).end("{}"), "the pool answers HTTP 404"],
    ["answers no JSON", (response) => response.end("<html>"), "the pool's answer is no JSON"],
    [
      "has no contract",
      (response) => response.end('{"CCPResponse":{"emaidContent":[]}}'),
      "the pool's answer holds no signed contract data",
    ],
    [
      "answers what is no base64",
      (response) =>
        response.end(
          '{"CCPResponse":{"emaidContent":[{"messageDef":{"emaid":"A","certificateInstallationRes":"<x>"}}]}}',
        ),
      "the pool's answer holds no signed contract data",
    ],
    [
      "answers too much",
      (response) => response.end("x".repeat(600_000)),
      "an answer of more than 524288 bytes",
    ],
    ["hangs up", (response) => void response.destroy(), "socket hang up"],
  ])("that %s has failed", async (_, instead, why) => {
    pool.instead = instead;
    expect(await ask(partsOf())).toEqual({ cause: "failed", why });
  });

  it("that does not answer has failed after the time there is", async () => {
    // One of its own: it may hear of the request when the next test has begun.
    const silent = await openPool();
    silent.instead = () => undefined;
    expect(await ask(partsOf(TOKEN, { timeoutMs: 30, url: silent.url }))).toEqual({
      cause: "failed",
      why: "no answer in time",
    });
    await silent.close();
  });

  it("that is not configured delivers nothing", async () => {
    const parts = createPlugAndCharge(
      { responders: [], authorities: [], timeoutMs: 1_000, pool: null },
      Date.now,
    );
    expect(await ask(parts)).toMatchObject({ cause: "not-enabled" });
  });
});

describe("a token server", () => {
  const openServer = async (grants: () => string) => {
    const forms: string[] = [];
    const web = await openWeb((_request, body, response) => {
      forms.push(body.toString("utf8"));
      response.end(grants());
    });
    const server = {
      tokenUrl: `${web.url}/oauth/token`,
      clientId: "us",
      clientSecret: "s&cret",
      audience: "pool",
    };
    return { ...web, forms, server };
  };

  it("grants a token, which is used until it ends, and asked for again where the pool refuses it", async () => {
    let granted = 0;
    const tokens = await openServer(() => {
      granted += 1;
      return JSON.stringify({ access_token: `token-${granted}`, expires_in: 3_600 });
    });
    let now = Date.now();
    pool.contracts = { EMAID1: "MQ==" };
    pool.takes = new Set(["token-1", "token-2", "token-4"]);
    const parts = partsOf(tokens.server, { now: () => now });
    for (let turn = 0; turn < 2; turn += 1) expect(await ask(parts)).toHaveProperty("exiResponse");
    expect(tokens.forms).toEqual([
      "grant_type=client_credentials&client_id=us&client_secret=s%26cret&audience=pool",
    ]);
    now += HOUR_MS - MINUTE_MS;
    expect(await ask(parts)).toHaveProperty("exiResponse");
    pool.takes = new Set(["token-4"]);
    granted = 3;
    expect(await ask(parts)).toHaveProperty("exiResponse");
    expect(pool.calls.map(({ authorization }) => authorization?.slice(-1))).toEqual([
      "1",
      "1",
      "2",
      "2",
      "4",
    ]);
    await tokens.close();
  });

  it.each([
    ["{}", "the pool's token server grants no token"],
    ['{"access_token":"a\\r\\nHost: x"}', "the pool's token server grants no token"],
  ])("that answers %s lets nobody in", async (answer, why) => {
    const tokens = await openServer(() => answer);
    expect(await ask(partsOf(tokens.server))).toEqual({ cause: "failed", why });
    expect(pool.calls).toEqual([]);
    await tokens.close();
  });
});
