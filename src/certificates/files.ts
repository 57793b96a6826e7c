import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { YouxuError } from "../domain/errors.js";
import type { Authority } from "./issue.js";

const ROOT = { cert: "root.pem", key: "root.key" };

/** Writes a private key so that its owner alone can read it; never over one that is there. */
export const writeKey = (path: string, key: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, key, { mode: 0o600, flag: "wx" });
  chmodSync(path, 0o600);
};

/** The root's certificate, which is no secret: what stations and browsers are given. */
export const rootFile = (folder: string): string => join(folder, ROOT.cert);

export const writeAuthority = (folder: string, { cert, key }: Authority): void => {
  const keyFile = join(folder, ROOT.key);
  if (existsSync(keyFile)) throw new YouxuError("ca.exists", "there is an authority already", folder);
  writeKey(keyFile, key);
  writeFileSync(rootFile(folder), cert);
};

/** Throws `ca.missing` where there is none, `tls.unusable` where it cannot be used. */
export const readAuthority = (folder: string): Authority => {
  if (!existsSync(rootFile(folder)) || !existsSync(join(folder, ROOT.key)))
    throw new YouxuError("ca.missing", "there is no authority in this folder", folder);
  const cert = readFileSync(rootFile(folder), "utf8");
  const key = readFileSync(join(folder, ROOT.key), "utf8");
  const fits = ((): boolean => {
    try {
      return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
    } catch {
      return false;
    }
  })();
  if (!fits) throw new YouxuError("tls.unusable", "root.key is not the key of root.pem", folder);
  return { cert, key };
};
