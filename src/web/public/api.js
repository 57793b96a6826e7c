import { tOr } from "./i18n.js";

/** Calls of the operator API. The token lives in sessionStorage: it ends with the tab. */

const KEY = "youxu.token";

export const token = () => sessionStorage.getItem(KEY);
/** @param {string | null} value */
export const setToken = (value) => {
  if (value === null) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, value);
};

/** An error as the API tells it: a code of the catalogue and a sentence. */
export class ApiError extends Error {
  /** @param {string} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/** What went wrong, in the reader's language where we have words for it. @param {unknown} error */
export const whyOf = (error) =>
  error instanceof ApiError ? tOr(`error.${error.code}`, error.message) : String(error);

/** @returns {Record<string, string>} */
export const authorization = () => {
  const held = token();
  return held === null ? {} : { authorization: `Bearer ${held}` };
};

/** @param {Response} response */
export const errorOf = async (response) => {
  /** @type {{code?: string, message?: string}} */
  const body = await response.json().catch(() => ({}));
  return new ApiError(body.code ?? "internal", body.message ?? response.statusText);
};

/**
 * @param {string} path under /api/v1
 * @param {RequestInit} [init]
 * @returns {Promise<any>} the parsed answer
 */
const call = async (path, init = {}) => {
  const headers = new Headers(init.headers);
  for (const [name, value] of Object.entries(authorization())) headers.set(name, value);
  const response = await fetch(`/api/v1${path}`, { ...init, headers }).catch((error) => {
    throw new ApiError("connect.failed", String(error));
  });
  if (!response.ok) throw await errorOf(response);
  return response.json();
};

/** @returns {Promise<import("../../domain/site.js").Site[]>} */
export const getSites = () => call("/sites");

/** @returns {Promise<{name: string, scopes: string[]}>} what the token of this page may do */
export const getToken = () => call("/token");

/** @param {"POST" | "PATCH"} method @param {string} path @param {object} body */
const change = (method, path, body) =>
  call(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/**
 * @param {string} sessionId
 * @param {boolean} on
 * @returns {Promise<import("../../domain/views.js").SessionView>}
 */
export const chargeNow = (sessionId, on) =>
  change("POST", `/sessions/${encodeURIComponent(sessionId)}/charge-now`, { on });

/**
 * @param {string} sessionId
 * @param {import("../../domain/session.js").PreferenceChange} wish
 * @returns {Promise<import("../../domain/views.js").SessionView>}
 */
export const changeWish = (sessionId, wish) =>
  change("PATCH", `/sessions/${encodeURIComponent(sessionId)}/preference`, wish);
