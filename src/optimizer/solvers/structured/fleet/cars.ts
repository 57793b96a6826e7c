import type { Formulation, Gate } from "../../../formulation/index.js";
import { at } from "../../../tree.js";
import type { Reduced } from "../rows/presolve.js";
import type { Freedom, Freedoms } from "./direction.js";
import { type Laid, nothingLaid } from "./laid.js";
import { type Car, layCar } from "./layout.js";

/** How much room a settled sum of sessions leaves each of them. */
const freedomOf = ({ model }: Formulation, { settled }: Reduced, column: number): Freedom => {
  const value = column < 0 ? Number.NaN : settled[column]!;
  if (Number.isNaN(value)) return "free";
  if (value === model.lower[column]) return "least";
  return value === model.upper[column] ? "most" : "free";
};

const opposite = (freedom: Freedom): Freedom =>
  freedom === "free" ? "free" : freedom === "least" ? "most" : "least";

/** What a gate leaves of both directions, slot by slot; its rows that have settled for good are dropped. */
const settleGate = (
  formulation: Formulation,
  reduced: Reduced,
  { net, charge, discharge }: Gate,
): Freedoms => {
  const of = ({ column }: Gate["net"]): Freedom[] =>
    column.map((place) => freedomOf(formulation, reduced, place));
  const [byNet, byCharge, byDischarge] = [of(net), of(charge), of(discharge)];
  for (const [sum, freedoms] of [
    [net, byNet],
    [charge, byCharge],
    [discharge, byDischarge],
  ] as const)
    for (const [slot, freedom] of freedoms.entries())
      if (freedom !== "free") reduced.kept[at(sum.row, slot)] = 0;
  const isNet = (slot: number): boolean => at(net.column, slot) >= 0;
  return {
    charge: byCharge.map((own, slot) => (isNet(slot) ? byNet[slot]! : own)),
    discharge: byDischarge.map((own, slot) => (isNet(slot) ? opposite(byNet[slot]!) : own)),
  };
};

/** All sessions that the kernels know, laid: those that can move, and those that cannot. */
export interface Cars {
  readonly all: readonly Car[];
  readonly moving: Laid;
  readonly resting: Laid;
}

export const carsOf = (formulation: Formulation, reduced: Reduced): Cars => {
  const { problem, gates } = formulation;
  const inForce = new Map(problem.previous?.map(({ sessionId, powerKw }) => [sessionId, powerKw]));
  const all: Car[] = [];
  const into = { moving: nothingLaid(), resting: nothingLaid() };
  for (const [gate, known] of gates.entries()) {
    const freedom = settleGate(formulation, reduced, known);
    for (const index of known.sessions) {
      const before = inForce.get(problem.sessions[index]?.id ?? "");
      all.push(layCar(into, formulation, { index, gate, inForce: before, freedom }));
    }
  }
  return { all, ...into };
};
