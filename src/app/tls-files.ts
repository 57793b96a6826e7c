import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import { SECOND_MS } from "../domain/units.js";
import type { TlsConfig } from "../config/index.js";
import type { TlsMaterial } from "../server/tls-listener.js";

const LOOK_EVERY_MS = 5 * SECOND_MS;

const fault = (message: string, place: string): YouxuError => new YouxuError("tls.unusable", message, place);

/** What reading gives, or throws as a fault at its place. */
const attempt = <T>(place: string, what: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw fault(`${what}: ${error instanceof Error ? error.message : String(error)}`, place);
  }
};

/** The text of a file of certificates. Throws `tls.unusable` at its place where it cannot be read. */
export const readPemFile = (file: string, place: string): string =>
  attempt(place, "cannot be read", () => readFileSync(file, "utf8"));

/** A certificate and its key; throws where they are none or do not belong together. */
const pairOf = (
  { certFile, keyFile }: TlsConfig["certificates"][number],
  index: number,
): TlsMaterial["certificates"][number] => {
  const place = `server.tls.certificates[${index}]`;
  const cert = readPemFile(certFile, `${place}.certFile`);
  const key = readPemFile(keyFile, `${place}.keyFile`);
  const leaf = attempt(`${place}.certFile`, `no certificate in ${certFile}`, () => new X509Certificate(cert));
  const secret: KeyObject = attempt(`${place}.keyFile`, `no private key in ${keyFile}`, () =>
    createPrivateKey(key),
  );
  if (!leaf.checkPrivateKey(secret))
    throw fault(`the key in ${keyFile} is not that of the certificate in ${certFile}`, place);
  return { cert, key };
};

const authoritiesOf = (files: readonly string[], place: string): string[] =>
  files.map((file, index) => {
    const pem = readPemFile(file, `${place}[${index}]`);
    attempt(`${place}[${index}]`, `no certificate in ${file}`, () => new X509Certificate(pem));
    return pem;
  });

/** Collects what several readings throw, so that all faults are told at once. */
const allOf = <T>(works: readonly (() => T)[]): T[] => {
  const errors: YouxuError[] = [];
  const values = works.flatMap((work) => {
    try {
      return [work()];
    } catch (error) {
      if (!(error instanceof YouxuError)) throw error;
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 0) throw new Faults(errors);
  return values;
};

/** Certificates, keys and authorities of a configuration. Throws `Faults` with all that cannot be used. */
export const readTlsFiles = (tls: TlsConfig, localRoots: readonly string[]): TlsMaterial => {
  const certificates = allOf(tls.certificates.map((pair, index) => () => pairOf(pair, index)));
  const [clientCas = [], clientCrls = []] = allOf([
    () => authoritiesOf(tls.clientCaFiles, "server.tls.clientCaFiles"),
    () => tls.clientCrlFiles.map((file, index) => readPemFile(file, `server.tls.clientCrlFiles[${index}]`)),
  ]);
  return { certificates, clientCas: [...clientCas, ...localRoots], clientCrls };
};

const filesOf = ({ certificates, clientCaFiles, clientCrlFiles }: TlsConfig): string[] => [
  ...certificates.flatMap(({ certFile, keyFile }) => [certFile, keyFile]),
  ...clientCaFiles,
  ...clientCrlFiles,
];

const stampOf = (files: readonly string[]): string =>
  files
    .map((file) => {
      try {
        const { mtimeMs, size, ino } = statSync(file);
        return `${mtimeMs}/${size}/${ino}`;
      } catch {
        return "cannot be looked at";
      }
    })
    .join(" ");

export interface TlsWatch {
  readonly tls: TlsConfig;
  readonly localRoots: readonly string[];
  /** Takes the new material; throws where it cannot be used. */
  readonly renew: (material: TlsMaterial) => void;
  readonly log: {
    info(fields: object, message: string): void;
    error(fields: object, message: string): void;
  };
  readonly lookEveryMs?: number;
}

/**
 * Reads certificates again when their files change, for connections from then on. A renewal writes several
 * files: what does not fit together is told and left alone until the next change.
 */
export const watchTlsFiles = ({ tls, localRoots, renew, log, lookEveryMs }: TlsWatch): { close(): void } => {
  const files = filesOf(tls);
  let seen = stampOf(files);
  const look = (): void => {
    const stamp = stampOf(files);
    if (stamp === seen) return;
    seen = stamp;
    try {
      renew(readTlsFiles(tls, localRoots));
      log.info({ certificates: tls.certificates.map(({ certFile }) => certFile) }, "certificates read again");
    } catch (error) {
      const faults =
        error instanceof Faults
          ? error.faults.map(({ place, message }) => ({ place, message }))
          : String(error);
      log.error({ faults }, "certificates changed and cannot be used; those read before stand");
    }
  };
  const timer = setInterval(look, lookEveryMs ?? LOOK_EVERY_MS).unref();
  return { close: () => clearInterval(timer) };
};
