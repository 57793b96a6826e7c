/** What a contract that a car shows is worth, by its chain and by how each of its certificates stands. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createPlugAndCharge } from "../../src/certificates/plug-and-charge.js";
import { hashOf } from "../../src/certificates/status/issuers.js";
import {
  type AskedCertificate,
  emaidKey,
  type EmaidsByHashes,
  type ShownContract,
} from "../../src/domain/plug-and-charge.js";
import { issue, type Pair, type Wanted } from "./pki.js";
import { openResponder, type Responder } from "./responder.js";

const EMAID = "CN1YXC12345678K";

let root: Pair;
let sub: Pair;
let stranger: Pair;
let contract: Pair;
/** Answers for the root, about the authority between. */
let ofRoot: Responder;
/** Answers for the authority between, about contracts. */
let ofSub: Responder;
beforeAll(async () => {
  root = await issue({ name: "V2G root", isAuthority: true });
  stranger = await issue({ name: "stranger", isAuthority: true });
  ofRoot = await openResponder({ signer: root });
  sub = await issue({ name: "MO sub-CA", issuer: root, isAuthority: true, ocspUrl: ofRoot.url });
  ofSub = await openResponder({ signer: sub });
  contract = await contractOf();
});
afterEach(() => {
  ofRoot.manner = { signer: root };
  ofSub.manner = { signer: sub };
  ofRoot.asked.length = 0;
  ofSub.asked.length = 0;
});
afterAll(async () => {
  await ofRoot.close();
  await ofSub.close();
});

const contractOf = (over: Partial<Wanted> = {}): Promise<Pair> =>
  issue({ name: EMAID, issuer: sub, ocspUrl: ofSub.url, ...over });

const pem = (...pairs: readonly Pair[]): string => pairs.map((pair) => pair.pem).join("\n");

const judge = (
  shown: Partial<ShownContract>,
  {
    responders = [ofRoot.host, ofSub.host],
    known = [root],
    emaidsByHashes,
  }: { responders?: string[]; known?: Pair[]; emaidsByHashes?: EmaidsByHashes } = {},
) =>
  createPlugAndCharge(
    {
      responders,
      authorities: known.map(({ certificate }) => certificate),
      timeoutMs: 20_000,
      pool: null,
      ...(emaidsByHashes === undefined ? {} : { emaidsByHashes }),
    },
    Date.now,
  ).judge("CP1", { emaid: EMAID, chainPem: null, asked: [], ...shown });

const statusOf = async (...args: Parameters<typeof judge>): Promise<string | null> =>
  (await judge(...args))?.status ?? null;

const askedOf = (pair: Pair, issuer: Pair, responder: Responder): AskedCertificate => ({
  hash: hashOf(pair.certificate, issuer.certificate),
  source: "OCSP",
  urls: [responder.url],
});

describe("a chain that a car shows", () => {
  it("is accepted up to an authority that is known, with the root or without, each certificate asked for", async () => {
    for (const chainPem of [pem(contract, sub), pem(contract, sub, root)])
      expect(await judge({ chainPem })).toEqual({ status: "Accepted", why: null });
    expect([ofRoot.asked.length, ofSub.asked.length]).toEqual([2, 2]);
    expect(await statusOf({ chainPem: pem(contract) }, { known: [sub] })).toBe("Accepted");
  });

  it.each<[string, string, () => Promise<string>]>([
    ["without the authority between", "CertChainError", async () => pem(contract)],
    ["out of order", "CertChainError", async () => pem(sub, contract)],
    ["that is no text of certificates", "CertChainError", async () => "nonsense"],
    [
      "with more certificates than any chain has",
      "CertChainError",
      async () => pem(contract, sub, root, root, root),
    ],
    [
      "to a root that is not known",
      "CertChainError",
      async () => pem(await contractOf({ issuer: stranger }), stranger),
    ],
    [
      "by somebody who is no authority",
      "CertChainError",
      async () => pem(await contractOf({ issuer: contract }), contract, sub),
    ],
    [
      "by somebody who is no authority, though its key may be for anything",
      "CertChainError",
      async () => {
        const thief = await contractOf({ keyUsage: false });
        return pem(await contractOf({ issuer: thief }), thief, sub);
      },
    ],
    [
      "of an authority that ended",
      "CertificateExpired",
      async () => {
        const ended = await issue({ name: "ended sub-CA", issuer: root, isAuthority: true, days: -1 });
        return pem(await contractOf({ issuer: ended }), ended);
      },
    ],
    [
      "of another eMAID",
      "CertChainError",
      async () => pem(await contractOf({ name: "CN1YXC99999999" }), sub),
    ],
    ["that is forged", "SignatureError", async () => pem(await contractOf({ signedBy: stranger }), sub)],
    ["that ended", "CertificateExpired", async () => pem(await contractOf({ days: -1 }), sub)],
    [
      "that names nobody who knows how it stands",
      "NoCertificateAvailable",
      async () => pem(await issue({ name: EMAID, issuer: sub }), sub),
    ],
  ])("%s is not: %s", async (_, status, chain) => {
    expect(await statusOf({ chainPem: await chain() })).toBe(status);
  });

  it("is not accepted below a known authority that ended", async () => {
    const ended = await issue({ name: "ended root", isAuthority: true, days: -1 });
    const chainPem = pem(await contractOf({ issuer: ended }));
    expect(await statusOf({ chainPem }, { known: [ended] })).toBe("CertificateExpired");
  });

  it("is asked for where the station says, too", async () => {
    const silent = await issue({ name: EMAID, issuer: sub });
    const asked = [askedOf(silent, sub, ofSub)];
    expect(await statusOf({ chainPem: pem(silent, sub), asked })).toBe("Accepted");
  });

  it("is not believed where nobody may be asked", async () => {
    expect(await statusOf({ chainPem: pem(contract, sub) }, { responders: [] })).toBe(
      "NoCertificateAvailable",
    );
  });
});

