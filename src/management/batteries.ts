import type { BatteriesFile, KeptBattery } from "../domain/station-file/batteries.js";
import type { StationNews } from "../domain/station-news.js";

const MOST_BATTERIES = 200;
const MOST_SWAPS = 100;

export const NO_BATTERIES: BatteriesFile = { batteries: [], swaps: [] };

type Swap = Extract<StationNews, { kind: "battery-swap" }>;

/** What stands in a swap station after batteries were put in or taken out. The same told again changes nothing. */
export const reduceBatteries = (file: BatteriesFile, news: StationNews): BatteriesFile => {
  if (news.kind !== "battery-swap") return file;
  const serialNumbers = news.batteries.map(({ serialNumber }) => serialNumber);
  const swap = { atMs: news.atMs, requestId: news.requestId, event: news.event, serialNumbers };
  const last = file.swaps.findLast(
    ({ event, requestId }) => event === swap.event && requestId === swap.requestId,
  );
  const isNew = last === undefined || String(last.serialNumbers) !== String(serialNumbers);
  return {
    batteries: news.event === "out" ? without(file.batteries, news) : withAdded(file.batteries, news),
    swaps: isNew ? [...file.swaps, swap].slice(-MOST_SWAPS) : file.swaps,
  };
};

const without = (batteries: readonly KeptBattery[], { batteries: gone }: Swap): KeptBattery[] =>
  batteries.filter(({ serialNumber }) => gone.every((one) => one.serialNumber !== serialNumber));

/** A slot holds one battery, and a battery stands in one slot. */
const withAdded = (batteries: readonly KeptBattery[], swap: Swap): KeptBattery[] => {
  const others = without(batteries, swap).filter(({ evseId }) =>
    swap.batteries.every((one) => one.evseId !== evseId),
  );
  const since = (serial: string): number =>
    batteries.find(({ serialNumber }) => serialNumber === serial)?.sinceMs ?? swap.atMs;
  const added = swap.batteries.map((one) => ({ ...one, sinceMs: since(one.serialNumber) }));
  return [...others, ...added].sort((a, b) => a.evseId - b.evseId).slice(0, MOST_BATTERIES);
};
