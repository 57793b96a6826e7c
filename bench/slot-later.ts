import type { Problem } from "../src/domain/problem.js";
import { energiesOf } from "../src/optimizer/battery.js";
import type { Powers } from "../src/optimizer/contract.js";
import { SLOTS, siteDay } from "./site-day.js";

const QUARTER_H = 0.25;
const QUARTER_MS = 900_000;

/** The day goes round: what leaves the horizon at its start comes again at its end. */
const rolled = <T>(series: readonly T[], slots: number): T[] => [
  ...series.slice(slots),
  ...series.slice(0, slots),
];

/** A day of a site some slots later, its plan carried out until then: cars that have left are gone. */
export const slotsLater = (problem: Problem, slots: number, plan: Powers): Problem => {
  const hours = problem.horizon.startsMs.map(() => QUARTER_H);
  const later = <T>(series: readonly T[] | null): T[] | null => series && rolled(series, slots);
  return {
    ...problem,
    horizon: {
      startsMs: problem.horizon.startsMs.map((startMs) => startMs + slots * QUARTER_MS),
      endMs: problem.horizon.endMs + slots * QUARTER_MS,
    },
    nodes: problem.nodes.map((node) => ({
      ...node,
      importLimitKw: later(node.importLimitKw),
      exportLimitKw: later(node.exportLimitKw),
      baseKw: rolled(node.baseKw, slots),
      pvKw: rolled(node.pvKw, slots),
    })),
    meteringPoints: problem.meteringPoints.map((meter) => ({
      ...meter,
      buyPricePerKwh: rolled(meter.buyPricePerKwh, slots),
      sellPricePerKwh: rolled(meter.sellPricePerKwh, slots),
    })),
    sessions: problem.sessions.flatMap((session, index) => {
      if (session.endSlot <= slots) return [];
      const [chargeKw, dischargeKw] = [plan.chargeKw[index] ?? [], plan.dischargeKw[index] ?? []];
      const storedKwh = energiesOf(session, { chargeKw, dischargeKw, hours })[slots] ?? session.initialKwh;
      return [
        {
          ...session,
          firstSlot: Math.max(0, session.firstSlot - slots),
          endSlot: session.endSlot - slots,
          initialKwh: Math.min(Math.max(storedKwh, 0), session.capacityKwh),
        },
      ];
    }),
  };
};

/** The same with every so many-th car another one, of a day with another seed, that stays as long as the first. */
export const withOthers = (problem: Problem, share: number, seed: number): Problem => {
  const others = siteDay(problem.sessions.length, seed).sessions;
  const every = Math.round(1 / share);
  return {
    ...problem,
    sessions: problem.sessions.map((session, index) => {
      const other = others[index];
      if (share === 0 || other === undefined || index % every !== every >> 1) return session;
      const { firstSlot, endSlot } = session;
      return { ...other, id: `other-${seed}-${index}`, firstSlot, endSlot: Math.min(endSlot, SLOTS) };
    }),
  };
};