describe.each<[string, () => Partial<ShownContract>]>([
  ["a chain", () => ({ chainPem: pem(contract, sub) })],
  [
    "what a station names for OCSP",
    () => ({ asked: [askedOf(contract, sub, ofSub), askedOf(sub, root, ofRoot)] }),
  ],
])("%s", (_, shown) => {
  const known = (): { known: Pair[] } => ({ known: [root, sub] });

  it("is accepted while all of it is good", async () => {
    expect(await statusOf(shown(), known())).toBe("Accepted");
  });

  it("is revoked where one certificate is, whatever is not known of the others", async () => {
    ofRoot.manner = { signer: root, status: "revoked" };
    ofSub.manner = { signer: sub, spoils: true };
    expect(await statusOf(shown(), known())).toBe("CertificateRevoked");
  });

  it.each(["unknown to its authority", "answered for by somebody else"])(
    "is not accepted where one is %s",
    async (how) => {
      ofSub.manner = how.startsWith("unknown")
        ? { signer: sub, status: "unknown" }
        : { signer: stranger, certs: [stranger] };
      expect(await statusOf(shown(), known())).toBe("NoCertificateAvailable");
    },
  );
});

describe("what a station names for OCSP", () => {
  it("is not judged where nobody may be asked: the station has verified the chain", async () => {
    const asked = [askedOf(contract, sub, ofSub)];
    expect(await judge({ asked }, { responders: [] })).toBeNull();
  });

  it("is not accepted on the word of an authority that is not known", async () => {
    const asked = [askedOf(contract, sub, ofSub)];
    expect(await judge({ asked }, { known: [] })).toMatchObject({
      status: "NoCertificateAvailable",
      why: "the authority of an answer is not among plugAndCharge.caFiles",
    });
  });

  it("is not accepted on the word of an authority that the station made itself", async () => {
    const own = await openResponder({ signer: stranger, certs: [stranger] });
    const forged = await issue({ name: EMAID, issuer: stranger });
    const asked = [askedOf(forged, stranger, own)];
    expect(await judge({ asked }, { responders: [own.host], known: [root, sub] })).toMatchObject({
      status: "NoCertificateAvailable",
      why: "the authority of an answer is not among plugAndCharge.caFiles",
    });
    await own.close();
  });

  it("is accepted on the word of an authority that a known one certified", async () => {
    ofSub.manner = { signer: sub, certs: [sub] };
    expect(await statusOf({ asked: [askedOf(contract, sub, ofSub)] })).toBe("Accepted");
  });

  it("is not accepted where it names an authority first, and not the contract", async () => {
    const names = askedOf(sub, root, ofRoot);
    const { hash } = names;
    const written = { ...hash, serialNumber: `00${hash.serialNumber.toUpperCase()}` };
    for (const first of [names, { ...names, hash: written }])
      expect(
        await judge({ asked: [first, askedOf(contract, sub, ofSub)] }, { known: [root, sub] }),
      ).toMatchObject({
        status: "NoCertificateAvailable",
        why: "the first certificate that is named is an authority's, not a contract's",
      });
    expect([...ofRoot.asked, ...ofSub.asked]).toEqual([]);
  });

  it.each([
    [undefined, "known"],
    ["known", "known"],
    ["any", "any"],
    ["none", "none"],
  ] as const)(
    "is good, where %s is configured, for eMAIDs: %s; a chain for its own",
    async (emaidsByHashes, goodFor) => {
      const around = { known: [root, sub], ...(emaidsByHashes === undefined ? {} : { emaidsByHashes }) };
      const asked = [askedOf(contract, sub, ofSub)];
      expect(await judge({ asked }, around)).toEqual({ status: "Accepted", why: null, goodFor });
      expect(await judge({ chainPem: pem(contract, sub) }, around)).toEqual({
        status: "Accepted",
        why: null,
      });
    },
  );

  it("is not accepted where it names nothing, or more than a chain has", async () => {
    const one = askedOf(contract, sub, ofSub);
    for (const asked of [[], Array.from({ length: 9 }, () => one)])
      expect(await statusOf({ asked })).toBe("NoCertificateAvailable");
  });
});

it.each([
  ["CN-1YX-C12345678-K", "CN1YXC12345678"],
  ["cn1yxc12345678", "CN1YXC12345678"],
  ["DE*8AA*1A2B3C*4", "DE8AA1A2B3C4"],
  ["CN1YXC12345678KX", "CN1YXC12345678KX"],
])("the eMAID %s is compared as %s", (written, key) => {
  expect(emaidKey(written)).toBe(key);
});
