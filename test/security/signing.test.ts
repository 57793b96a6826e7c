/** Certificates that stations ask for: signed only for who they are and what they hold the key of. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asyncProperty, assert, string } from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { createCertificateBook } from "../../src/certificates/book.js";
import { readAuthority, writeAuthority } from "../../src/certificates/files.js";
import { privatePem, weaknessOf } from "../../src/certificates/keys.js";
import { createLocalCa, type LocalCa } from "../../src/certificates/local-ca.js";
import { readRequest } from "../../src/certificates/request.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { answering, type Call, openStage, type Stage, until } from "../ocpp/harness.js";
import { newRoot, requestOf, sharedTrust } from "./papers.js";
import { openTlsStage } from "./stage.js";

const caOf = async (
  now: () => number = Date.now,
): Promise<LocalCa & { book: ReturnType<typeof createCertificateBook> }> => {
  const book = createCertificateBook(createMemoryDocuments());
  const { root } = await sharedTrust();
  const names = new Map([
    ["CP1", "CP1"],
    ["CP2", "SN-2"],
  ]);
  const nameOf = (id: string) => names.get(id) ?? null;
  return { ...createLocalCa({ authority: root, book, now, stationDays: 90, nameOf }), book };
};

describe("a request", () => {
  it.each(["EC", "RSA"] as const)(
    "with an %s key is signed, in the name and for the key that it holds",
    async (kind) => {
      const ca = await caOf();
      const { csr, keys } = await requestOf("CP1", kind);
      const signed = await ca.sign("CP1", csr);
      if (!("chain" in signed)) throw new Error(signed.refusal);
      const certificate = new X509Certificate(signed.chain);
      expect(certificate.subject).toBe("CN=CP1");
      expect(certificate.verify(new X509Certificate(ca.root).publicKey)).toBe(true);
      expect(certificate.ca).toBe(false);
      expect(certificate.checkPrivateKey(createPrivateKey(await privatePem(keys.privateKey)))).toBe(true);
      expect(await ca.book.list()).toMatchObject([{ commonName: "CP1", use: "client", revokedMs: null }]);
    },
  );

  it("must name the station that sends it, or the serial number that the site file states", async () => {
    const ca = await caOf();
    const named = async (id: string, name: string | null) =>
      "chain" in (await ca.sign(id, (await requestOf(name)).csr));
    expect(await named("CP1", "CP2")).toBe(false);
    expect(await named("CP1", null)).toBe(false);
    expect(await named("CP2", "CP2")).toBe(false);
    expect(await named("CP2", "SN-2")).toBe(true);
    expect(await named("CP9", "CP9")).toBe(false);
    expect(await ca.book.list()).toHaveLength(1);
  });

  it("must be signed with the key that it is about", async () => {
    const { csr } = await requestOf("CP1");
    const bytes = Buffer.from(csr.replace(/-----[^-]+-----|\s/g, ""), "base64");
    bytes[bytes.length - 3]! ^= 0xff;
    const forged = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
    expect(await readRequest(forged)).toEqual({ refusal: "it is not signed with the key it is about" });
  });

  it("that is overlong, cut, garbled or no request at all is refused and ends nothing", async () => {
    expect(await readRequest("x".repeat(5_501))).toHaveProperty("refusal");
    await assert(
      asyncProperty(string({ unit: "binary", maxLength: 200 }), async (text) => {
        expect(await readRequest(text)).toHaveProperty("refusal");
      }),
      { numRuns: 50 },
    );
    const { csr } = await requestOf("CP1");
    await assert(
      asyncProperty(string({ maxLength: 8 }), async (text) => {
        expect(
          await readRequest(csr.slice(0, 100) + text + csr.slice(100 + text.length, 300)),
        ).toHaveProperty("refusal");
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["rsa", { modulusLength: 1024 }, "an RSA key of 1024 bits"],
    ["ec", { namedCurve: "prime192v1" }, "a key on the curve"],
    ["ed25519", {}, "a key of the kind ed25519"],
  ] as const)("of a weak or unknown kind is refused: %s %j", (kind, options, why) => {
    const { publicKey } = (
      generateKeyPairSync as (kind: string, options: object) => { publicKey: KeyObject }
    )(kind, options);
    const der = publicKey.export({ format: "der", type: "spki" });
    expect(weaknessOf(new Uint8Array(der).buffer)).toContain(why);
  });

  it("comes ten times an hour at most from one station, and others are served meanwhile", async () => {
    let now = Date.now();
    const ca = await caOf(() => now);
    const { csr } = await requestOf("CP1");
    for (let turn = 0; turn < 10; turn += 1) expect(await ca.sign("CP1", csr)).toHaveProperty("chain");
    expect(await ca.sign("CP1", csr)).toEqual({ refusal: "more than 10 requests in an hour" });
    expect(await ca.sign("CP2", (await requestOf("SN-2")).csr)).toHaveProperty("chain");
    now += 3_600_000;
    expect(await ca.sign("CP1", csr)).toHaveProperty("chain");
  });
});

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

describe.each(["1.6", "2.0.1", "2.1"] as const)("OCPP %s: SignCertificate", (version: OcppVersion) => {
  const ask = async (
    authority: LocalCa | null,
    more: object = {},
  ): Promise<{ status: unknown; calls: Call[]; sent: () => Call | undefined }> => {
    stage = await openStage(authority === null ? {} : { authority });
    const client = await stage.connect("CP1", version);
    const calls = answering(client, {});
    const { status } = (await client.call("SignCertificate", {
      csr: (await requestOf("CP1")).csr,
      ...more,
    })) as {
      status: unknown;
    };
    return { status, calls, sent: () => calls.find(({ method }) => method === "CertificateSigned") };
  };
  const ofOurs = (fields: object): object => (version === "1.6" ? {} : fields);

  it("is accepted, and the certificate sent after the answer [A02.FR.11]", async () => {
    const ca = await caOf();
    const asked = await ask(ca, ofOurs({ certificateType: "ChargingStationCertificate" }));
    expect(asked.status).toBe("Accepted");
    await until(() => asked.sent() !== undefined);
    const { certificateChain, ...rest } = asked.sent()?.params ?? {};
    expect(new X509Certificate(String(certificateChain)).subject).toBe("CN=CP1");
    expect(rest).toEqual(ofOurs({ certificateType: "ChargingStationCertificate" }));
    await until(() => stage!.lines.some(({ message }) => message === "a station took its certificate"));
  });

  it("is rejected where nobody signs, and nothing is sent", async () => {
    const asked = await ask(null);
    expect(asked.status).toBe("Rejected");
    await until(() => stage!.central.idle());
    expect(asked.sent()).toBeUndefined();
    expect(stage!.lines.map(({ message }) => message)).toContain(
      "a station's request for a certificate was refused",
    );
  });
});

it("2.1 is told which of its requests is answered, 2.x that certificates for cars are not ours", async () => {
  stage = await openStage({ authority: await caOf() });
  const client = await stage.connect("CP1", "2.1");
  const calls = answering(client, {});
  const { csr } = await requestOf("CP1");
  expect(await client.call("SignCertificate", { csr, certificateType: "V2GCertificate" })).toEqual({
    status: "Rejected",
  });
  expect(await client.call("SignCertificate", { csr, requestId: 7 })).toEqual({ status: "Accepted" });
  const sent = () => calls.filter(({ method }) => method === "CertificateSigned");
  await until(() => sent().length === 1);
  expect(sent()[0]?.params).toMatchObject({ requestId: 7 });
});

it("what the authority signed lets its station in, until it is revoked: then its connection ends", async () => {
  const { root } = await sharedTrust();
  const documents = createMemoryDocuments();
  const book = createCertificateBook(documents);
  const ca = createLocalCa({ authority: root, book, now: Date.now, stationDays: 1, nameOf: (id) => id });
  const tls = await openTlsStage({
    stations: { CP1: { profile: 3, password: null } },
    isRevoked: (certificate) => book.isRevoked(certificate),
  });
  const papers = await ca.issueStation("CP1");
  expect(await tls.knock("CP1", { password: null, papers })).toBe(101);
  expect(await book.revoke(papers.serialNumber, Date.now())).toBe(true);
  expect(await tls.knock("CP1", { password: null, papers })).toBe(401);
  expect(await book.revoke("00FF", Date.now())).toBe(false);
  await tls.close();
});

describe("the authority's files", () => {
  it("are its owner's alone, are not written over, and are read back; another's key is refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "ca-"));
    const root = await newRoot("a root");
    writeAuthority(folder, root);
    expect(statSync(join(folder, "root.key")).mode & 0o777).toBe(0o600);
    expect(readAuthority(folder)).toEqual(root);
    const other = await newRoot("another");
    expect(() => writeAuthority(folder, other)).toThrow(/authority already/);
    const mixed = mkdtempSync(join(tmpdir(), "ca-"));
    writeAuthority(mixed, { cert: root.cert, key: other.key });
    expect(() => readAuthority(mixed)).toThrow(/not the key/);
    expect(() => readAuthority(join(folder, "nowhere"))).toThrow(/no authority/);
    for (const each of [folder, mixed]) rmSync(each, { recursive: true });
  });
});

it("enters every name of a server's certificate", async () => {
  const ca = await caOf();
  await ca.issueServer(["csms.example", "192.0.2.7"], "EC");
  expect(await ca.book.list()).toMatchObject([
    { commonName: "csms.example", use: "server", hosts: ["csms.example", "192.0.2.7"] },
  ]);
});
