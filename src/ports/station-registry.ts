import type { ProfileState, SecurityProfile, ShownCertificate } from "../domain/security.js";

/** How a station proved who it is. */
export interface StationProof {
  readonly profile: SecurityProfile;
  /** The password it did so with; null: by none. */
  readonly password: Buffer | null;
  /** The certificate it did so with; null: by none. */
  readonly certificate: ShownCertificate | null;
}

/** Which identities may connect, and how they prove themselves. */
export interface StationRegistry {
  /**
   * Checks a Basic password in the same time for unknown identities and wrong passwords.
   * Passwords are long random keys, stored as HMAC-SHA256 with a pepper.
   */
  authenticate(identity: string, password: string | Buffer | null): Promise<boolean>;
  /** Whether a certificate of a verified chain is this station's and not revoked; absent: none is. */
  ownsCertificate?(identity: string, certificate: ShownCertificate): Promise<boolean>;
  /** What is held of its security profile; absent: nothing of any. */
  profileOf?(identity: string): Promise<ProfileState>;
  /** It proved who it is and is let in: its profile is kept, and a password that was replaced is over. */
  entered?(identity: string, proof: StationProof): Promise<void>;
  /** Whether an identity has a password; for the log alone, after the answer. */
  hasPassword?(identity: string): Promise<boolean>;
  /** Who may connect; absent where nobody is ever removed. */
  identities?(): Promise<readonly string[]>;
}
