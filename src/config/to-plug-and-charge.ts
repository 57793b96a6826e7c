import { resolve } from "node:path";
import { SECOND_MS } from "../domain/units.js";
import type { PlugAndChargeConfig } from "./config.js";
import type { PlugAndChargeFile } from "./plug-and-charge-schema.js";
import type { SecretFile } from "./secrets.js";
import type { Path } from "./yaml-places.js";

interface Around {
  readonly folder: string;
  readonly secret: (written: SecretFile, at: Path) => string;
}

const POOL = ["plugAndCharge", "contractPool"];

/** What is looked up for cars; the pool has one way to prove us, or the file was refused before. */
export const toPlugAndCharge = (
  written: PlugAndChargeFile,
  { folder, secret }: Around,
): PlugAndChargeConfig => ({
  responders: written.responders,
  caFiles: written.caFiles.map((file) => resolve(folder, file)),
  emaidsByHashes: written.emaidsByHashes,
  timeoutMs: written.timeoutSeconds * SECOND_MS,
  pool: written.contractPool === undefined ? null : poolOf(written.contractPool, secret),
});

const poolOf = (
  { url, token, oauth }: NonNullable<PlugAndChargeFile["contractPool"]>,
  secret: Around["secret"],
): PlugAndChargeConfig["pool"] => ({
  url: url.replace(/\/+$/, ""),
  authorization:
    oauth === undefined
      ? secret(token ?? "", [...POOL, "token"])
      : {
          tokenUrl: oauth.tokenUrl,
          clientId: oauth.clientId,
          clientSecret: secret(oauth.secret, [...POOL, "oauth", "secret"]),
          audience: oauth.audience ?? null,
        },
});
