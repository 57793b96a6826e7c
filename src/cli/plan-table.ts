import type { EventPlan, Plan, PlanOutcome, SessionPlan, StoragePlan, TargetPlan } from "../domain/plan.js";
import type { Proof } from "../domain/plan-proof.js";
import type { EpochMs } from "../domain/units.js";
import { fixed } from "../domain/figures.js";
import { clashText } from "./clash-text.js";
import { swapLines } from "./swap-lines.js";

type Planned = Exclude<PlanOutcome, { status: "invalid" }>;

const NAME_WIDTH = 24;
const SLOT_WIDTH = 5;

/** A plan as text: the certificate, what is amiss, then the powers. */
export const planTable = ({ status, plan, notes, times }: Planned): string => {
  const { sent } = plan.certificate;
  const head = [
    `${status} by ${plan.solver} in ${times.solveMs.toFixed(0)} ms, ${plan.iterations} iterations`,
    `cost ${fixed(plan.moneyCost, 4)} ${plan.currency} · objective ${fixed(sent.objective, 6)} · ${proven(sent)} · largest violation, relative ${sent.maxViolation.toExponential(1)}${status === "limits-broken" ? ", what no car can help not counted" : ""}`,
    ...notes.map((note) => `note: ${note}`),
    ...plan.meteringPoints.map(meterLine),
    ...(plan.events ?? []).map(eventLine),
    ...(plan.targets ?? []).map(targetLine),
    "",
  ];
  return [...head, ...powersTable(plan)].join("\n");
};

const meterLine = ({
  meteringPointId,
  highestKw,
  peakKw,
  demandCost,
  carbonKg,
}: Plan["meteringPoints"][number]): string =>
  `${meteringPointId}: buys at most ${fixed(highestKw, 1)} kW${demandCost > 0 ? `, ${fixed(peakKw, 1)} kW of it where the demand charge counts, which is ${fixed(demandCost, 2)} more` : ""} · ${carbonKg === null ? "CO₂ unknown" : `${fixed(carbonKg, 1)} kg CO₂`}`;

/** What is written as 0 is neither above nor below. */
const fromBaseline = (value: number, unit: string): string =>
  `${Math.abs(value).toFixed(1)} ${unit} ${value <= -0.05 ? "above" : "below"} the baseline`;

const payText = (paid: number): string =>
  paid <= -0.005 ? `costs ${(-paid).toFixed(2)}` : `pays ${fixed(paid, 2)}`;

/** A payment for reduction; why one that is all or nothing is let be is a note. */
const eventLine = ({ eventId, floorKw, leastReductionKw, reducedKwh, paid, letBe }: EventPlan): string =>
  floorKw === null
    ? `payment ${eventId}: ${payText(paid)} · ${fromBaseline(reducedKwh, "kWh")} in all`
    : `event ${eventId}: ${letBe === null ? `taken up, ${payText(paid)}` : "let be, pays nothing"} · ${floorKw.toFixed(1)} kW below the baseline asked for, in its worst slot ${fromBaseline(leastReductionKw, "kW")}`;

const targetLine = ({ targetId, offKwh, mostOffKw, penalty }: TargetPlan): string =>
  `target ${targetId}: off by ${offKwh.toFixed(1)} kWh in all, by ${mostOffKw.toFixed(1)} kW at most · weighs ${penalty.toFixed(2)}`;

/** Rules prove nothing: there is no number that no plan can go below. */
const proven = ({ bound, gap }: Proof): string =>
  bound === null || gap === null
    ? "no bound"
    : `no plan is below ${fixed(bound, 6)} (gap ${(100 * Math.max(0, gap)).toFixed(3)} %)`;

/** kW per session below number and start of each slot; a problem file has no zone, so UTC. */
const powersTable = ({
  horizon: { startsMs, endMs },
  sessions,
  storages = [],
  swapStations = [],
}: Plan): string[] => [
  `kW from ${isoMinute(startsMs[0] ?? endMs)} to ${isoMinute(endMs)} (UTC), from the car negative`,
  row("slot", [...startsMs.keys()].map(String)),
  row(
    "starts (UTC)",
    startsMs.map((ms) => isoMinute(ms).slice(-5)),
  ),
  ...sessions.map(sessionLine),
  ...storages.map(storageLine),
  ...swapStations.flatMap((station) => swapLines(station, { row, powerCells, isoMinute })),
];

const isoMinute = (ms: EpochMs): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

const row = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(NAME_WIDTH)} ${cells.map((cell) => cell.padStart(SLOT_WIDTH)).join(" ")}`;

const powerCells = (chargeKw: readonly number[], dischargeKw: readonly number[]): string[] =>
  chargeKw.map((kw, slot) => (kw - (dischargeKw[slot] ?? 0)).toFixed(1).replace(/^-?0\.0$/, "·"));

const storageLine = ({ storageId, chargeKw, dischargeKw, energyKwh }: StoragePlan): string =>
  `${row(storageId, powerCells(chargeKw, dischargeKw))}  storage: ${(energyKwh[0] ?? 0).toFixed(1)} kWh, ${(energyKwh.at(-1) ?? 0).toFixed(1)} at the end`;

const shortText = ({ shortfallKwh, shortfallClashes = [] }: SessionPlan): string => {
  if (shortfallKwh <= 1e-6) return "";
  const needs = clashText(shortfallClashes);
  return ` short ${shortfallKwh.toFixed(2)} kWh${needs === "" ? "" : `: ${needs}`}`;
};

const sessionLine = (session: SessionPlan): string => {
  const { sessionId, chargeKw, dischargeKw, reasons } = session;
  const powers = powerCells(chargeKw, dischargeKw);
  return `${row(sessionId, powers)}  now: ${reasons[0]?.key ?? "–"}${shortText(session)}`;
};
