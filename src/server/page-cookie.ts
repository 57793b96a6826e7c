import type { FastifyReply, FastifyRequest } from "fastify";
import { YouxuError } from "../domain/errors.js";

/**
 * The demonstration's page opens without asking for a token. GET / then hands the browser the token
 * in a cookie, and the API accepts it, but only where nobody else can make use of it:
 * - the peer and the name it asked for are loopback: no other machine gets the token, and a foreign
 *   name that resolves to 127.0.0.1 (DNS rebinding) does not either;
 * - the cookie is HttpOnly and SameSite=Strict, so no script reads it and no other site sends it;
 * - the call comes from our own page. Another program on another loopback port is the same *site*,
 *   so SameSite alone does not stop it: what the browser says in Sec-Fetch-Site, or Origin where it
 *   does not, must name our own *origin*. A change without either is refused.
 * `youxu serve` sets no such cookie and accepts none: there the page asks for a token and keeps it in
 * sessionStorage.
 */
const COOKIE = "youxu_page";

const LOOPBACK_PEER = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/;
const LOOPBACK_HOST = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;
const SAFE_METHODS = new Set(["GET", "HEAD"]);

const isLoopback = (request: FastifyRequest): boolean =>
  LOOPBACK_PEER.test(request.socket.remoteAddress ?? "") && LOOPBACK_HOST.test(request.headers.host ?? "");

export const setPageCookie = (request: FastifyRequest, reply: FastifyReply, token: string): void => {
  if (!isLoopback(request)) return;
  reply.header("set-cookie", `${COOKIE}=${encodeURIComponent(token)}; Path=/; HttpOnly; SameSite=Strict`);
};

const cookieValue = (header: string | undefined): string | null => {
  for (const pair of (header ?? "").split(";")) {
    const [name, value] = pair.trim().split("=", 2);
    if (name === COOKIE && value !== undefined && /^(?:[\w\-.~!*'()]|%[0-9a-f]{2})+$/i.test(value))
      return decodeURIComponent(value);
  }
  return null;
};

const isOurPage = (request: FastifyRequest): boolean => {
  const site = request.headers["sec-fetch-site"];
  const { origin, host } = request.headers;
  const safe = SAFE_METHODS.has(request.method);
  if (site !== undefined) return site === "same-origin" || (safe && site === "none");
  return origin === undefined ? safe : origin === `${request.protocol}://${host}`;
};

/** The token of the page's cookie; null without one. A call that another page made is refused. */
export const pageCookieToken = (request: FastifyRequest): string | null => {
  const token = cookieValue(request.headers.cookie);
  if (token === null || !isLoopback(request)) return null;
  if (!isOurPage(request))
    throw new YouxuError(
      "auth.forbidden",
      "the page's cookie works from the page itself only",
      "header.origin",
    );
  return token;
};
