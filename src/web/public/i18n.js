import { en } from "./messages-en.js";
import { zhCN } from "./messages-zh-cn.js";

/** @typedef {"zh-CN" | "en"} Language */
/** @typedef {keyof typeof en} MessageKey */
/** @typedef {Record<string, string | number>} Values */

/** @type {Readonly<Record<Language, Readonly<Record<string, string>>>>} */
export const DICTIONARIES = { "zh-CN": zhCN, en };

/** @type {Language} */
let current = "en";

export const language = () => current;

/** @param {Language} chosen */
export const setLanguage = (chosen) => {
  current = chosen;
};

/**
 * The first of the browser's languages that we speak; English when none is.
 * @param {readonly string[]} wanted
 * @returns {Language}
 */
export const preferredLanguage = (wanted) => {
  for (const tag of wanted) {
    if (/^zh\b/i.test(tag)) return "zh-CN";
    if (/^en\b/i.test(tag)) return "en";
  }
  return "en";
};

/**
 * A sentence with its `{placeholders}` filled in.
 * @param {MessageKey} key
 * @param {Values} [values]
 */
export const t = (key, values = {}) =>
  (DICTIONARIES[current][key] ?? key).replace(/\{(\w+)\}/g, (hole, name) => String(values[name] ?? hole));

/** The text of a key that stands in index.html, or the key itself. @param {string | null} key */
export const tKey = (key) => DICTIONARIES[current][key ?? ""] ?? key ?? "";

/**
 * A sentence for a key that comes from outside; `fallback` where we have none.
 * @param {string} key
 * @param {string} fallback
 */
export const tOr = (key, fallback) => DICTIONARIES[current][key] ?? fallback;
