import { constantFrom, string as anyString, asyncProperty, assert, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConfiguredStation,
  createStationRegistry,
  stationPasswordHmac,
} from "../../src/accounts/station-registry.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";

const pepper = "pepper";
const open = (configured: readonly ConfiguredStation[] = [], documents = createMemoryDocuments()) =>
  createStationRegistry({ documents, pepper, configured });

describe("a station", () => {
  it("that was added proves itself with its password in every spelling of it, and with no other", async () => {
    const registry = open();
    const { password } = await registry.add("CP-1");
    expect(password).toMatch(/^[0-9a-f]{32}$/);
    const octets = Buffer.from(password, "hex");
    for (const spelling of [password, password.toUpperCase(), Buffer.from(password), octets])
      expect(await registry.authenticate("CP-1", spelling)).toBe(true);
    for (const other of [null, "", `${password}0`, password.slice(1), octets.subarray(1), "0".repeat(32)])
      expect(await registry.authenticate("CP-1", other)).toBe(false);
    for (const identity of ["CP-2", "", "cp-1"])
      expect(await registry.authenticate(identity, password)).toBe(false);
  });

  it("is refused whatever else it sends", async () => {
    const registry = open([{ id: "CP-1", password: "the right password" }]);
    const others = anyString().filter((text) => text !== "the right password");
    await assert(
      asyncProperty(constantFrom("CP-1", "CP-2"), others, async (identity, password) => {
        expect(await registry.authenticate(identity, password)).toBe(false);
      }),
    );
    await assert(
      asyncProperty(uint8Array({ maxLength: 64 }), async (octets) => {
        expect(await registry.authenticate("CP-1", Buffer.from(octets))).toBe(false);
      }),
    );
  });

  it("of the configuration proves itself by password or by its HMAC", async () => {
    const password = "DEADBEEFDEADBEEFDEADBEEFDEADBEEF";
    const registry = open([
      { id: "A", password: "correct horse" },
      { id: "B", passwordHmac: stationPasswordHmac(pepper, password) },
    ]);
    expect(await registry.authenticate("A", "correct horse")).toBe(true);
    expect(await registry.authenticate("A", "Correct horse")).toBe(false);
    expect(await registry.authenticate("B", password)).toBe(true);
    expect(await registry.authenticate("B", Buffer.from(password, "hex"))).toBe(true);
    expect(await registry.authenticate("A", password)).toBe(false);
    expect(await registry.authenticate("B", "correct horse")).toBe(false);
  });

  it("without any password is refused, even where the configured one is empty", async () => {
    expect(await open([{ id: "A", password: "" }]).authenticate("A", null)).toBe(false);
  });

  it("outlives a restart, and is gone when removed", async () => {
    const documents = createMemoryDocuments();
    const { password } = await open([], documents).add("CP-1");
    expect(JSON.stringify(await documents.list("station-credentials"))).not.toContain(password);
    const registry = open([{ id: "CP-0", password: "x" }], documents);
    expect(await registry.identities()).toEqual(["CP-0", "CP-1"]);
    expect(await registry.authenticate("CP-1", password)).toBe(true);
    expect(await registry.remove("CP-1")).toBe(true);
    expect(await registry.remove("CP-0")).toBe(false);
    expect(await registry.authenticate("CP-1", password)).toBe(false);
  });

  it.each(["", "a:b", "a/b", "a b", "é", "x".repeat(49), "../x"])("is not added as %j", async (identity) => {
    await expect(open().add(identity)).rejects.toMatchObject({ code: "station.identity" });
  });

  it("is not added twice", async () => {
    const registry = open([{ id: "CP-1", password: "x" }]);
    await registry.add("CP-2");
    for (const identity of ["CP-1", "CP-2"])
      await expect(registry.add(identity)).rejects.toMatchObject({ code: "station.exists" });
  });
});
