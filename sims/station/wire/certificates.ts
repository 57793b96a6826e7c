import { createHash, X509Certificate } from "node:crypto";
import { type Handler, type Payload, objectOf, textOf } from "./words.js";

/** Root certificates that a virtual station believes, by their serial numbers. */
export type HeldCertificates = Map<string, { readonly type: string; readonly hash: Payload }>;

const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/** The name of a root, which signed itself: its own name and key are its issuer's. */
const hashOf = ({ subject, publicKey, serialNumber }: X509Certificate): Payload => ({
  hashAlgorithm: "SHA256",
  issuerNameHash: sha256(subject),
  issuerKeyHash: sha256(publicKey.export({ format: "der", type: "spki" })),
  serialNumber: serialNumber.toLowerCase(),
});

const install: Handler = ({ certificateType, certificate }, { certificates }) => {
  try {
    const root = new X509Certificate(textOf(certificate) ?? "");
    if (!root.ca) return { status: "Rejected" };
    const hash = hashOf(root);
    certificates.set(String(hash["serialNumber"]), { type: textOf(certificateType) ?? "", hash });
    return { status: "Accepted" };
  } catch {
    return { status: "Failed" };
  }
};

const remove: Handler = ({ certificateHashData }, { certificates }) => {
  const serial = textOf(objectOf(certificateHashData)["serialNumber"])?.toLowerCase() ?? "";
  return { status: certificates.delete(serial) ? "Accepted" : "NotFound" };
};

const held = (certificates: HeldCertificates, types: readonly string[] | null) =>
  [...certificates.values()].filter(({ type }) => types === null || types.includes(type));

const told = (list: Payload | null): Payload =>
  list === null ? { status: "NotFound" } : { status: "Accepted", ...list };

/** 1.6: one kind at a time. */
const list16: Handler = ({ certificateType }, { certificates }) => {
  const found = held(certificates, [textOf(certificateType) ?? ""]);
  return told(found.length === 0 ? null : { certificateHashData: found.map(({ hash }) => hash) });
};

/** 2.x: some kinds, or all. */
const list2x: Handler = ({ certificateType }, { certificates }) => {
  const found = held(certificates, Array.isArray(certificateType) ? certificateType.map(String) : null);
  const chains = found.map(({ type, hash }) => ({ certificateType: type, certificateHashData: hash }));
  return told(found.length === 0 ? null : { certificateHashDataChain: chains });
};

/** It never asked for one. */
const unasked: Handler = () => ({ status: "Rejected" });

const alike = { InstallCertificate: install, DeleteCertificate: remove, CertificateSigned: unasked };

export const certificates16 = { ...alike, GetInstalledCertificateIds: list16 };
export const certificates2x = { ...alike, GetInstalledCertificateIds: list2x };
