import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeSiteFile } from "../../src/app/init.js";
import { serve, type Serving } from "../../src/app/serve.js";
import { addStation } from "../../src/app/stations.js";
import { addToken } from "../../src/app/tokens.js";

let folder: string;
let configPath: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "serve-"));
  configPath = join(folder, "youxu.yaml");
  writeSiteFile(configPath, false);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (): Promise<Serving> => serve(configPath, { "server.port": 0 }, "silent");

describe("two servers on one database", () => {
  it("are refused; commands beside a server work, and so does the next server", async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({ code: "store.in-use" });
    expect(await addToken(configPath, "me", "operator")).toMatchObject({ token: expect.any(String) });
    const added = await addStation(configPath, { id: "pile-1", isNew: false });
    expect(await first.server.registry.authenticate("pile-1", added.password)).toBe(true);
    await first.close();
    await (await start()).close();
  });
});

it("a server whose end fails lets go of its database all the same", async () => {
  const first = await start();
  const close = first.server.close.bind(first.server);
  first.server.close = async () => {
    await close();
    throw new Error("not ended");
  };
  await expect(first.close()).rejects.toThrow("not ended");
  await (await start()).close();
});

it("a client with the scopes of a role does as well as a token", async () => {
  const first = await start();
  await first.server.accounts.addClient({ name: "grid", role: "grid-operator" });
  await first.close();
  const second = await start();
  expect(second.withoutToken).toEqual(["operator"]);
  await second.close();
});

it.each([
  ["operator, grid-operator", []],
  ["operator, grid-operator", ["viewer"]],
  ["grid-operator", ["operator"]],
  ["operator", ["grid-operator"]],
  ["", ["admin"]],
])("a server lacks tokens of: %s where there is one of: %s", async (expected, roles) => {
  for (const role of roles) await addToken(configPath, role, role);
  const served = await start();
  expect(served.withoutToken.join(", ")).toBe(expected);
  await served.close();
});
