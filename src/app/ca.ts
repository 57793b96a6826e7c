import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createCertificateBook, type CertificateBook, type IssuedEntry } from "../certificates/book.js";
import { readAuthority, rootFile, writeAuthority, writeKey } from "../certificates/files.js";
import { createRoot } from "../certificates/issue.js";
import { createLocalCa, type LocalCa, type WithKey } from "../certificates/local-ca.js";
import type { Config, LocalCaConfig } from "../config/index.js";
import { YouxuError } from "../domain/errors.js";
import type { Site } from "../domain/site.js";
import type { EpochMs } from "../domain/units.js";
import type { Documents } from "../ports/documents.js";
import { openInstallation } from "./installation.js";
import { readConfig } from "./read-config.js";

const ROOT_DAYS = 10 * 365;

/** The local authority of a configuration, with its book. Throws `ca.missing` where it was not made yet. */
export const localCaOf = (
  config: LocalCaConfig,
  { sites, documents, now }: { sites: readonly Site[]; documents: Documents; now: () => EpochMs },
): LocalCa => {
  const names = new Map(
    sites.flatMap(({ stations }) =>
      stations.map(({ id, serialNumber }) => [id, serialNumber ?? id] as const),
    ),
  );
  return createLocalCa({
    authority: readAuthority(config.folder),
    book: createCertificateBook(documents),
    now,
    stationDays: config.stationDays,
    nameOf: (stationId) => names.get(stationId) ?? null,
  });
};

const configured = ({ localCa, file }: Config): LocalCaConfig => {
  if (localCa === null) throw new YouxuError("ca.missing", "localCa.folder is not stated", file);
  return localCa;
};

/** Makes the authority of a configuration; gives the path of its root certificate. */
export const initCa = async (configPath: string, name: string): Promise<{ rootFile: string }> => {
  const { folder } = configured(readConfig(configPath).config);
  writeAuthority(folder, await createRoot(name, ROOT_DAYS, Date.now()));
  return { rootFile: rootFile(folder) };
};

interface CaDesk {
  readonly ca: LocalCa;
  readonly book: CertificateBook;
  readonly folder: string;
}

const withCa = async <T>(configPath: string, work: (desk: CaDesk) => Promise<T>): Promise<T> => {
  const installation = await openInstallation(configPath);
  try {
    const { config, store } = installation;
    const local = configured(config);
    const { documents } = store;
    const ca = localCaOf(local, { sites: config.sites, documents, now: () => Date.now() });
    return await work({ ca, book: createCertificateBook(documents), folder: local.folder });
  } finally {
    await installation.close();
  }
};

/** Files of a certificate and its key. */
export interface IssuedFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly serialNumber: string;
  readonly notAfterMs: EpochMs;
}

/** Takes the place of what was there: it is renewed by the same command. */
const writePair = (base: string, { cert, key, serialNumber, notAfterMs }: WithKey): IssuedFiles => {
  const [certFile, keyFile] = [`${base}.pem`, `${base}.key`];
  mkdirSync(dirname(base), { recursive: true, mode: 0o700 });
  rmSync(keyFile, { force: true });
  writeKey(keyFile, key);
  writeFileSync(certFile, cert);
  return { certFile, keyFile, serialNumber, notAfterMs };
};

/** Certificates of this server, one with an EC and one with an RSA key. */
export const issueServerFiles = (configPath: string, hosts: readonly string[]): Promise<IssuedFiles[]> =>
  withCa(configPath, async ({ ca, folder }) => [
    writePair(join(folder, "server-ec"), await ca.issueServer(hosts, "EC")),
    writePair(join(folder, "server-rsa"), await ca.issueServer(hosts, "RSA")),
  ]);

/** A certificate for a station that makes no key of its own. */
export const issueStationFiles = (configPath: string, stationId: string): Promise<IssuedFiles> =>
  withCa(configPath, async ({ ca, folder }) =>
    writePair(join(folder, "stations", stationId), await ca.issueStation(stationId)),
  );

export const listIssued = (configPath: string): Promise<readonly IssuedEntry[]> =>
  withCa(configPath, ({ book }) => book.list());

/** From now on the certificate lets nobody in; who is connected by it is cut off at the next look. */
export const revokeIssued = (configPath: string, serialNumber: string): Promise<void> =>
  withCa(configPath, async ({ book }) => {
    if (!(await book.revoke(serialNumber.toUpperCase(), Date.now())))
      throw new YouxuError("not-found.certificate", `none has the number ${serialNumber}`, "serial");
  });
