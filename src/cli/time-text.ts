const two = (value: number): string => String(value).padStart(2, "0");

/** `+08:00` of minutes east of UTC. */
const offsetText = (minutes: number): string =>
  `${minutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;

const textOf = (atMs: number, characters: number): string => {
  const eastMin = -new Date(atMs).getTimezoneOffset();
  const shifted = new Date(atMs + eastMin * 60_000).toISOString();
  return `${shifted.slice(0, characters)}${offsetText(eastMin)}`;
};

/** A moment for a person: by this computer's zone, with its offset, `2026-12-01T07:30:00+08:00`. */
export const timeText = (atMs: number): string => textOf(atMs, "2026-12-01T07:30:00".length);

/** The same to the millisecond, where several things happen in one second: `2026-12-01T07:30:00.250+08:00`. */
export const momentText = (atMs: number): string => textOf(atMs, "2026-12-01T07:30:00.250".length);
