/** Between a moment and what `<input type="datetime-local">` holds: wall time of the site's zone. Pure. */

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map();

/** @param {string} timeZone */
const formatOf = (timeZone) => {
  const known =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  formats.set(timeZone, known);
  return known;
};

/** `2026-11-24T07:30` @param {number} atMs @param {string} timeZone */
export const toWallTime = (atMs, timeZone) => {
  /** @type {Record<string, string>} */
  const part = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) part[type] = value;
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
};

/**
 * The moment of a wall time; the later of the two where a clock is put back. A time that a clock put
 * forward skips is read as if it had not been.
 * @param {string} text
 * @param {string} timeZone
 */
export const fromWallTime = (text, timeZone) => {
  const asUtcMs = Date.parse(`${text}Z`);
  const offsetAt = (/** @type {number} */ atMs) =>
    Date.parse(`${toWallTime(atMs, timeZone)}Z`) - Math.floor(atMs / 60_000) * 60_000;
  const guessMs = asUtcMs - offsetAt(asUtcMs);
  return asUtcMs - offsetAt(guessMs);
};
