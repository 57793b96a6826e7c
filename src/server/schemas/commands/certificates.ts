import { z } from "zod";
import { CERTIFICATE_USES } from "../../../domain/commands/certificates.js";

const use = z
  .enum(CERTIFICATE_USES)
  .describe("What it vouches for; 1.6: central-system and manufacturer; 2.0.1: all but oem");

const hex = (what: string) =>
  z
    .string()
    .max(128)
    .regex(/^[0-9A-Fa-f]*$/)
    .describe(what);

const certificateHash = z
  .strictObject({
    hashAlgorithm: z.enum(["SHA256", "SHA384", "SHA512"]).describe("Of the two hashes"),
    issuerNameHash: hex("Of the issuer's name"),
    issuerKeyHash: hex("Of the issuer's public key"),
    serialNumber: z.string().max(40).describe("Hexadecimal"),
  })
  .describe("How OCPP names a certificate");

export const installedCertificate = z.object({
  use: z
    .enum([...CERTIFICATE_USES, "v2g-chain"])
    .describe("What it vouches for; v2g-chain: its own, for cars"),
  certificate: certificateHash,
});

export const certificateCommands = [
  z
    .strictObject({
      kind: z.literal("install-certificate"),
      use,
      certificate: z
        .string()
        .max(10_000)
        .regex(/^\s*-----BEGIN CERTIFICATE-----/, "a certificate in PEM")
        .describe("A root certificate, PEM; at most 5500 characters but for 2.1"),
    })
    .describe("Has it believe a root"),
  z.strictObject({
    kind: z.literal("list-certificates"),
    use: use.nullable().default(null).describe("null: all; 1.6 tells one use at a time"),
  }),
  z.strictObject({ kind: z.literal("delete-certificate"), certificate: certificateHash }),
  z
    .strictObject({ kind: z.literal("renew-certificate") })
    .describe("Has it make a new key and ask for a certificate of it"),
] as const;
