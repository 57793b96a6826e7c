import type { ProblemSession } from "../../domain/problem.js";
import { dischargeableKw, fullKwh } from "../battery.js";
import { at } from "../tree.js";
import { FAIR_STEPS, fairStepKwh } from "../weights.js";
import type { Formulation } from "./context.js";
import { addColumn, addRow } from "./linear-model.js";

/** Without discharge, reserve, taper and urgency only the energy at departure matters. */
const needsState = (session: ProblemSession): boolean =>
  dischargeableKw(session) > 0 ||
  session.taper !== null ||
  session.urgency === "now" ||
  session.reserveKwh > session.initialKwh;

const stored = (formulation: Formulation, index: number, slot: number): [number, number][] => {
  const { problem, weights, sessionColumns } = formulation;
  const session = problem.sessions[index];
  const columns = sessionColumns[index];
  if (session === undefined || columns === undefined) return [];
  const hours = at(weights.hours, slot);
  const charge = columns.charge[slot] ?? [];
  const discharge = columns.discharge[slot] ?? [];
  return [
    ...charge.map((column): [number, number] => [column, session.chargeEfficiency * hours]),
    ...discharge.map((column): [number, number] => [column, -hours / session.dischargeEfficiency]),
  ];
};

/** Recursion: energy + η_c·charge·Δ − discharge·Δ/η_d − energy at the end of the slot = 0. */
const addRecursion = (formulation: Formulation, index: number, session: ProblemSession): void => {
  const { model, sessionColumns, sessionRows } = formulation;
  const energy = sessionColumns[index]?.energy ?? [];
  for (let slot = session.firstSlot; slot < session.endSlot; slot++) {
    const next = addColumn(model, { cost: 0, lower: 0, upper: fullKwh(session) });
    const before = at(energy, slot);
    const entries = stored(formulation, index, slot);
    if (slot > session.firstSlot) entries.push([before, 1]);
    entries.push([next, -1]);
    const known = slot === session.firstSlot ? -session.initialKwh : 0;
    energy[slot + 1] = next;
    const row = addRow(model, { lower: known, upper: known, owner: index, slot }, entries);
    sessionRows[index]?.battery.splice(slot, 1, row);
  }
};

/** Energy missing at departure: a column, or with fairness one per tenth of the need, the cheapest first. */
const addShort = ({ model, weights }: Formulation, index: number, session: ProblemSession): number[] => {
  const missingKwh = Math.max(0, session.targetKwh - fullKwh(session));
  const stepPrice = at(weights.fairPerKwh, index);
  const steps = stepPrice === 0 ? [0] : Array.from({ length: FAIR_STEPS + 1 }, (_, step) => step);
  return steps.map((step) => {
    const from = Math.min(fairStepKwh(session, step), session.targetKwh);
    const next = step === steps.length - 1 ? session.targetKwh : fairStepKwh(session, step + 1);
    const width = Math.min(next, session.targetKwh) - from;
    return addColumn(model, {
      cost: at(weights.shortPerKwh, index) + step * stepPrice,
      lower: Math.min(Math.max(0, missingKwh - from), width),
      upper: width,
    });
  });
};

/**
 * Energy at departure: energy + short − beyond = target. Short is priced per percent of the need (or
 * valued, where the car stays past the horizon); beyond has the salvage value. What the battery cannot
 * hold of the target is short in every plan.
 */
const addTerminal = (formulation: Formulation, index: number, session: ProblemSession): void => {
  const { model, weights, sessionColumns, sessionRows, slots } = formulation;
  const columns = sessionColumns[index];
  const rows = sessionRows[index];
  if (columns === undefined || rows === undefined) return;
  const full = fullKwh(session);
  const short = addShort(formulation, index, session);
  columns.beyond = addColumn(model, {
    cost: -at(weights.beyondPerKwh, index),
    lower: 0,
    upper: Math.max(0, full - session.targetKwh),
  });
  const ends: [number, number][] = [
    ...short.map((column): [number, number] => [column, 1]),
    [columns.beyond, -1],
  ];
  const last = at(columns.energy, session.endSlot);
  if (last >= 0) {
    const target = session.targetKwh;
    rows.terminal = addRow(model, { lower: target, upper: target, owner: index, slot: slots }, [
      [last, 1],
      ...ends,
    ]);
    return;
  }
  const known = session.targetKwh - session.initialKwh;
  const entries = [];
  for (let slot = 0; slot < slots; slot++) entries.push(...stored(formulation, index, slot));
  rows.terminal = addRow(model, { lower: known, upper: known, owner: index, slot: slots }, [
    ...entries,
    ...ends,
  ]);
};

/** Σ discharge·Δ ≤ the most that may be taken from the car. */
const addDischargeTotal = (formulation: Formulation, index: number, session: ProblemSession): void => {
  const { model, weights, sessionColumns, sessionRows, slots } = formulation;
  const rows = sessionRows[index];
  const { maxDischargeKwh } = session;
  if (rows === undefined || maxDischargeKwh === null || dischargeableKw(session) <= 0) return;
  const entries = (sessionColumns[index]?.discharge ?? []).flatMap((columns, slot) =>
    columns.map((column): [number, number] => [column, at(weights.hours, slot)]),
  );
  rows.dischargeTotal = addRow(model, { upper: maxDischargeKwh, owner: index, slot: slots + 1 }, entries);
};

/** Battery rows, energy at departure and energy discharged of every session. */
export const addEnergies = (formulation: Formulation): void => {
  for (const [index, session] of formulation.problem.sessions.entries()) {
    if (formulation.apart[index] === true) continue;
    if (needsState(session)) addRecursion(formulation, index, session);
    addTerminal(formulation, index, session);
    addDischargeTotal(formulation, index, session);
  }
};
