import type {
  AskedCertificate,
  CertificateStanding,
  ContractDelivery,
  ContractFinding,
  ContractRequest,
  ShownContract,
} from "../domain/plug-and-charge.js";

/**
 * Certificates of cars and of what they charge at, looked up at authorities and pools that the configuration allows.
 * Each promise resolves within a bound, as a car waits; none rejects.
 */
export interface PlugAndCharge {
  standingOf(stationId: string, asked: AskedCertificate): Promise<CertificateStanding>;
  /** null: the configuration names nobody to ask, and the station has verified the chain by itself. */
  judge(stationId: string, shown: ShownContract): Promise<ContractFinding | null>;
  deliver(stationId: string, request: ContractRequest): Promise<ContractDelivery>;
  /** What was looked up since the process began. */
  readings(): readonly LookUpCount[];
}

export interface LookUpCount {
  readonly source: "OCSP" | "CRL" | "pool";
  /** `cached`: nobody had to be asked. */
  readonly outcome: "good" | "revoked" | "unknown" | "delivered" | "failed" | "not-enabled" | "cached";
  readonly count: number;
}

export interface LookUpCounts {
  count(source: LookUpCount["source"], outcome: LookUpCount["outcome"]): void;
  read(): readonly LookUpCount[];
}

export const createLookUpCounts = (): LookUpCounts => {
  const counts = new Map<string, LookUpCount>();
  const add = ({ source, outcome }: Omit<LookUpCount, "count">, more: number): void => {
    const key = `${source} ${outcome}`;
    counts.set(key, { source, outcome, count: (counts.get(key)?.count ?? 0) + more });
  };
  // Told from the first, so that whoever watches sees a rise from 0.
  for (const source of ["OCSP", "CRL", "pool"] as const) add({ source, outcome: "failed" }, 0);
  return { count: (source, outcome) => add({ source, outcome }, 1), read: () => [...counts.values()] };
};

const NOBODY = { cause: "not-enabled", why: "plugAndCharge is not configured" } as const;

/** Where no configuration names anybody to ask: what a station cannot verify by itself is not believed. */
export const noPlugAndCharge = (): PlugAndCharge => {
  const counts = createLookUpCounts();
  return {
    standingOf: async (_, { source }) => {
      counts.count(source, NOBODY.cause);
      return { status: "Failed", ...NOBODY };
    },
    judge: async (_, { chainPem }) =>
      chainPem === null ? null : { status: "CertChainError", why: NOBODY.why },
    deliver: async () => {
      counts.count("pool", NOBODY.cause);
      return NOBODY;
    },
    readings: () => counts.read(),
  };
};
