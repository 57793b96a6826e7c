import type { ProblemSession } from "../../domain/problem.js";
import { reachKwh, takesNothing } from "../battery.js";
import { at } from "../tree.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow } from "./linear-model.js";

interface Floor {
  readonly wantedKwh: number;
  readonly pricePerKwh: (slot: number) => number;
  readonly rows: number[];
}

/** Soft floor at the end of each slot: energy + missing ≥ the wanted energy, as far as it could be reached. */
const addFloor = (formulation: Formulation, index: number, { wantedKwh, pricePerKwh, rows }: Floor): void => {
  const { model, problem, sessionColumns, weights } = formulation;
  const session = problem.sessions[index];
  if (session === undefined) return;
  const reach = reachKwh(session, weights.hours);
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const energy = at(sessionColumns[index]?.energy, slot + 1);
    const floor = Math.min(wantedKwh, at(reach, slot + 1));
    if (energy < 0 || floor <= 0) continue;
    const missing = addColumn(model, { cost: pricePerKwh(slot), lower: 0, upper: floor });
    rows[slot] = addRow(model, { lower: floor, owner: index, slot }, [
      [energy, 1],
      [missing, 1],
    ]);
  }
};

/** Charge power ≤ intercept − slope·energy at the start of the slot. */
const addTaper = (formulation: Formulation, index: number, session: ProblemSession): void => {
  const { model, sessionColumns, sessionRows } = formulation;
  const columns = sessionColumns[index];
  const rows = sessionRows[index];
  const { taper } = session;
  if (columns === undefined || rows === undefined || taper === null || takesNothing(session)) return;
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const entries = (columns.charge[slot] ?? []).map((column): [number, number] => [column, 1]);
    const known = slot === session.firstSlot ? taper.slopeKwPerKwh * session.initialKwh : 0;
    if (slot > session.firstSlot) entries.push([at(columns.energy, slot), taper.slopeKwPerKwh]);
    rows.taper[slot] = addRow(model, { upper: taper.interceptKw - known, owner: index, slot }, entries);
  }
};

/** Reserve (soft, per kWh and hour), lag of urgent sessions (per kWh and slot) and taper. */
export const addComfort = (formulation: Formulation): void => {
  const { problem, weights, sessionRows } = formulation;
  for (const [index, session] of problem.sessions.entries()) {
    const rows = sessionRows[index];
    if (rows === undefined || formulation.apart[index] === true) continue;
    const { reservePerKwhHour } = problem.penalties;
    addFloor(formulation, index, {
      wantedKwh: session.reserveKwh,
      pricePerKwh: (slot) => reservePerKwhHour * at(weights.hours, slot),
      rows: rows.reserve,
    });
    if (session.urgency === "now")
      addFloor(formulation, index, {
        wantedKwh: session.targetKwh,
        pricePerKwh: () => weights.lagPerKwhSlot,
        rows: rows.lag,
      });
    addTaper(formulation, index, session);
  }
};
