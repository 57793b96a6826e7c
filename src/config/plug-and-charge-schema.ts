import { isIP } from "node:net";
import { z } from "zod";
import { EMAIDS_BY_HASHES } from "../domain/plug-and-charge.js";
import { secretSchema } from "./secrets.js";

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** `ocsp.example.org`, `10.0.0.7:8080`, `[fd00::1]:8080`. */
const isHost = (text: string): boolean => {
  const [, host = "", port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const isNamed = host.startsWith("[")
    ? isIP(host.slice(1, -1)) === 6
    : isIP(host) === 4 || HOST_NAME.test(host);
  return isNamed && (port === undefined || Number(port) <= 65_535);
};

const responderSchema = z
  .string()
  .refine(isHost, { message: "no host, e.g. ocsp.example.org or 10.0.0.7:8080, without http://" });

const addressSchema = z.url({
  protocol: /^https?$/,
  error: "an http or https URL, e.g. https://pool.example.org",
});

const oauthSchema = z.strictObject({
  tokenUrl: addressSchema.describe("where the token server grants tokens to clients"),
  clientId: z.string().min(1).describe("our name there"),
  secret: secretSchema.describe("our secret there"),
  audience: z.string().min(1).optional().describe("for whom the tokens are, where the server wants it told"),
});

const contractPoolSchema = z
  .strictObject({
    url: addressSchema.describe("its interface, what comes before /v1/ccp/signedContractData"),
    token: secretSchema.optional().describe("bearer token; or oauth"),
    oauth: oauthSchema.optional().describe("has tokens granted (OAuth 2.0 client credentials); or token"),
  })
  .refine(({ token, oauth }) => (token === undefined) !== (oauth === undefined), {
    message: "needs either token or oauth",
  });

export const plugAndChargeSchema = z.strictObject({
  responders: z
    .array(responderSchema)
    .max(100)
    .default([])
    .describe(
      "hosts, with a port where it is not the usual one, that may be asked by HTTP how certificates stand (OCSP, CRL); no other ever is",
    ),
  caFiles: z
    .array(z.string().min(1))
    .max(100)
    .default([])
    .describe(
      "PEM files of authorities of V2G: contracts must come from them, and answers are held against their keys; relative to this file",
    ),
  emaidsByHashes: z
    .enum(EMAIDS_BY_HASHES)
    .default("known")
    .describe(
      "which eMAIDs may charge where a station names a contract by hashes alone, which do not prove whose it is: `known` as id tokens, `any` that may charge at all, or `none`",
    ),
  timeoutSeconds: z
    .number()
    .gt(0)
    .max(30)
    .default(4)
    .describe("time for those who are asked, all in all; a car waits 4.5 s for its contract"),
  contractPool: contractPoolSchema
    .optional()
    .describe("contract certificate pool that cars get their contracts from; default: none"),
});

export type PlugAndChargeFile = z.infer<typeof plugAndChargeSchema>;
