import { clock, shortDay } from "./format.js";

/** Marks of the time axis: whole hours of the site's own clock. */

const QUARTER_MS = 900_000;
const LABEL_PX = 54;
const WIDE_PX = 12.5;
const NARROW_PX = 7;
const GAP_PX = 8;
const STEPS_H = [1, 2, 3, 4, 6, 12];

/** About how wide a label is drawn; Chinese characters are twice as wide. @param {string} text */
export const textWidth = (text) =>
  Array.from(text).reduce((total, character) => total + (character > "\u2e7f" ? WIDE_PX : NARROW_PX), 0);

/**
 * Leaves out the labels that would touch one before them in the list: the more important come first.
 * @template {{x: number, text: string}} Label
 * @param {readonly Label[]} labels
 * @returns {Label[]}
 */
export const withoutCollisions = (labels) => {
  /** @type {Label[]} */
  const kept = [];
  for (const label of labels) {
    const room = (/** @type {Label} */ other) =>
      Math.abs(label.x - other.x) >= (textWidth(label.text) + textWidth(other.text)) / 2 + GAP_PX;
    if (kept.every(room)) kept.push(label);
  }
  return kept;
};

/** @param {number} atMs @param {string} timeZone */
const localTime = (atMs, timeZone) => {
  const [hour = 0, minute = 0] = clock(atMs, timeZone).split(":").map(Number);
  return { hour, minute };
};

/**
 * @param {{fromMs: number, toMs: number}} window
 * @param {string} timeZone
 * @param {number} widthPx
 * @returns {{atMs: number, text: string, day: boolean}[]}
 */
export const hourTicks = ({ fromMs, toMs }, timeZone, widthPx) => {
  const hours = (toMs - fromMs) / (4 * QUARTER_MS);
  const step = STEPS_H.find((one) => (widthPx / hours) * one >= LABEL_PX) ?? 24;
  const list = [];
  for (let atMs = Math.ceil(fromMs / QUARTER_MS) * QUARTER_MS; atMs < toMs; atMs += QUARTER_MS) {
    const { hour, minute } = localTime(atMs, timeZone);
    if (minute !== 0 || hour % step !== 0) continue;
    const day = hour === 0;
    list.push({ atMs, text: day ? shortDay(atMs, timeZone) : clock(atMs, timeZone), day });
  }
  return list;
};
