import { beforeEach, describe, expect, it } from "vitest";
import { type Accounts, createAccounts } from "../../src/accounts/accounts.js";
import { may } from "../../src/accounts/principal.js";
import { ROLE_NAMES, ROLES, SCOPES } from "../../src/accounts/scopes.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";

const SECRET = "a secret of at least thirty-two bytes";
const T0 = Date.UTC(2026, 5, 1);

let documents: Documents;
let clock: VirtualClock;
let accounts: Accounts;
const open = (change: { secret?: string } = {}) =>
  createAccounts({
    documents,
    clock,
    secret: SECRET,
    clients: [{ id: "grid", secret: "grid-secret", role: "grid-operator" }],
    ...change,
  });
beforeEach(() => {
  documents = createMemoryDocuments();
  clock = new VirtualClock(T0);
  accounts = open();
});

const changedAt = (text: string, index: number): string =>
  `${text.slice(0, index)}${text[index] === "A" ? "B" : "A"}${text.slice(index + 1)}`;

describe("API tokens", () => {
  it.each(ROLE_NAMES)("of role %s carry its scopes", async (role) => {
    const { token, id } = await accounts.issueToken({ name: "n", role });
    const principal = await accounts.verify(token);
    expect(principal).toMatchObject({ kind: "token", id, name: "n", role });
    expect(SCOPES.filter((scope) => principal !== null && may(principal, scope))).toEqual(
      SCOPES.filter((scope) => new Set<string>(ROLES[role]).has(scope)),
    );
  });

  it("carry single scopes where those are named", async () => {
    const { token } = await accounts.issueToken({ name: "meter", scopes: ["measure"] });
    expect([...((await accounts.verify(token))?.scopes ?? [])]).toEqual(["measure"]);
  });

  it("are kept without their secret", async () => {
    const { token } = await accounts.issueToken({ name: "n", role: "viewer" });
    const kept = JSON.stringify(await documents.list("api-tokens"));
    expect(kept).not.toContain(token.split("_").slice(2).join("_"));
    expect(JSON.stringify(await accounts.listTokens())).not.toContain("hmac");
    expect(await accounts.listTokens()).toMatchObject([
      { name: "n", role: "viewer", createdMs: T0, expiresMs: null },
    ]);
  });

  it("are worth nothing with any character changed", async () => {
    const { token } = await accounts.issueToken({ name: "n", role: "admin" });
    // The last character of base64url holds unused bits, but the text is what is compared.
    for (let index = 0; index < token.length; index++)
      expect(await accounts.verify(changedAt(token, index)), `changed at ${index}`).toBeNull();
    for (const other of ["", "x", token.slice(0, -1), `${token}x`, ` ${token}`])
      expect(await accounts.verify(other)).toBeNull();
    expect(await accounts.verify(token)).not.toBeNull();
  });

  it("end when they expire or are revoked", async () => {
    const short = await accounts.issueToken({ name: "short", role: "viewer", expiresMs: T0 + 1000 });
    const long = await accounts.issueToken({ name: "long", role: "viewer" });
    clock.step(T0 + 999);
    expect(await accounts.verify(short.token)).not.toBeNull();
    clock.step(T0 + 1000);
    expect(await accounts.verify(short.token)).toBeNull();
    expect(await accounts.revokeToken(long.id)).toBe(true);
    expect(await accounts.revokeToken(long.id)).toBe(false);
    expect(await accounts.verify(long.token)).toBeNull();
  });

  it("outlive a restart, but not another secret", async () => {
    const { token } = await accounts.issueToken({ name: "n", role: "viewer" });
    expect(await open().verify(token)).not.toBeNull();
    expect(await open({ secret: `${SECRET}!` }).verify(token)).toBeNull();
  });

  it.each([
    ["no name", { name: " ", role: "viewer" }, "name"],
    ["no scope", { name: "n", scopes: [] }, "scopes"],
    ["an end in the past", { name: "n", role: "viewer", expiresMs: T0 }, "expiresMs"],
  ] as const)("are not issued with %s", async (_, request, place) => {
    await expect(accounts.issueToken(request)).rejects.toMatchObject({ code: "token.invalid", place });
  });
});

