import { clock, dayName } from "./format.js";

/** Marks of the time axis: whole hours of the site's own clock. */

const QUARTER_MS = 900_000;
const LABEL_PX = 54;
const STEPS_H = [1, 2, 3, 4, 6, 12];

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
    list.push({ atMs, text: day ? dayName(atMs, timeZone) : clock(atMs, timeZone), day });
  }
  return list;
};
