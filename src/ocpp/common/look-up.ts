import type {
  AskedCertificate,
  CertificateStanding,
  ContractDelivery,
  ContractFinding,
  ContractRequest,
  ShownContract,
} from "../../domain/plug-and-charge.js";

/** What a station wants to know of others, by the authorities and the pool that the configuration allows. */
export type LookUp =
  | { readonly kind: "standings"; readonly asked: readonly AskedCertificate[] }
  | { readonly kind: "contract"; readonly shown: ShownContract }
  | { readonly kind: "delivery"; readonly request: ContractRequest };

/** What came of it: the field of the kind is there. */
export interface Found {
  /** One for each of `asked`, in order. */
  readonly standings?: readonly CertificateStanding[];
  /** null: nobody is asked here, and the station has verified it by itself. */
  readonly contract?: ContractFinding | null;
  readonly delivery?: ContractDelivery;
}
