import { language, t } from "./i18n.js";

/** Numbers, money and times as people read them: units always, times in the site's time zone. */

const SIX_DAYS_MS = 6 * 86_400_000;

/** @type {Map<string, Intl.NumberFormat>} */
const numberFormats = new Map();
/** @type {Map<string, Intl.DateTimeFormat>} */
const dateFormats = new Map();

/** @param {Intl.NumberFormatOptions} options */
const numberFormat = (options) => {
  const key = language() + JSON.stringify(options);
  const known = numberFormats.get(key) ?? new Intl.NumberFormat(language(), options);
  numberFormats.set(key, known);
  return known;
};

/**
 * @param {string} timeZone
 * @param {Intl.DateTimeFormatOptions} options
 */
const dateFormat = (timeZone, options) => {
  const key = language() + timeZone + JSON.stringify(options);
  const known =
    dateFormats.get(key) ?? new Intl.DateTimeFormat(language(), { ...options, timeZone, hourCycle: "h23" });
  dateFormats.set(key, known);
  return known;
};

/** −0.04 rounds to −0.0, which nobody wants to read. @param {number} value @param {number} digits */
const rounded = (value, digits) => Number(value.toFixed(digits)) + 0;

/** @param {number} value @param {number} [digits] */
export const number = (value, digits = 1) =>
  numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(rounded(value, digits))
    .replace("-", "−");

/** @param {number} value @param {number} [digits] */
export const kw = (value, digits = 1) => `${number(value, digits)} kW`;

/** Power of a whole site: a home's with a digit, a community's without. @param {number} value */
export const siteKw = (value) => kw(value, Math.abs(value) < 20 ? 1 : 0);

/** Power with its sign, positive towards the car. @param {number} value */
export const signedKw = (value) => (rounded(value, 1) > 0 ? `+${kw(value)}` : kw(value));

/** @param {number} value @param {number} [digits] */
export const kwh = (value, digits = 1) => `${number(value, digits)} kWh`;

/** @param {number} amount @param {string} currency ISO 4217 @param {number} [digits] */
export const money = (amount, currency, digits = 2) =>
  numberFormat({
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
    .format(rounded(amount, digits))
    .replace("-", "−");

/** @param {number} price @param {string} currency */
export const perKwh = (price, currency) => `${money(price, currency, 3)}/kWh`;

/** @param {string} currency */
export const currencySymbol = (currency) =>
  numberFormat({ style: "currency", currency, currencyDisplay: "narrowSymbol" })
    .formatToParts(0)
    .find((part) => part.type === "currency")?.value ?? currency;

/** A share below this is rounding. */
const LEAST_SHARE = 1e-6;

/** A share as percent; tiny ones keep two digits that say something. @param {number} share */
export const percent = (share) =>
  numberFormat(
    Math.abs(share) < 0.01
      ? { style: "percent", maximumSignificantDigits: 2 }
      : { style: "percent", maximumFractionDigits: 0 },
  )
    .format(Math.abs(share) < LEAST_SHARE ? 0 : share)
    .replace("-", "−");

/** @param {number} share */
export const signedPercent = (share) => (share > LEAST_SHARE ? `+${percent(share)}` : percent(share));

const SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** `2.4·10⁻¹⁰`, which no line break can tear apart. @param {number} value */
export const scientific = (value) => {
  if (value === 0) return "0";
  const [mantissa = "0", power = "0"] = value.toExponential(1).split("e");
  const exponent = Number(power);
  const digits = String(Math.abs(exponent)).replaceAll(/\d/g, (digit) => SUPERSCRIPT[Number(digit)] ?? digit);
  return `${number(Number(mantissa))}·10${exponent < 0 ? "⁻" : ""}${digits}`;
};

/** `19:20` @param {number} atMs @param {string} timeZone */
export const clock = (atMs, timeZone) =>
  dateFormat(timeZone, { hour: "2-digit", minute: "2-digit" }).format(atMs);

/** `Mon 23 Nov 19:20` @param {number} atMs @param {string} timeZone */
export const dayClock = (atMs, timeZone) => `${dayName(atMs, timeZone)} ${clock(atMs, timeZone)}`;

/** `Tue 24` @param {number} atMs @param {string} timeZone */
export const shortDay = (atMs, timeZone) => {
  const weekday = dateFormat(timeZone, { weekday: "short" }).format(atMs);
  return `${weekday} ${dateFormat(timeZone, { day: "numeric" }).format(atMs)}`;
};

/** @param {number} atMs @param {string} timeZone */
const dayName = (atMs, timeZone) =>
  dateFormat(timeZone, { weekday: "short", day: "numeric", month: "short" }).format(atMs);

/** @param {number} atMs @param {string} timeZone */
const dateOf = (atMs, timeZone) =>
  dateFormat(timeZone, { year: "numeric", month: "2-digit", day: "2-digit" }).format(atMs);

/**
 * `07:30` today, `Tue 07:30` within six days, `Tue, Nov 24 07:30` on a day farther away.
 * @param {number} atMs
 * @param {{nowMs: number, timeZone: string}} site
 */
export const when = (atMs, { nowMs, timeZone }) => {
  if (dateOf(atMs, timeZone) === dateOf(nowMs, timeZone)) return clock(atMs, timeZone);
  if (Math.abs(atMs - nowMs) >= SIX_DAYS_MS) return dayClock(atMs, timeZone);
  return `${dateFormat(timeZone, { weekday: "short" }).format(atMs)} ${clock(atMs, timeZone)}`;
};

/** @param {number} spanMs */
export const duration = (spanMs) => {
  const seconds = Math.max(0, Math.round(spanMs / 1000));
  if (seconds < 60) return t("time.seconds", { s: seconds });
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return t("time.minutes", { m: minutes });
  const [h, m] = [Math.floor(minutes / 60), minutes % 60];
  if (h >= 48) return t("time.days", { d: Math.round(h / 24) });
  return m === 0 ? t("time.hours", { h }) : t("time.hours-minutes", { h, m });
};

/** @param {number} spanMs */
export const ago = (spanMs) => t("time.ago", { duration: duration(spanMs) });
