import type { Plan, StockOutCause, SwapStationPlan } from "../../domain/plan.js";
import { sum } from "../../domain/units.js";
import { clash } from "../notes.js";

/** Why, in words. */
const why = (cause: StockOutCause | null): string => {
  if (cause === null) return "they are all but full";
  if (cause.key === "refused-by-problem") return "the problem refuses them";
  if (cause.key === "not-there-in-time") return "no battery is there, or could be full, in time";
  return clash(cause);
};

const stationNotes = ({ stationId, asked, stockOuts }: SwapStationPlan): string[] => {
  const byCause = new Map<string, { batteries: number; slots: Set<number> }>();
  for (const { slot, batteries, cause } of stockOuts) {
    const found = byCause.get(why(cause)) ?? { batteries: 0, slots: new Set() };
    byCause.set(why(cause), {
      batteries: found.batteries + batteries,
      slots: new Set([...found.slots, slot]),
    });
  }
  return [...byCause].map(([words, { batteries, slots }]) => {
    const when = `${slots.size === 1 ? "slot" : "slots"} ${[...slots].join(", ")}`;
    return `swap station ${stationId}: ${batteries} of ${sum(asked)} batteries not lent full in ${when}: ${words}`;
  });
};

/** Batteries that are asked for and not lent full, by what stands against them. */
export const stockOutNotes = ({ swapStations = [] }: Plan): string[] => swapStations.flatMap(stationNotes);
