import { z } from "zod";
import type { ContractDelivery, ContractRequest } from "../../domain/plug-and-charge.js";
import type { EpochMs } from "../../domain/units.js";
import { causeOf, requestBounded } from "../../http/bounded-request.js";
import { createHandedOut } from "./handed-out.js";
import type { PoolAuthorization } from "./pool-token.js";

export interface PoolParts {
  /** Of the pool's interface, without a slash at the end. */
  readonly url: string;
  readonly authorization: PoolAuthorization;
  readonly timeoutMs: number;
  readonly now: () => EpochMs;
}

export type Deliver = (stationId: string, request: ContractRequest) => Promise<ContractDelivery>;

/** Where the open protocol of contract certificate pools (OPCP) has signed contract data. */
const PATH = "/v1/ccp/signedContractData";
const MOST_BYTES = 512 * 1024;
const MOST_AT_ONCE = 16;
const HTTP_OK = 200;
const HTTP_UNAUTHORIZED = 401;

const contractSchema = z.object({
  emaid: z.string().max(255).catch(""),
  certificateInstallationRes: z.base64().min(1),
});
export type PoolContract = z.infer<typeof contractSchema>;

const answerSchema = z.object({
  CCPResponse: z.object({
    emaidContent: z
      .array(z.object({ messageDef: contractSchema }))
      .min(1)
      .max(100),
  }),
});

const failed = (why: string): ContractDelivery => ({ cause: "failed", why });

/**
 * Hands a car's request to a contract certificate pool, in the words of the open Plug & Charge protocol, and gives
 * back its answer. A car that takes several contracts is given one of them at a time, those first that it wants.
 */
export const createPool = ({ url, authorization, timeoutMs, now }: PoolParts): Deliver => {
  const handedOut = createHandedOut(now);
  let underWay = 0;
  const ask = async (request: ContractRequest, signal: AbortSignal) => {
    return requestBounded({
      url: new URL(`${url}${PATH}`),
      method: "POST",
      signal,
      mostBytes: MOST_BYTES,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        authorization: `Bearer ${await authorization.token(signal)}`,
      },
      body: Buffer.from(
        JSON.stringify({
          certificateInstallationReq: request.exiRequest,
          xsdMsgDefNamespace: request.schemaVersion,
        }),
      ),
    });
  };
  const askTwice = async (request: ContractRequest, signal: AbortSignal) => {
    const first = await ask(request, signal);
    return first.status === HTTP_UNAUTHORIZED && authorization.refused() ? ask(request, signal) : first;
  };
  const fetchContracts = async (request: ContractRequest): Promise<readonly PoolContract[] | string> => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const { status, body } = await askTwice(request, signal);
      if (status !== HTTP_OK) return `the pool answers HTTP ${status}`;
      const read = answerSchema.safeParse(JSON.parse(body.toString("utf8")));
      return read.success
        ? read.data.CCPResponse.emaidContent.map(({ messageDef }) => messageDef)
        : "the pool's answer holds no signed contract data";
    } catch (error) {
      return error instanceof SyntaxError ? "the pool's answer is no JSON" : causeOf(error);
    }
  };
  return async (stationId, request) => {
    if (underWay >= MOST_AT_ONCE) return failed(`more than ${MOST_AT_ONCE} requests at once`);
    underWay += 1;
    const contracts = await fetchContracts(request).finally(() => (underWay -= 1));
    return typeof contracts === "string" ? failed(contracts) : handedOut.next(stationId, contracts, request);
  };
};
