/** Which of its ways to a central system a station of 2.x tries, and in which order. */
export const PRIORITY = "OCPPCommCtrlr.NetworkConfigurationPriority";

/** Slots as a priority or a list of values names them: `1,0`. */
const slotsOf = (text: string): number[] =>
  text
    .split(",")
    .map((slot) => (/^\s*\d+\s*$/.test(slot) ? Number(slot) : Number.NaN))
    .filter(Number.isInteger);

/**
 * Where a new way to the central system goes: a slot that is in no use, else the one that is tried last; the
 * first is the one that the station came by. null: there is no other than that.
 */
export const slotFor = (priority: string, values: string | null): number | null => {
  const used = slotsOf(priority);
  const there = values === null ? used.concat(Math.max(-1, ...used) + 1) : slotsOf(values);
  const free = there.find((slot) => !used.includes(slot));
  return free ?? (used.length > 1 ? (used.at(-1) ?? null) : null);
};

/** The priority with a slot before all others. */
export const withFirst = (slot: number, priority: string): string =>
  [slot, ...slotsOf(priority).filter((other) => other !== slot)].join(",");
