import { QUIRK_NAMES, type QuirkName, type QuirkValues, STATIONS_TO_AGREE } from "../domain/quirks.js";

/**
 * What the stations of one model have learnt, counted by field and value, so that ten thousand of them cost
 * no more than ten.
 */
export interface QuirkTally {
  /** In place of what the station had learnt before. */
  set(stationId: string, learnt: QuirkValues): void;
  /** No station has learnt anything. */
  isEmpty(): boolean;
  /** Of each field the value that every station that learnt one has learnt, where enough have. */
  agreed(): QuirkValues;
  /** Fields that some learnt one way and some another: they are the stations', not the model's. */
  disputed(): readonly QuirkName[];
  /** Stations that learnt anything. */
  teachers(): readonly string[];
}

export const createQuirkTally = (): QuirkTally => {
  const learntBy = new Map<string, QuirkValues>();
  const counts = new Map<QuirkName, Map<unknown, number>>();
  const count = (values: QuirkValues, by: 1 | -1): void => {
    for (const name of QUIRK_NAMES) {
      const value = values[name];
      if (value === undefined) continue;
      const ofName = counts.get(name) ?? new Map<unknown, number>();
      counts.set(name, ofName);
      const left = (ofName.get(value) ?? 0) + by;
      if (left > 0) ofName.set(value, left);
      else ofName.delete(value);
    }
  };
  const remove = (stationId: string): void => {
    count(learntBy.get(stationId) ?? {}, -1);
    learntBy.delete(stationId);
  };
  return {
    set: (stationId, learnt) => {
      remove(stationId);
      if (Object.keys(learnt).length === 0) return;
      learntBy.set(stationId, learnt);
      count(learnt, 1);
    },
    isEmpty: () => learntBy.size === 0,
    agreed: () =>
      Object.fromEntries(
        [...counts].flatMap(([name, values]) => {
          const [[value, stations] = [undefined, 0]] = values;
          return values.size === 1 && stations >= (STATIONS_TO_AGREE[name] ?? 1) ? [[name, value]] : [];
        }),
      ),
    disputed: () => [...counts].flatMap(([name, values]) => (values.size > 1 ? [name] : [])),
    teachers: () => [...learntBy.keys()],
  };
};
