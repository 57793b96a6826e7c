import { weaknessOf } from "./keys.js";
import * as x509 from "./x509.js";

/** A request for a certificate (PKCS #10) whose sender holds the key; or why it is refused. */
export type ReadRequest =
  | { readonly commonName: string; readonly publicKey: ArrayBuffer }
  | { readonly refusal: string };

/** OCPP's bound of the text in every version. */
const MOST_CHARACTERS = 5_500;

/** Reads a request and verifies that it is signed with the key it is about. Never throws. */
export async function readRequest(csr: string): Promise<ReadRequest> {
  if (csr.length > MOST_CHARACTERS) return { refusal: `longer than ${MOST_CHARACTERS} characters` };
  try {
    const request = new x509.Pkcs10CertificateRequest(csr);
    const names = request.subjectName.getField("CN");
    const [commonName] = names;
    if (commonName === undefined || names.length !== 1)
      return { refusal: "its subject has not just one common name" };
    const publicKey = request.publicKey.rawData;
    const weakness = weaknessOf(publicKey);
    if (weakness !== null) return { refusal: weakness };
    return (await request.verify())
      ? { commonName, publicKey }
      : { refusal: "it is not signed with the key it is about" };
  } catch {
    return { refusal: "no request for a certificate (PKCS #10 in PEM)" };
  }
}
