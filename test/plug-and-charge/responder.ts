import { sign } from "node:crypto";
import type { ServerResponse } from "node:http";
import {
  BasicOCSPResponse,
  type CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  KeyHash,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
} from "@peculiar/asn1-ocsp";
import { AsnConvert, OctetString } from "@peculiar/asn1-schema";
import { AlgorithmIdentifier, Certificate } from "@peculiar/asn1-x509";
import { HOUR_MS } from "../../src/domain/units.js";
import type { Pair } from "./pki.js";
import { openWeb, type Web } from "./web.js";

const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/** How a responder answers; what is left out is as it should be. */
export interface Manner {
  readonly signer: Pair;
  /** Certificates that it sends along. */
  readonly certs?: readonly Pair[];
  readonly status?: "good" | "revoked" | "unknown";
  readonly sinceMs?: number;
  /** null: it does not say. */
  readonly untilMs?: number | null;
  readonly responseStatus?: OCSPResponseStatus;
  /** What it says of whom: another certificate, a changed signature. */
  readonly twist?: (certId: CertID) => CertID;
  readonly spoils?: boolean;
  /** Octets that it adds to an extension nobody reads. */
  readonly padding?: number;
}

export interface Responder extends Web {
  /** Serial numbers that it was asked about, in order. */
  readonly asked: string[];
  manner: Manner;
  /** Says in place of an answer: nothing, too much, nonsense. */
  instead: ((response: ServerResponse) => void) | null;
}

/** A responder that answers about whatever it is asked, by RFC 6960. */
export const openResponder = async (manner: Manner): Promise<Responder> => {
  const asked: string[] = [];
  const web = await openWeb((request, body, response) => {
    const [{ reqCert } = { reqCert: undefined }] = AsnConvert.parse(body, OCSPRequest).tbsRequest.requestList;
    if (reqCert === undefined || request.headers["content-type"] !== "application/ocsp-request") {
      response.writeHead(400).end();
      return;
    }
    asked.push(Buffer.from(reqCert.serialNumber).toString("hex"));
    if (responder.instead !== null) return responder.instead(response);
    response.writeHead(200, { "content-type": "application/ocsp-response" });
    response.end(answerTo(reqCert, responder.manner));
  });
  const responder: Responder = { ...web, asked, manner, instead: null };
  return responder;
};

const statusOf = (status: Manner["status"]): CertStatus => {
  if (status === "revoked")
    return new CertStatus({ revoked: new RevokedInfo({ revocationTime: new Date() }) });
  return new CertStatus(status === "unknown" ? { unknown: null } : { good: null });
};

const answerTo = (reqCert: CertID, manner: Manner): Buffer => {
  const { signer, certs = [], twist = (same: CertID) => same, responseStatus } = manner;
  if (responseStatus !== undefined)
    return Buffer.from(AsnConvert.serialize(new OCSPResponse({ responseStatus })));
  const data = dataOf(twist(reqCert), manner);
  const signature = sign("sha256", Buffer.from(AsnConvert.serialize(data)), signer.key);
  if (manner.spoils === true) signature[signature.length - 1]! ^= 1;
  const basic = new BasicOCSPResponse({
    tbsResponseData: data,
    signatureAlgorithm: new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 }),
    signature: new Uint8Array(signature).buffer,
    ...(certs.length === 0
      ? {}
      : { certs: certs.map(({ certificate }) => AsnConvert.parse(certificate.raw, Certificate)) }),
  });
  const responseBytes = new ResponseBytes({
    responseType: id_pkix_ocsp_basic,
    response: new OctetString(AsnConvert.serialize(basic)),
  });
  return Buffer.from(
    AsnConvert.serialize(new OCSPResponse({ responseStatus: OCSPResponseStatus.successful, responseBytes })),
  );
};

const dataOf = (certID: CertID, manner: Manner): ResponseData => {
  const { status, sinceMs = Date.now() - HOUR_MS, untilMs = Date.now() + HOUR_MS, padding = 20 } = manner;
  return new ResponseData({
    responderID: new ResponderID({ byKey: new KeyHash(Buffer.alloc(padding)) }),
    producedAt: new Date(sinceMs),
    responses: [
      new SingleResponse({
        certID,
        certStatus: statusOf(status),
        thisUpdate: new Date(sinceMs),
        ...(untilMs === null ? {} : { nextUpdate: new Date(untilMs) }),
      }),
    ],
  });
};
