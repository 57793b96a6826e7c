/** The product with Plug & Charge, from its configuration to a station that asks. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkConfig } from "../../src/app/check-config.js";
import { configEntries } from "../../src/config/index.js";
import { writeSiteFile } from "../../src/app/init.js";
import { readConfig } from "../../src/app/read-config.js";
import { serve } from "../../src/app/serve.js";
import { addStation } from "../../src/app/stations.js";
import { hashOf } from "../../src/certificates/status/issuers.js";
import { Faults } from "../../src/domain/faults.js";
import { until } from "../ocpp/harness.js";
import { rawStation } from "../ocpp/raw.js";
import { issue } from "../plug-and-charge/pki.js";
import { openPool, TOKEN } from "../plug-and-charge/pool-fixture.js";
import { openResponder } from "../plug-and-charge/responder.js";

let folder: string;
let configPath: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "serve-pnc-"));
  configPath = at("youxu.yaml");
  writeSiteFile(configPath, false);
  writeFileSync(configPath, readFileSync(configPath, "utf8").replace("port: 8180", "port: 0"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const configure = (text: string): void => appendFileSync(configPath, `\nplugAndCharge:\n${text}`);

/** What is wrong with the configuration, each with the key where it stands. */
const faults = (): string[] => {
  try {
    checkConfig(configPath);
    return [];
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    return error.faults.map(({ code, message }) => `${code}: ${message.replaceAll(folder, "")}`);
  }
};

it("a station's questions are taken to the responder and the pool that the configuration names, and counted", async () => {
  const root = await issue({ name: "V2G root", isAuthority: true });
  const leaf = await issue({ name: "SECC", issuer: root });
  const [responder, pool] = [await openResponder({ signer: root }), await openPool()];
  pool.contracts = { EMAID: "gJgCAQ==" };
  writeFileSync(at("v2g.pem"), root.pem);
  writeFileSync(at("token"), TOKEN);
  configure(`  responders: ["${responder.host}"]
  caFiles: [v2g.pem]
  contractPool: { url: "${pool.url}/", token: { file: token } }
`);
  expect(faults()).toEqual([]);
  const { password } = await addStation(configPath, { id: "pile-1", isNew: false });
  const serving = await serve(configPath, {}, "silent");
  const station = await rawStation(Number(new URL(serving.server.url).port), "pile-1", "ocpp2.0.1", password);
  const ask = (id: string, action: string, payload: object): void =>
    station.socket.send(JSON.stringify([2, id, action, payload]));
  const ocspRequestData = { ...hashOf(leaf.certificate, root.certificate), responderURL: responder.url };
  ask("status", "GetCertificateStatus", { ocspRequestData });
  ask("contract", "Get15118EVCertificate", {
    iso15118SchemaVersion: "urn:iso:15118:2:2013:MsgDef",
    action: "Install",
    exiRequest: "gJgCDQ==",
  });
  const answered = (id: string) => station.heard.find((text) => text.startsWith(`[3,"${id}"`));
  await until(() => answered("status") !== undefined && answered("contract") !== undefined, "answers");
  expect(answered("status")).toContain('"Accepted"');
  expect(answered("contract")).toContain('"gJgCAQ=="');
  expect(serving.server.central.readings().lookUps).toEqual(
    expect.arrayContaining([
      { source: "OCSP", outcome: "good", count: 1 },
      { source: "pool", outcome: "delivered", count: 1 },
    ]),
  );
  await serving.close();
  await Promise.all([responder.close(), pool.close()]);
});

describe("a configuration of Plug & Charge", () => {
  it("without anything asks nobody, and waits 4 s", () => {
    configure("  responders: []\n");
    expect(readConfig(configPath).config.plugAndCharge).toEqual({
      responders: [],
      caFiles: [],
      emaidsByHashes: "known",
      timeoutMs: 4_000,
      pool: null,
    });
  });

  it("takes hosts by name and address, with a port or without", () => {
    configure(
      '  responders: [ocsp.example.org, "crl.example.org:8080", 10.0.0.7, "[fd00::1]:80", localhost]\n',
    );
    expect(faults()).toEqual([]);
  });

  it.each([
    "http://ocsp.example.org",
    "ocsp.example.org/",
    "a b",
    "host:99999",
    "[nonsense]",
    "*.example.org",
    "",
  ])("takes no responder %j", (host) => {
    configure(`  responders: [${JSON.stringify(host)}]\n`);
    expect(faults()).toEqual([expect.stringContaining("no host, e.g. ocsp.example.org")]);
  });

  it.each([
    ["neither", ""],
    ["both", ", token: abc, oauth: { tokenUrl: 'https://t.example.org', clientId: a, secret: b }"],
  ])("needs one way to prove us to the pool, not %s", (_, more) => {
    configure(`  contractPool: { url: "https://pool.example.org"${more} }\n`);
    expect(faults()).toEqual([expect.stringContaining("needs either token or oauth")]);
  });

  it("has tokens granted by the secret of a file", () => {
    writeFileSync(at("secret"), "the secret");
    configure(`  contractPool:
    url: https://pool.example.org/
    oauth: { tokenUrl: "https://t.example.org/token", clientId: us, secret: { file: secret }, audience: pool }
`);
    expect(readConfig(configPath).config.plugAndCharge?.pool).toEqual({
      url: "https://pool.example.org",
      authorization: {
        tokenUrl: "https://t.example.org/token",
        clientId: "us",
        clientSecret: "the secret",
        audience: "pool",
      },
    });
  });

  it("shows nobody its secrets", () => {
    configure(`  contractPool:
    url: https://pool.example.org
    oauth: { tokenUrl: "https://t.example.org/token", clientId: us, secret: a-very-secret-word }
`);
    const shown = JSON.stringify(configEntries(readConfig(configPath).file));
    expect(shown).toContain("plugAndCharge.contractPool.oauth.secret");
    expect(shown).not.toContain("a-very-secret-word");
  });

  it("names files that are certificates of authorities, each of them", async () => {
    const root = await issue({ name: "V2G root", isAuthority: true });
    const leaf = await issue({ name: "SECC", issuer: root });
    configure("  caFiles: [v2g.pem]\n");
    expect(faults()).toEqual([expect.stringMatching(/^tls\.unusable: cannot be read/)]);
    for (const [text, why] of [
      ["nothing", "no certificate in"],
      [`${root.pem}\n${leaf.pem}`, "a certificate that is no authority's in"],
      [root.pem.replace(/^[A-Za-z0-9+/=]{20}/m, ""), "a certificate that cannot be read in"],
    ] as const) {
      writeFileSync(at("v2g.pem"), text);
      expect(faults()).toEqual([`tls.unusable: ${why} /v2g.pem`]);
    }
    writeFileSync(at("v2g.pem"), `${root.pem}\n${(await issue({ name: "MO", isAuthority: true })).pem}`);
    expect(faults()).toEqual([]);
  });
});