const grant = (clientId: string, clientSecret: string, scope: string | null = null) =>
  accounts.grant({ clientId, clientSecret, scope, address: "192.0.2.1" });

describe("client credentials", () => {
  it("of the configuration and added ones give a token that carries what was granted", async () => {
    const added = await accounts.addClient({ name: "VEN 1", role: "ven", targets: ["feeder-1"] });
    for (const [id, secret, role] of [
      ["grid", "grid-secret", "grid-operator"],
      [added.id, added.secret, "ven"],
    ] as const) {
      const outcome = await grant(id, secret);
      if (outcome.status !== "granted") throw new Error(outcome.status);
      expect(outcome.scopes).toEqual(ROLES[role]);
      const principal = await accounts.verify(outcome.accessToken);
      expect(principal).toMatchObject({ kind: "client", id, role });
      expect(principal?.targets).toEqual(role === "ven" ? ["feeder-1"] : []);
    }
    expect(JSON.stringify(await documents.list("oauth-clients"))).not.toContain(added.secret);
    expect((await accounts.listClients()).map(({ id }) => id)).toEqual(["grid", added.id]);
  });

  it("are refused when wrong, narrowed when asked, and never widened", async () => {
    expect(await grant("grid", "wrong")).toEqual({ status: "invalid-client" });
    expect(await grant("nobody", "grid-secret")).toEqual({ status: "invalid-client" });
    expect(await grant("grid", "grid-secret", "read_all admin")).toEqual({
      status: "invalid-scope",
      scope: "admin",
    });
    expect(await grant("grid", "grid-secret", "read_all  write_events")).toMatchObject({
      status: "granted",
      scopes: ["read_all", "write_events"],
    });
  });

  it("give tokens that end after an hour, with the client, and with any character changed", async () => {
    const { id, secret } = await accounts.addClient({ name: "VEN 1", role: "ven" });
    const outcome = await grant(id, secret);
    if (outcome.status !== "granted") throw new Error(outcome.status);
    const { accessToken, expiresInS } = outcome;
    const [header = "", payload = ""] = accessToken.split(".");
    for (const index of [0, header.length + 3, header.length + payload.length + 4])
      expect(await accounts.verify(changedAt(accessToken, index))).toBeNull();
    clock.step(T0 + (expiresInS - 1) * 1000);
    expect(await accounts.verify(accessToken)).not.toBeNull();
    clock.step(T0 + expiresInS * 1000);
    expect(await accounts.verify(accessToken)).toBeNull();
    const again = await grant(id, secret);
    if (again.status !== "granted") throw new Error(again.status);
    expect(await accounts.removeClient(id)).toBe(true);
    expect(await accounts.verify(again.accessToken)).toBeNull();
  });

  it("give tokens that lose a scope with the client", async () => {
    const { secret } = await accounts.addClient({ id: "c", name: "c", role: "grid-operator" });
    const outcome = await grant("c", secret);
    if (outcome.status !== "granted") throw new Error(outcome.status);
    await accounts.removeClient("c");
    await accounts.addClient({ id: "c", name: "c", scopes: ["read_all"] });
    expect([...((await accounts.verify(outcome.accessToken))?.scopes ?? [])]).toEqual(["read_all"]);
  });

  it("do not take the id of another client", async () => {
    await expect(accounts.addClient({ id: "grid", name: "x", role: "admin" })).rejects.toMatchObject({
      code: "client.exists",
    });
  });
});

it("asks for a secret that cannot be guessed", () => {
  expect(() => open({ secret: "short" })).toThrow(expect.objectContaining({ code: "config.invalid" }));
});
