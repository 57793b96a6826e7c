import type { OcppVersion } from "../fleet.js";

/** How a station reaches its central system. */
export interface NetworkProfile {
  /** `ws://` or `wss://`, without the identity. */
  readonly url: string;
  readonly ocppVersion: OcppVersion;
  /** 1 password over plain connections, 2 over TLS, 3 client certificate. */
  readonly securityProfile: 1 | 2 | 3;
  /** For an answer to a message. */
  readonly messageTimeoutS: number;
  readonly interface: string;
  /** Mobile network; null: none. */
  readonly apn: {
    readonly name: string;
    readonly userName: string | null;
    readonly password: string | null;
    readonly authentication: "CHAP" | "NONE" | "PAP" | "AUTO";
  } | null;
  /** Identity and password there, where they are others; 2.1 only. */
  readonly identity: string | null;
  readonly password: string | null;
}

/**
 * Writes one of the ways by which a station may reach its central system; 2.x only. It takes effect by
 * `OCPPCommCtrlr.NetworkConfigurationPriority` and a restart.
 */
export interface NetworkCommand {
  readonly kind: "set-network-profile";
  readonly slot: number;
  readonly profile: NetworkProfile;
  /** Also where the present security profile is not known. */
  readonly force: boolean;
}
