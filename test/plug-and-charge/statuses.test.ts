/** How certificates stand, by responders and lists that are right, late, huge, lying or not allowed. */
import type { ServerResponse } from "node:http";
import { asyncProperty, assert, uint8Array } from "fast-check";
import { OCSPResponseStatus } from "@peculiar/asn1-ocsp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createPlugAndCharge } from "../../src/certificates/plug-and-charge.js";
import { createIssuers, hashOf } from "../../src/certificates/status/issuers.js";
import { readCrl } from "../../src/certificates/status/crl.js";
import { readOcspResponse } from "../../src/certificates/status/ocsp-response.js";
import * as x509 from "../../src/certificates/x509.js";
import type { AskedCertificate, CertificateStanding } from "../../src/domain/plug-and-charge.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import type { PlugAndCharge } from "../../src/ports/plug-and-charge.js";
import { issue, listOf, type Pair } from "./pki.js";
import { type Manner, openResponder, type Responder } from "./responder.js";
import { openWeb, type Web } from "./web.js";

let root: Pair;
let other: Pair;
let leaf: Pair;
let delegate: Pair;
let responder: Responder;
beforeAll(async () => {
  root = await issue({ name: "V2G root", isAuthority: true });
  other = await issue({ name: "another root", isAuthority: true });
  leaf = await issue({ name: "SECC", issuer: root });
  delegate = await issue({ name: "OCSP of V2G root", issuer: root, answersOcsp: true });
  responder = await openResponder({ signer: root });
});
afterEach(() => {
  responder.manner = { signer: root };
  responder.instead = null;
  responder.asked.length = 0;
});
afterAll(() => responder.close());

interface Around {
  readonly known?: readonly Pair[];
  readonly responders?: readonly string[];
  readonly timeoutMs?: number;
  readonly now?: () => number;
}

const partsOf = ({ known = [root], responders = [responder.host], timeoutMs = 20_000, now }: Around = {}) =>
  createPlugAndCharge(
    { responders, authorities: known.map(({ certificate }) => certificate), timeoutMs, pool: null },
    now ?? Date.now,
  );

const asked = (over: Partial<AskedCertificate> = {}): AskedCertificate => ({
  hash: hashOf(leaf.certificate, root.certificate),
  source: "OCSP",
  urls: [responder.url],
  ...over,
});

const ask = (parts: PlugAndCharge, over: Partial<AskedCertificate> = {}): Promise<CertificateStanding> =>
  parts.standingOf("CP1", asked(over));

/** `Good`, `Revoked`, or why it failed. */
const told = (standing: CertificateStanding): string =>
  standing.status === "Failed" ? standing.why.replace(/^127[^ ]* /, "") : standing.status;

