import { numberAt, textAt } from "../wire.js";
import type { InboundHandler } from "./codec.js";

/** The certificate by which a station proves itself to us; those for cars are another authority's. */
const OURS = "ChargingStationCertificate";

/** SignCertificate, in every version: accepted once it is signed, and sent after that answer. */
export const signCertificate: InboundHandler = (payload) => {
  if ((textAt(payload, "certificateType") ?? OURS) !== OURS)
    return { answer: () => ({ status: "Rejected" }) };
  return {
    signs: { csr: textAt(payload, "csr") ?? "", requestId: numberAt(payload, "requestId") },
    answer: ({ isSigned }) => ({ status: isSigned === true ? "Accepted" : "Rejected" }),
  };
};
