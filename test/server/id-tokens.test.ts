import { afterEach, beforeEach, expect, it } from "vitest";
import { openIdTokenBook } from "../../src/control/id-token-book.js";
import { plainToken } from "../../src/domain/id-token.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { fixedIdTokens } from "../../src/ports/id-tokens.js";
import type { ListSync } from "../../src/ports/local-lists.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness;
let synced: ListSync;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(async () => {
  synced = { change: "whole", sent: 3, version: 7, outcome: { status: "accepted" } };
  const idTokens = await openIdTokenBook({
    documents: createMemoryDocuments(),
    configured: fixedIdTokens([plainToken("FIXED")]),
    log,
  });
  harness = await startHarness({ idTokens, localLists: { sync: async () => synced } });
});
afterEach(() => harness.app.close());

const ask = (method: "GET" | "POST" | "DELETE", path: string, payload?: object, scope = "operate") =>
  harness.app.inject({
    method,
    url: `/api/v1${path}`,
    headers: bearer(scope),
    ...(payload === undefined ? {} : { payload }),
  });

it("no card is in any line of the log, whether it is taken away or refused, in whatever path", async () => {
  await ask("POST", "/id-tokens", { idToken: "CARD-4711" });
  for (const path of [
    "/id-tokens/CARD-4711",
    "/id-tokens/card-4711",
    "/id-tokens/CARD%2D4711",
    "/cards/CARD-4711",
  ])
    await ask("DELETE", path);
  await ask("DELETE", "/id-tokens/CARD-4711", undefined, "read");
  await ask("DELETE", "/id-tokens/%CARD-4711");
  expect(JSON.stringify(harness.log)).not.toMatch(/4711/);
  expect(harness.log).toContainEqual(
    expect.objectContaining({
      msg: "a change was made",
      method: "DELETE",
      route: "/api/v1/id-tokens/:idToken",
    }),
  );
  expect(harness.log).toContainEqual(
    expect.objectContaining({ code: "not-found.id-token", detail: 'no id token "•••"' }),
  );
  expect(harness.log).toHaveLength(7);
});

it("id tokens are added, listed, changed and taken away", async () => {
  const added = await ask("POST", "/id-tokens", { idToken: "CARD-1", groupId: "family" });
  expect([added.statusCode, added.json()]).toEqual([
    201,
    { ...plainToken("CARD-1"), groupId: "family", fixed: false },
  ]);
  await ask("POST", "/id-tokens", { idToken: "card-1", standing: "Blocked" });
  expect((await ask("GET", "/id-tokens")).json()).toEqual({
    othersMayCharge: false,
    tokens: [
      { ...plainToken("FIXED"), fixed: true },
      { ...plainToken("card-1"), standing: "Blocked", fixed: false },
    ],
  });
  expect((await ask("DELETE", "/id-tokens/CARD-1")).statusCode).toBe(204);
  expect((await ask("DELETE", "/id-tokens/CARD-1")).json()).toMatchObject({ code: "not-found.id-token" });
  expect((await ask("DELETE", "/id-tokens/fixed")).json()).toMatchObject({ code: "id-token.fixed" });
});

it.each([
  [{ idToken: " " }, "request.invalid"],
  [{ idToken: "A", siteIds: ["nowhere"] }, "not-found.site"],
  [{ idToken: "A", language: "zh_CN!" }, "request.invalid"],
  [{ idToken: "A", mostAtOnce: 0 }, "request.invalid"],
  [{ idToken: "A", password: "x" }, "request.invalid"],
])("%j is refused", async (body, code) => {
  expect((await ask("POST", "/id-tokens", body)).json()).toMatchObject({ code });
});

it("who may only look sees no tokens", async () => {
  expect((await ask("GET", "/id-tokens", undefined, "read")).statusCode).toBe(403);
});

it("a station's list is brought in step", async () => {
  expect((await ask("POST", "/stations/CP01/local-list/sync", {})).json()).toEqual(synced);
  synced = { change: "none", sent: 0, version: null, outcome: { status: "offline", detail: "gone" } };
  expect((await ask("POST", "/stations/CP01/local-list/sync", {})).json()).toMatchObject({
    code: "station.offline",
  });
  expect((await ask("POST", "/stations/CP99/local-list/sync", {})).json()).toMatchObject({
    code: "not-found.station",
  });
});
