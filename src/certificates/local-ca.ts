import { createAttempts } from "../domain/attempts.js";
import { YouxuError } from "../domain/errors.js";
import { type EpochMs, HOUR_MS } from "../domain/units.js";
import type { CertificateAuthority, SignedRequest } from "../ports/certificate-authority.js";
import type { CertificateBook } from "./book.js";
import { type Authority, type Issued, issueLeaf } from "./issue.js";
import { type KeyKind, newKeyPair, privatePem } from "./keys.js";
import { readRequest } from "./request.js";

interface LocalCaParts {
  readonly authority: Authority;
  readonly book: CertificateBook;
  readonly now: () => EpochMs;
  readonly stationDays: number;
  /** The name that a station's certificate must have; null: no such station. */
  readonly nameOf: (stationId: string) => string | null;
}

/** A certificate with the key that was made for it. */
export interface WithKey extends Issued {
  readonly key: string;
}

/** An authority of one's own, for development and closed networks. */
export interface LocalCa extends CertificateAuthority {
  /** PEM. */
  readonly root: string;
  issueServer(hosts: readonly string[], kind: KeyKind): Promise<WithKey>;
  /** For stations that make no key of their own. Throws `not-found.station`. */
  issueStation(stationId: string): Promise<WithKey>;
}

/** A station asks once in months; what asks more often is broken, and signing is work. */
const MOST_PER_HOUR = 10;
/** As long as browsers accept. */
const SERVER_DAYS = 397;

export const createLocalCa = ({ authority, book, now, stationDays, nameOf }: LocalCaParts): LocalCa => {
  const asked = createAttempts(HOUR_MS);
  const issue = async (leaf: Omit<Parameters<typeof issueLeaf>[1], "nowMs">): Promise<Issued> => {
    const issuedMs = now();
    const issued = await issueLeaf(authority, { ...leaf, nowMs: issuedMs });
    await book.enter(issued, {
      commonName: leaf.commonName,
      use: leaf.use,
      hosts: [...leaf.hosts],
      issuedMs,
    });
    return issued;
  };
  const client = { use: "client", hosts: [], days: stationDays } as const;
  return {
    root: authority.cert,
    sign: async (stationId, csr): Promise<SignedRequest> => {
      if (asked.blockedUntilMs([[stationId, MOST_PER_HOUR]], now()) !== null)
        return { refusal: `more than ${MOST_PER_HOUR} requests in an hour` };
      asked.failed(stationId, now());
      const request = await readRequest(csr);
      if ("refusal" in request) return request;
      const { commonName, publicKey } = request;
      const name = nameOf(stationId);
      if (name === null || commonName !== name)
        return {
          refusal: `its common name is ${JSON.stringify(commonName)}, not ${name ?? "that of a station"}`,
        };
      return { chain: (await issue({ ...client, commonName, publicKey })).cert };
    },
    issueServer: async (hosts, kind) => {
      const [commonName = "localhost"] = hosts;
      const keys = await newKeyPair(kind);
      const leaf = {
        commonName,
        publicKey: keys.publicKey,
        use: "server",
        hosts,
        days: SERVER_DAYS,
      } as const;
      return { ...(await issue(leaf)), key: await privatePem(keys.privateKey) };
    },
    issueStation: async (stationId) => {
      const commonName = nameOf(stationId);
      if (commonName === null)
        throw new YouxuError("not-found.station", `"${stationId}" stands in no site file`, "id");
      const keys = await newKeyPair("EC");
      const issued = await issue({ ...client, commonName, publicKey: keys.publicKey });
      return { ...issued, key: await privatePem(keys.privateKey) };
    },
  };
};
