/** Stations' messages about cars' certificates, in both versions that know them, over real websockets. */
import type { RPCClient } from "ocpp-rpc";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createPlugAndCharge } from "../../src/certificates/plug-and-charge.js";
import { hashOf } from "../../src/certificates/status/issuers.js";
import type { Authorization } from "../../src/domain/id-token.js";
import type { EmaidsByHashes } from "../../src/domain/plug-and-charge.js";
import type { PlugAndCharge } from "../../src/ports/plug-and-charge.js";
import { openStage, type Stage } from "../ocpp/harness.js";
import { issue, listOf, type Pair } from "./pki.js";
import { openPool, type Pool, TOKEN } from "./pool-fixture.js";
import { openResponder, type Responder } from "./responder.js";
import { openWeb, type Web } from "./web.js";

const EMAID = "CN1YXC12345678K";

let root: Pair;
let other: Pair;
let contract: Pair;
let secc: Pair;
let responder: Responder;
let pool: Pool;
let crl: Web;
beforeAll(async () => {
  root = await issue({ name: "V2G root", isAuthority: true });
  other = await issue({ name: "another root", isAuthority: true });
  responder = await openResponder({ signer: root });
  contract = await issue({ name: EMAID, issuer: root, ocspUrl: responder.url });
  secc = await issue({ name: "SECC", issuer: root });
  pool = await openPool();
  const list = await listOf(root, { revoked: [secc.certificate.serialNumber] });
  crl = await openWeb((_request, _body, response) => void response.end(list));
});
afterAll(() => Promise.all([responder, pool, crl].map((web) => web.close())));

let stage: Stage;
afterEach(async () => {
  await stage.close();
  responder.manner = { signer: root };
  responder.instead = null;
  responder.asked.length = 0;
  pool.contracts = {};
  pool.instead = null;
  pool.calls.length = 0;
});

const configured = (
  known: readonly Pair[] = [root],
  timeoutMs = 20_000,
  emaidsByHashes: EmaidsByHashes = "known",
): PlugAndCharge =>
  createPlugAndCharge(
    {
      responders: [responder.host, crl.host],
      authorities: known.map(({ certificate }) => certificate),
      timeoutMs,
      emaidsByHashes,
      pool: { url: pool.url, authorization: TOKEN },
    },
    Date.now,
  );

const open = async (
  version: "2.0.1" | "2.1",
  plugAndCharge: PlugAndCharge | null = configured(),
): Promise<RPCClient> => {
  stage = await openStage(plugAndCharge === null ? {} : { plugAndCharge });
  return stage.connect("CP1", version);
};

const warnings = () =>
  stage.lines
    .filter(({ level, fields }) => level === "warn" && "why" in fields)
    .map(({ message, fields }) => `${message}: ${String(fields["why"])}`);

const hashData = (pair: Pair) => hashOf(pair.certificate, root.certificate);
const ocspData = (pair: Pair, responderURL = responder.url) => ({ ...hashData(pair), responderURL });