describe("an OCSP answer", () => {
  const askedOf = async (manner: Partial<Manner>, around: Around = {}): Promise<CertificateStanding> => {
    responder.manner = { signer: root, ...manner };
    return ask(partsOf(around));
  };

  it.each(["SHA256", "SHA384", "SHA512"] as const)(
    "of the authority itself is believed, asked by %s in capitals or not",
    async (hashAlgorithm) => {
      const hash = hashOf(leaf.certificate, root.certificate, hashAlgorithm);
      const parts = partsOf();
      const standing = await ask(parts, { hash });
      expect(standing).toMatchObject({ status: "Good", isProven: true });
      const capitals = { ...hash, issuerKeyHash: hash.issuerKeyHash.toUpperCase() };
      expect(await ask(parts, { hash: capitals })).toEqual(standing);
      expect(responder.asked).toEqual([`00${leaf.certificate.serialNumber.toLowerCase()}`]);
    },
  );

  it.each<[string, () => Partial<Manner>, Around, string]>([
    ["revoked", () => ({ status: "revoked" }), {}, "Revoked"],
    ["unknown", () => ({ status: "unknown" }), {}, "Unknown"],
    ["by a delegate that it sends along", () => ({ signer: delegate, certs: [delegate] }), {}, "Good"],
    [
      "by another's key",
      () => ({ signer: other, certs: [other] }),
      {},
      "not signed by the certificate's authority, nor in its name",
    ],
    [
      "by one whom the authority certified for something else",
      () => ({ signer: leaf, certs: [leaf] }),
      {},
      "not signed by the certificate's authority, nor in its name",
    ],
    [
      "with a spoilt signature",
      () => ({ spoils: true }),
      {},
      "not signed by the certificate's authority, nor in its name",
    ],
    [
      "about another serial number",
      () => ({ twist: (id) => Object.assign(id, { serialNumber: Uint8Array.of(7).buffer }) }),
      {},
      "an answer about another certificate",
    ],
    ["that holds no more", () => ({ untilMs: Date.now() - HOUR_MS }), {}, "an answer that holds no more"],
    ["of a day to come", () => ({ sinceMs: Date.now() + HOUR_MS }), {}, "an answer of a time to come"],
    [
      "that does not say until when, two days old",
      () => ({ untilMs: null, sinceMs: Date.now() - 2 * DAY_MS }),
      {},
      "an answer that holds no more",
    ],
    ["that does not say until when, of now", () => ({ untilMs: null }), {}, "Good"],
    [
      "that another time is better",
      () => ({ responseStatus: OCSPResponseStatus.tryLater }),
      {},
      "the responder answers tryLater",
    ],
  ])("%s", async (_, manner, around, expected) => {
    expect(told(await askedOf(manner(), around))).toBe(expected);
  });

  it("by a delegate counts only with a certificate of the authority for just that, which holds now", async () => {
    const forged = await issue({
      name: "OCSP of V2G root",
      issuer: root,
      signedBy: other,
      answersOcsp: true,
    });
    const ended = await issue({ name: "OCSP of V2G root", issuer: root, answersOcsp: true, days: -1 });
    for (const signer of [forged, ended])
      expect(told(await askedOf({ signer, certs: [signer] }))).toMatch(/^not signed/);
  });

  it("of an authority that is not known is not proven, even where it sends the key that the hashes name", async () => {
    for (const manner of [{}, { certs: [root] }, { signer: delegate, certs: [delegate, root] }])
      expect(await askedOf(manner, { known: [other] })).toMatchObject({ status: "Good", isProven: false });
    expect(told(await askedOf({ signer: other, certs: [root] }, { known: [] }))).toMatch(/^not signed/);
  });

  describe("of an authority that it sends along", () => {
    const below = async (over: Partial<Parameters<typeof issue>[0]> = {}): Promise<CertificateStanding> => {
      const sub = await issue({ name: "MO sub-CA 1", issuer: root, isAuthority: true, ...over });
      const lowest = await issue({ name: "MO sub-CA 2", issuer: sub, isAuthority: true });
      const contract = await issue({ name: "EMAID", issuer: lowest });
      responder.manner = { signer: lowest, certs: [lowest, sub] };
      return ask(partsOf(), { hash: hashOf(contract.certificate, lowest.certificate) });
    };

    it("is proven where one that is known certified it, directly or not", async () => {
      expect(await below()).toMatchObject({ status: "Good", isProven: true });
    });

    it.each<[string, () => Partial<Parameters<typeof issue>[0]>]>([
      ["nobody who is known certified it", () => ({ issuer: other })],
      ["it was certified by a forger in a known one's name", () => ({ signedBy: other })],
      ["what certified it ended", () => ({ days: -1 })],
      ["what certified it is no authority", () => ({ isAuthority: false, keyUsage: false })],
    ])("is not where %s", async (_, over) => {
      expect(await below(over())).toMatchObject({ status: "Good", isProven: false });
    });

    it("is not where the one that is known has ended", async () => {
      const ended = await issue({ name: "ended root", isAuthority: true, days: -1 });
      const contract = await issue({ name: "EMAID", issuer: ended });
      responder.manner = { signer: ended };
      const hash = hashOf(contract.certificate, ended.certificate);
      expect(await ask(partsOf({ known: [ended] }), { hash })).toMatchObject({ isProven: false });
    });
  });

  it("of whatever octets ends nothing", async () => {
    const judging = { hash: asked().hash, nowMs: Date.now(), issuers: createIssuers([root.certificate]) };
    await assert(
      asyncProperty(uint8Array({ maxLength: 300 }), async (octets) => {
        for (const read of [readOcspResponse, readCrl])
          expect(read(Buffer.from(octets), judging).status).toBe("Failed");
      }),
      { numRuns: 200 },
    );
  });
});

