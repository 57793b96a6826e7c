import { CertID, OCSPRequest, Request, TBSRequest } from "@peculiar/asn1-ocsp";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier } from "@peculiar/asn1-x509";
import type { CertificateHash } from "../../domain/commands/certificates.js";
import { digestOid } from "./digest.js";

/** A positive integer's octets: as few as there may be, the first below 0x80. */
const integerOctets = (hexadecimal: string): Uint8Array => {
  const digits = hexadecimal.replace(/^0+/, "");
  const octets = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return octets.length === 0 || octets[0]! > 0x7f ? Buffer.concat([Buffer.of(0), octets]) : octets;
};

const bufferOf = (octets: Uint8Array): ArrayBuffer => new Uint8Array(octets).buffer;

/**
 * The question how a certificate stands, in DER. Without a nonce: the answer goes on to cars, for which it is as good
 * as its dates say, and a responder may have made it in advance.
 */
export const writeOcspRequest = (hash: CertificateHash): Uint8Array => {
  const reqCert = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: digestOid(hash.hashAlgorithm), parameters: null }),
    issuerNameHash: new OctetString(Buffer.from(hash.issuerNameHash, "hex")),
    issuerKeyHash: new OctetString(Buffer.from(hash.issuerKeyHash, "hex")),
    serialNumber: bufferOf(integerOctets(hash.serialNumber)),
  });
  const tbsRequest = new TBSRequest({ requestList: [new Request({ reqCert })] });
  return new Uint8Array(AsnConvert.serialize(new OCSPRequest({ tbsRequest })));
};
