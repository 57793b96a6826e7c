import { nearest } from "../domain/nearest.js";
import { type Entry, entries, type Fault, text } from "./site-faults.js";

interface Hook {
  readonly vendorId: string | null;
  /** null: all. */
  readonly messageIds: ReadonlySet<string> | null;
  readonly stationIds: ReadonlySet<string> | null;
}

const texts = (value: unknown): ReadonlySet<string> | null =>
  Array.isArray(value) ? new Set(value.flatMap((one: unknown) => text(one) ?? [])) : null;

/** Transfer hooks that nothing would ever reach; reads faulty input too. */
export const transferHookFaults = (config: Entry, stationIds: readonly string[]): Fault[] => {
  const all = entries(config["transferHooks"]);
  const known = new Set(stationIds);
  const hooks = all.map(
    (written): Hook => ({
      vendorId: text(written["vendorId"])?.toLowerCase() ?? null,
      messageIds: texts(written["messageIds"]),
      stationIds: texts(written["stationIds"]),
    }),
  );
  return hooks.flatMap((hook, index): Fault[] => {
    const before = hooks.slice(0, index).findIndex((other) => takesAllOf(other, hook));
    const message = `transferHooks[${before}] takes all of its messages: this one is never asked`;
    const unreached: Fault[] = before === -1 ? [] : [{ path: ["transferHooks", index, "vendorId"], message }];
    return [...unreached, ...unknownStations(all[index]?.["stationIds"], index, known)];
  });
};

/** Whether a hook is asked whatever the other would be. */
const takesAllOf = (hook: Hook, other: Hook): boolean =>
  hook.vendorId !== null &&
  hook.vendorId === other.vendorId &&
  isWithin(other.stationIds, hook.stationIds) &&
  // A message that is named goes to who names it before it goes to who takes all.
  (other.messageIds === null
    ? hook.messageIds === null
    : hook.messageIds !== null && isWithin(other.messageIds, hook.messageIds));

const isWithin = (inner: ReadonlySet<string> | null, outer: ReadonlySet<string> | null): boolean =>
  outer === null || (inner !== null && [...inner].every((one) => outer.has(one)));

const unknownStations = (written: unknown, index: number, known: ReadonlySet<string>): Fault[] =>
  (Array.isArray(written) ? written : []).flatMap((id: unknown, position): Fault[] => {
    if (typeof id !== "string" || known.has(id)) return [];
    const near = nearest(id, [...known]);
    const advice = near === null ? "" : `; did you mean ${near}?`;
    const path = ["transferHooks", index, "stationIds", position];
    return [{ path, message: `no station is called "${id}"${advice}` }];
  });