describe("a responder", () => {
  it("that is not allowed is never asked: other hosts, other ports, other schemes, or with a password", async () => {
    const [, port = ""] = responder.host.split(":");
    for (const [url, why] of [
      ["http://ocsp.example.org/", "not among plugAndCharge.responders: ocsp.example.org"],
      [`http://localhost:${port}`, `not among plugAndCharge.responders: localhost:${port}`],
      [
        `https://127.0.0.1:${port}`.replace("127.0.0.1", "127.0.0.2"),
        `not among plugAndCharge.responders: 127.0.0.2:${port}`,
      ],
      [`http://user:pass@${responder.host}`, `not among plugAndCharge.responders: ${responder.host}`],
      [`ftp://${responder.host}`, `not among plugAndCharge.responders: ${responder.host}`],
      ["file:///etc/passwd", "not among plugAndCharge.responders: "],
      ["nonsense", "not among plugAndCharge.responders: no address"],
    ])
      expect(await ask(partsOf(), { urls: [url ?? ""] })).toEqual({
        status: "Failed",
        cause: "not-enabled",
        why,
      });
    expect(await ask(partsOf({ responders: [] }))).toMatchObject({ cause: "not-enabled" });
    expect(responder.asked).toEqual([]);
  });

  it("that leads elsewhere is not followed", async () => {
    const elsewhere = await openResponder({ signer: root });
    responder.instead = (response) => response.writeHead(307, { location: elsewhere.url }).end();
    expect(told(await ask(partsOf({ responders: [responder.host, elsewhere.host] })))).toBe("HTTP 307");
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  it.each<[string, Responder["instead"], string]>([
    ["answers nonsense", (response) => response.end("<html>"), "no OCSP answer"],
    ["answers an error", (response) => response.writeHead(500).end(), "HTTP 500"],
    ["answers without an end", (response) => flood(response), "an answer of more than 65536 bytes"],
    ["hangs up", (response) => void response.destroy(), "socket hang up"],
  ])("that %s has failed", async (_, instead, why) => {
    responder.instead = instead;
    expect(told(await ask(partsOf()))).toBe(why);
  });

  it.each<[string, Responder["instead"]]>([
    ["never answers", () => undefined],
    ["stops within its answer", (response) => void response.write("a")],
  ])("that %s has failed after the time there is", async (_, instead) => {
    responder.instead = instead;
    expect(told(await ask(partsOf({ timeoutMs: 30 })))).toBe("no answer in time");
  });

  it("that fails is followed by the next that the station names", async () => {
    const broken = await openWeb((_request, _body, response) => void response.writeHead(503).end());
    const parts = partsOf({ responders: [responder.host, broken.host] });
    expect(told(await ask(parts, { urls: [broken.url, "http://x.example", responder.url] }))).toBe("Good");
    await broken.close();
  });

  it("is not asked about what names no certificate", async () => {
    const { hash } = asked();
    for (const over of [
      { issuerKeyHash: "" },
      { issuerNameHash: `${hash.issuerNameHash}00` },
      { serialNumber: "xyz" },
      { serialNumber: "1".repeat(41) },
      { hashAlgorithm: "SHA512" as const },
    ])
      expect(told(await ask(partsOf(), { hash: { ...hash, ...over } }))).toBe("no hashes of a certificate");
    expect(responder.asked).toEqual([]);
  });
});

describe("an answer is kept", () => {
  it("until the responder tells anew, and asked for once by many at once", async () => {
    let now = Date.now();
    const parts = partsOf({ now: () => now });
    const many = await Promise.all(Array.from({ length: 20 }, () => ask(parts)));
    expect(new Set(many.map(told))).toEqual(new Set(["Good"]));
    expect(responder.asked).toHaveLength(1);
    now += HOUR_MS - MINUTE_MS;
    await ask(parts);
    expect(responder.asked).toHaveLength(1);
    responder.manner = { signer: root, status: "revoked", untilMs: now + 2 * HOUR_MS };
    now += 2 * MINUTE_MS;
    expect(told(await ask(parts))).toBe("Revoked");
    expect(parts.readings()).toContainEqual({ source: "OCSP", outcome: "cached", count: 1 });
    expect(parts.readings()).toContainEqual({ source: "OCSP", outcome: "revoked", count: 1 });
  });

  it("not where it does not say until when, nor a failure, and for minutes where nobody knows the certificate", async () => {
    let now = Date.now();
    const parts = partsOf({ now: () => now });
    responder.manner = { signer: root, untilMs: null };
    await ask(parts);
    responder.manner = { signer: root, spoils: true };
    expect(told(await ask(parts))).toMatch(/^not signed/);
    responder.manner = { signer: root, status: "unknown" };
    expect(told(await ask(parts))).toBe("Unknown");
    responder.manner = { signer: root };
    expect(told(await ask(parts))).toBe("Unknown");
    now += 5 * MINUTE_MS;
    expect(told(await ask(parts))).toBe("Good");
    expect(responder.asked).toHaveLength(4);
  });

  it.each([
    ["OCSP", 600],
    ["CRL", 60],
  ] as const)(
    "and a station that asks by %s for ever new ones is stopped, while others are served",
    async (source, most) => {
      const nobody = "127.0.0.1:9";
      const parts = partsOf({ responders: [responder.host, nobody] });
      const { hash } = asked();
      const urls = [`http://${nobody}/`];
      for (let serial = 1; serial <= most; serial += 30)
        await Promise.all(
          Array.from({ length: 30 }, (_, index) =>
            ask(parts, { source, urls, hash: { ...hash, serialNumber: (serial + index).toString(16) } }),
          ),
        );
      const more = await ask(parts, { source, urls });
      expect(told(more)).toBe(`more than ${most} questions in an hour`);
      expect(told(await parts.standingOf("CP2", asked()))).toBe("Good");
      // Of the other kind it has not asked any.
      if (source === "CRL") expect(told(await ask(parts))).toBe("Good");
    },
  );

  it("no more are asked at once than an authority can take", async () => {
    responder.instead = () => undefined;
    const parts = partsOf({ timeoutMs: 300 });
    const serials = Array.from({ length: 33 }, (_, index) => (index + 1).toString(16));
    const { hash } = asked();
    const all = await Promise.all(
      serials.map((serialNumber) => ask(parts, { hash: { ...hash, serialNumber } })),
    );
    expect(all.filter((one) => told(one) === "more than 32 questions at once")).toHaveLength(1);
  });
});

describe("a list of revoked certificates", () => {
  let list: Buffer;
  let web: Web;
  beforeAll(async () => {
    web = await openWeb((_request, _body, response) => void response.end(list));
  });
  afterAll(() => web.close());

  const byList = (around: Around = {}) =>
    ask(partsOf({ responders: [web.host], ...around }), { source: "CRL", urls: [`${web.url}/root.crl`] });

  it("tells of each of its authority's certificates, in DER or PEM", async () => {
    list = await listOf(root);
    expect(await byList()).toMatchObject({ status: "Good", isProven: true, ocspBase64: null });
    list = await listOf(root, { revoked: ["01", leaf.certificate.serialNumber, "02"] });
    expect(told(await byList())).toBe("Revoked");
    list = Buffer.from(`-----BEGIN X509 CRL-----\n${list.toString("base64")}\n-----END X509 CRL-----\n`);
    expect(told(await byList())).toBe("Revoked");
  });

  it("is not believed where it is old, forged, another's, of a part, or of an authority that is not known", async () => {
    const delta = new x509.Extension("2.5.29.27", true, Uint8Array.of(2, 1, 1));
    for (const [made, why, around] of [
      [await listOf(root, { days: -1 }), "an answer that holds no more", {}],
      [await listOf(root, { signedBy: other }), "a list that its authority did not sign", {}],
      [await listOf(other), "the list of another authority", {}],
      [await listOf(root, { extensions: [delta] }), "a list that is not of all certificates", {}],
      [
        await listOf(root),
        "the authority of the list is not among plugAndCharge.caFiles",
        { known: [other] },
      ],
      [Buffer.from("nonsense"), "no list of revoked certificates", {}],
    ] as const) {
      list = made;
      expect(told(await byList(around))).toBe(why);
    }
  });
});

const flood = (response: ServerResponse): void => {
  const more = (): void => {
    while (!response.destroyed && response.write(Buffer.alloc(16_384)));
  };
  response.on("drain", more);
  more();
};
