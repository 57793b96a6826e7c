/** Which identities may connect, and how they prove themselves. */
export interface StationRegistry {
  /**
   * Checks a Basic password in the same time for unknown identities and wrong passwords.
   * Passwords are long random keys, stored as HMAC-SHA256 with a pepper.
   */
  authenticate(identity: string, password: string | Buffer | null): Promise<boolean>;
  /** Whether an identity has a password; for the log alone, after the answer. */
  hasPassword?(identity: string): Promise<boolean>;
  /** Who may connect; absent where nobody is ever removed. */
  identities?(): Promise<readonly string[]>;
}