describe.each(["2.0.1", "2.1"] as const)("OCPP %s: GetCertificateStatus", (version) => {
  const ask = (client: RPCClient, data = ocspData(secc)) =>
    client.call("GetCertificateStatus", { ocspRequestData: data });

  it("is answered with what the responder said, whatever it said [M06.FR.01, M06.FR.02]", async () => {
    const client = await open(version);
    responder.manner = { signer: root, status: "revoked" };
    const answer = await ask(client);
    expect(answer).toMatchObject({ status: "Accepted" });
    const der = Buffer.from(String(Object(answer).ocspResult), "base64");
    expect(der.toString("hex")).toContain(secc.certificate.serialNumber.toLowerCase());
    expect(await ask(client)).toEqual(answer);
    expect(responder.asked).toHaveLength(1);
  });

  it("has failed where the responder is not allowed, which the log says once", async () => {
    const client = await open(version);
    for (let turn = 0; turn < 2; turn += 1)
      expect(await ask(client, ocspData(secc, "http://10.0.0.1/ocsp"))).toEqual({
        status: "Failed",
        statusInfo: { reasonCode: "NotEnabled" },
      });
    expect(warnings()).toEqual([
      "the status of a certificate is not to be had: not among plugAndCharge.responders: 10.0.0.1",
    ]);
  });

  it("has failed where nothing is configured", async () => {
    const client = await open(version, null);
    expect(await ask(client)).toMatchObject({ status: "Failed", statusInfo: { reasonCode: "NotEnabled" } });
    expect(responder.asked).toEqual([]);
  });

  it("has failed where somebody else signed, and is passed on unproven where nobody knows the authority", async () => {
    const client = await open(version);
    responder.manner = { signer: other };
    expect(await ask(client)).toEqual({ status: "Failed", statusInfo: { reasonCode: "InternalError" } });
    expect(warnings().at(-1)).toMatch(/not signed by the certificate's authority/);
    await stage.close();
    const unproven = await open(version, configured([other]));
    responder.manner = { signer: root };
    expect(await ask(unproven)).toMatchObject({ status: "Accepted" });
    expect(stage.lines.map(({ message }) => message)).toContain(
      "the status of a certificate is passed on unproven: its authority is not known",
    );
  });

  it("waits for a silent responder no longer than it may, and the station's next message is answered", async () => {
    responder.instead = () => undefined;
    const client = await open(version, configured([root], 50));
    const both = await Promise.all([ask(client), client.call("Heartbeat", {})]);
    expect(both).toMatchObject([{ status: "Failed" }, { currentTime: expect.any(String) }]);
  });

  it("has failed where the answer has no room in the version", async () => {
    const client = await open(version);
    responder.manner = { signer: root, padding: version === "2.0.1" ? 4_200 : 14_000 };
    expect(await ask(client)).toEqual({ status: "Failed", statusInfo: { reasonCode: "TooLarge" } });
    responder.manner = { signer: root, padding: version === "2.0.1" ? 3_500 : 13_000 };
    expect(await ask(client, { ...ocspData(contract) })).toMatchObject({ status: "Accepted" });
  });
});

it("OCPP 2.1: GetCertificateChainStatus tells of each certificate by OCSP or by its authority's list", async () => {
  const client = await open("2.1");
  responder.manner = { signer: root, untilMs: Date.parse("2100-01-01T00:00:00Z") };
  const byOcsp = {
    source: "OCSP",
    urls: ["http://10.0.0.1", responder.url],
    certificateHashData: hashData(contract),
  };
  const byList = { source: "CRL", urls: [crl.url], certificateHashData: hashData(secc) };
  const nowhere = { ...byList, urls: ["http://10.0.0.1/list"] };
  const { certificateStatus } = Object(
    await client.call("GetCertificateChainStatus", { certificateStatusRequests: [byOcsp, byList, nowhere] }),
  );
  expect(certificateStatus).toMatchObject([
    {
      certificateHashData: hashData(contract),
      source: "OCSP",
      status: "Good",
      nextUpdate: "2100-01-01T00:00:00.000Z",
    },
    { certificateHashData: hashData(secc), source: "CRL", status: "Revoked" },
    { certificateHashData: hashData(secc), source: "CRL", status: "Failed" },
  ]);
});

it("OCPP 2.1: GetCertificateChainStatus does not take the word of an authority that is not known", async () => {
  const client = await open("2.1", configured([other]));
  const request = { source: "OCSP", urls: [responder.url], certificateHashData: hashData(contract) };
  expect(
    await client.call("GetCertificateChainStatus", { certificateStatusRequests: [request] }),
  ).toMatchObject({
    certificateStatus: [{ status: "Failed" }],
  });
});

describe.each(["2.0.1", "2.1"] as const)("OCPP %s: Get15118EVCertificate", (version) => {
  const request = {
    iso15118SchemaVersion: "urn:iso:15118:2:2013:MsgDef",
    action: "Install",
    exiRequest: "gJgCDQ==",
  };

  it("is answered with what the pool has for the car [M01.FR.01]", async () => {
    const client = await open(version);
    pool.contracts = { [EMAID]: "gJgCAQ==" };
    for (const action of ["Install", "Update"])
      expect(await client.call("Get15118EVCertificate", { ...request, action })).toEqual({
        status: "Accepted",
        exiResponse: "gJgCAQ==",
      });
    expect(pool.calls).toHaveLength(2);
    expect(JSON.stringify(stage.lines)).not.toContain(TOKEN);
  });

  it("has failed where the pool does, or its answer has no room, and the log says why", async () => {
    const client = await open(version);
    const failed = { status: "Failed", exiResponse: "" };
    pool.instead = (response) => response.writeHead(500).end();
    expect(await client.call("Get15118EVCertificate", request)).toMatchObject(failed);
    expect(warnings()).toEqual(["a car's contract certificate is not to be had: the pool answers HTTP 500"]);
    pool.instead = null;
    pool.contracts = { [EMAID]: "A".repeat(version === "2.0.1" ? 5_604 : 17_004) };
    expect(await client.call("Get15118EVCertificate", request)).toMatchObject({
      ...failed,
      statusInfo: { reasonCode: "TooLarge" },
    });
    pool.contracts = { [EMAID]: "A".repeat(version === "2.0.1" ? 5_600 : 17_000) };
    expect(await client.call("Get15118EVCertificate", request)).toMatchObject({ status: "Accepted" });
  });

  it("has failed where no pool is configured", async () => {
    const client = await open(version, null);
    expect(await client.call("Get15118EVCertificate", request)).toEqual({
      status: "Failed",
      exiResponse: "",
      statusInfo: { reasonCode: "NotEnabled" },
    });
  });
});

it("OCPP 2.1: Get15118EVCertificate gives a car its contracts one by one, those first that it wants", async () => {
  const client = await open("2.1");
  pool.contracts = { EMAID1: "MQ==", EMAID2: "Mg==", EMAID3: "Mw==" };
  const request = {
    iso15118SchemaVersion: "urn:iso:std:iso:15118:-20:CommonMessages",
    action: "Install",
    exiRequest: "gJgCDQ==",
    maximumContractCertificateChains: 2,
    prioritizedEMAIDs: ["EMAID2"],
  };
  const next = () => client.call("Get15118EVCertificate", request);
  expect(await next()).toEqual({ status: "Accepted", exiResponse: "Mg==", remainingContracts: 1 });
  expect(await next()).toEqual({ status: "Accepted", exiResponse: "MQ==", remainingContracts: 0 });
});

describe.each(["2.0.1", "2.1"] as const)("OCPP %s: Authorize with a contract", (version) => {
  const idToken = { idToken: EMAID, type: "eMAID" };
  const byHash = () => ({ idToken, iso15118CertificateHashData: [ocspData(contract)] });
  const byChain = (pair: Pair = contract) => ({ idToken, certificate: pair.pem });

  it("is accepted with its certificates, by real-time or cached OCSP [C07.FR.05, C07.FR.14]", async () => {
    const client = await open(version);
    for (const request of [byHash(), byHash(), byChain()])
      expect(await client.call("Authorize", request)).toEqual({
        idTokenInfo: { status: "Accepted" },
        certificateStatus: "Accepted",
      });
    expect(stage.gateway.shown[0]).toMatchObject({ idToken: EMAID, type: "eMAID" });
    // Once for the station's hashes; the chain is proven by itself.
    expect(responder.asked).toHaveLength(2);
  });

  it("is refused where its certificate is revoked [C07.FR.16]", async () => {
    const client = await open(version);
    responder.manner = { signer: root, status: "revoked" };
    for (const request of [byHash(), byChain()])
      expect(await client.call("Authorize", request)).toEqual({
        idTokenInfo: { status: "Invalid" },
        certificateStatus: "CertificateRevoked",
      });
    expect(warnings().at(-1)).toBe("a contract certificate is not accepted: a certificate is revoked");
  });

  it("is refused where its certificate ended, is forged, another's, or of nobody who is known", async () => {
    const client = await open(version);
    const authorize = async (pair: Pair) => Object(await client.call("Authorize", byChain(pair)));
    const of = { name: EMAID, issuer: root, ocspUrl: responder.url };
    const statuses = [
      await authorize(await issue({ ...of, days: -1 })),
      await authorize(await issue({ ...of, signedBy: other })),
      await authorize(await issue({ ...of, name: "CN1YXC00000000" })),
      await authorize(await issue({ ...of, issuer: other })),
    ].map(({ idTokenInfo, certificateStatus }) => [idTokenInfo.status, certificateStatus]);
    expect(statuses).toEqual([
      ["Expired", "CertificateExpired"],
      ["Invalid", "SignatureError"],
      ["Invalid", "CertChainError"],
      ["Invalid", "CertChainError"],
    ]);
  });

  it("is refused where nobody can say how its certificate stands", async () => {
    const client = await open(version);
    responder.manner = { signer: other };
    expect(await client.call("Authorize", byHash())).toEqual({
      idTokenInfo: { status: "Invalid" },
      certificateStatus: "NoCertificateAvailable",
    });
  });

  it.each<[Authorization, string]>([
    ["Blocked", "ContractCancelled"],
    ["Expired", "ContractCancelled"],
    ["Invalid", "Accepted"],
    ["ConcurrentTx", "Accepted"],
  ])("whose eMAID is %s at the site is told so, and its certificates %s", async (standing, status) => {
    const client = await open(version);
    stage.gateway.standing = standing;
    expect(await client.call("Authorize", byHash())).toEqual({
      idTokenInfo: { status: standing },
      certificateStatus: status,
    });
  });

  // Hashes name no eMAID: whoever has one contract could show another's.
  it.each<[EmaidsByHashes, string, boolean, string]>([
    ["known", "known", true, "Accepted"],
    ["known", "not known", false, "Invalid"],
    ["any", "not known", false, "Accepted"],
    ["none", "known", true, "Invalid"],
  ])("by hashes, with emaidsByHashes %s and an eMAID that is %s", async (setting, _, isKnown, status) => {
    const client = await open(version, configured([root], 20_000, setting));
    stage.gateway.verdict = { ...stage.gateway.verdict, isKnown };
    for (let turn = 0; turn < 2; turn += 1)
      expect(await client.call("Authorize", byHash())).toEqual({
        idTokenInfo: { status },
        certificateStatus: "Accepted",
      });
    expect(await client.call("Authorize", byChain())).toMatchObject({ idTokenInfo: { status: "Accepted" } });
    const told = stage.lines.filter(({ message }) => message.startsWith("contracts are named by hashes"));
    expect(told).toHaveLength(setting === "any" ? 0 : 1);
  });

  it("is judged by its eMAID alone where nothing is configured, unless the station could not verify it", async () => {
    const client = await open(version, null);
    expect(await client.call("Authorize", byHash())).toEqual({ idTokenInfo: { status: "Accepted" } });
    expect(await client.call("Authorize", byChain())).toEqual({
      idTokenInfo: { status: "Invalid" },
      certificateStatus: "CertChainError",
    });
  });
});
