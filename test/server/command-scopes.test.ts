/** Which commands need more than `operate`: those that may cost us a station, or give it to somebody else. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scopeOfCommand } from "../../src/server/command-scopes.js";
import { commandRequest } from "../../src/server/schemas/command.js";
import { bearer, type Harness, startHarness } from "./harness.js";

const PEM = "-----BEGIN CERTIFICATE-----";
const checksum = "0".repeat(32);
const certificate = {
  hashAlgorithm: "SHA256",
  issuerNameHash: "00",
  issuerKeyHash: "00",
  serialNumber: "1",
};

const DANGEROUS: Readonly<Record<string, object>> = {
  "set-network-profile": { slot: 1, profile: { url: "wss://host/ocpp", securityProfile: 2 } },
  "install-certificate": { use: "v2g", certificate: PEM },
  "delete-certificate": { certificate },
  "renew-certificate": {},
  "update-firmware": { location: "https://maker/fw.bin" },
  "publish-firmware": { location: "https://maker/fw.bin", checksum },
  "unpublish-firmware": { checksum },
};

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.app.close());

const ask = (kind: string, scopes: string, station = "CP01") =>
  harness.app.inject({
    method: "POST",
    url: `/api/v1/stations/${station}/commands`,
    headers: bearer(scopes),
    payload: { kind, ...DANGEROUS[kind] },
  });

describe.each(Object.keys(DANGEROUS))("%s", (kind) => {
  it("is not asked by who may operate alone, and by who may administer too", async () => {
    const refused = await ask(kind, "operate");
    expect([refused.statusCode, refused.json()]).toMatchObject([
      403,
      { code: "auth.forbidden", place: "body.kind", message: expect.stringContaining("`admin`") },
    ]);
    expect(harness.operations.commanded).toEqual([]);
    expect((await ask(kind, "admin")).statusCode).toBe(403);
    expect((await ask(kind, "operate+admin")).statusCode).toBe(200);
    expect(harness.operations.commanded.splice(0)).toMatchObject([{ command: { kind } }]);
  });

  it("tells who may not ask it nothing of which stations there are", async () => {
    expect((await ask(kind, "operate", "nowhere")).statusCode).toBe(403);
  });
});

it("every other command is one that the scope operate is enough for", () => {
  const kinds = commandRequest.options.map(({ shape }) => shape.kind.value);
  expect(kinds.length).toBeGreaterThan(30);
  const dangerous = kinds.filter((kind) => scopeOfCommand(kind) === "admin");
  expect(dangerous.toSorted()).toEqual(Object.keys(DANGEROUS).toSorted());
});
