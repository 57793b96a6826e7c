import { X509Certificate } from "node:crypto";
import { createPlugAndCharge } from "../certificates/plug-and-charge.js";
import type { PlugAndChargeConfig } from "../config/index.js";
import { YouxuError } from "../domain/errors.js";
import type { EpochMs } from "../domain/units.js";
import type { PlugAndCharge } from "../ports/plug-and-charge.js";
import { readPemFile } from "./tls-files.js";

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** All authorities in a file. Throws `tls.unusable` at its place where it has none. */
const authoritiesIn = (file: string, index: number): X509Certificate[] => {
  const place = `plugAndCharge.caFiles[${index}]`;
  const blocks = readPemFile(file, place).match(PEM) ?? [];
  const unusable = (why: string): YouxuError => new YouxuError("tls.unusable", `${why} in ${file}`, place);
  if (blocks.length === 0) throw unusable("no certificate");
  const certificates = blocks.map((block) => {
    try {
      return new X509Certificate(block);
    } catch {
      throw unusable("a certificate that cannot be read");
    }
  });
  if (certificates.some(({ ca }) => !ca)) throw unusable("a certificate that is no authority's");
  return certificates;
};

/** The authorities of V2G that a configuration states. */
export const readAuthorities = ({ caFiles }: PlugAndChargeConfig): readonly X509Certificate[] =>
  caFiles.flatMap(authoritiesIn);

/** Who answers stations' questions about cars' certificates; null: nobody is configured. */
export const plugAndChargeOf = (
  config: PlugAndChargeConfig | null,
  now: () => EpochMs,
): { readonly plugAndCharge: PlugAndCharge } | null =>
  config === null
    ? null
    : { plugAndCharge: createPlugAndCharge({ ...config, authorities: readAuthorities(config) }, now) };
