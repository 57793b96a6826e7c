import type { ServerResponse } from "node:http";
import { openWeb, type Web } from "./web.js";

/** What a contract certificate pool was asked. */
interface PoolCall {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

export interface Pool extends Web {
  readonly calls: PoolCall[];
  /** Contracts that it has for the car, by eMAID: the answer for the car, base64. */
  contracts: Readonly<Record<string, string>>;
  /** Bearer tokens that it takes. */
  takes: ReadonlySet<string>;
  instead: ((response: ServerResponse) => void) | null;
}

export const TOKEN = "a-long-enough-token";

/** A contract certificate pool in the words of the open Plug & Charge protocol. */
export const openPool = async (): Promise<Pool> => {
  const calls: PoolCall[] = [];
  const web = await openWeb((request, body, response) => {
    const { authorization } = request.headers;
    calls.push({ path: request.url ?? "", authorization, body: JSON.parse(body.toString("utf8")) });
    if (pool.instead !== null) return pool.instead(response);
    if (!pool.takes.has((authorization ?? "").replace(/^Bearer /, ""))) {
      response.writeHead(401).end();
      return;
    }
    const emaidContent = Object.entries(pool.contracts).map(([emaid, certificateInstallationRes]) => ({
      messageDef: { metaData: "…", emaid, certificateInstallationRes },
    }));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ CCPResponse: { emaidContent } }));
  });
  const pool: Pool = { ...web, calls, contracts: {}, takes: new Set([TOKEN]), instead: null };
  return pool;
};
