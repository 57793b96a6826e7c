const two = (value: number): string => String(value).padStart(2, "0");

/** `+08:00` of minutes east of UTC. */
const offsetText = (minutes: number): string =>
  `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;

/** A moment for a person: by this computer's zone, with its offset, `2026-12-01T07:30:00+08:00`. */
export const timeText = (atMs: number): string => {
  const eastMin = -new Date(atMs).getTimezoneOffset();
  const shifted = new Date(atMs + eastMin * 60_000).toISOString();
  return `${shifted.slice(0, 19)}${offsetText(eastMin)}`;
};
