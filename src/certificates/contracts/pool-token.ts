import { z } from "zod";
import { type EpochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.js";
import { requestBounded } from "../../http/bounded-request.js";

/** By what a pool lets us in. */
export interface PoolAuthorization {
  /** Rejects where none is to be had. */
  token(signal: AbortSignal): Promise<string>;
  /** The pool did not take the last one; true: another may be had. */
  refused(): boolean;
}

/** One that was agreed on. */
export const fixedToken = (token: string): PoolAuthorization => ({
  token: async () => token,
  refused: () => false,
});

export interface TokenServer {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly audience: string | null;
}

const MOST_BYTES = 64 * 1024;
const HTTP_OK = 200;
/** A token is not used in its last minute. */
const BEFORE_END_MS = MINUTE_MS;
const USUAL_SECONDS = 3_600;

const grantSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  expires_in: z.number().positive().catch(USUAL_SECONDS),
});

/** One that a token server grants to us as its client (OAuth 2.0 client credentials), until it ends. */
export const grantedToken = (server: TokenServer, now: () => EpochMs): PoolAuthorization => {
  let held: { readonly token: string; readonly untilMs: EpochMs } | null = null;
  return {
    token: async (signal) => {
      if (held !== null && now() < held.untilMs) return held.token;
      const grant = await askForToken(server, signal);
      held = {
        token: grant.access_token,
        untilMs: now() + grant.expires_in * SECOND_MS - BEFORE_END_MS,
      };
      return held.token;
    },
    refused: () => {
      held = null;
      return true;
    },
  };
};

const askForToken = async (
  { tokenUrl, clientId, clientSecret, audience }: TokenServer,
  signal: AbortSignal,
): Promise<z.infer<typeof grantSchema>> => {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    ...(audience === null ? {} : { audience }),
  });
  const { status, body } = await requestBounded({
    url: new URL(tokenUrl),
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(form.toString()),
    mostBytes: MOST_BYTES,
    signal,
  });
  if (status !== HTTP_OK) throw new Error(`the pool's token server answers HTTP ${status}`);
  const grant = grantSchema.safeParse(JSON.parse(body.toString("utf8")));
  if (!grant.success) throw new Error("the pool's token server grants no token");
  return grant.data;
};
