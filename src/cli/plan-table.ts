import type { EventPlan, Plan, PlanOutcome, Proof, SessionPlan, StoragePlan } from "../domain/plan.js";
import type { EpochMs } from "../domain/units.js";
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
    `cost ${plan.moneyCost.toFixed(4)} · objective ${sent.objective.toFixed(6)} · ${proven(sent)} · largest violation ${sent.maxViolation.toExponential(1)}`,
    ...notes.map((note) => `note: ${note}`),
    ...plan.meteringPoints.map(meterLine),
    ...(plan.events ?? []).map(eventLine),
    "",
  ];
  return [...head, ...powersTable(plan)].join("\n");
};

const meterLine = ({
  meteringPointId,
  highestKw,
  demandCost,
  carbonKg,
}: Plan["meteringPoints"][number]): string =>
  `${meteringPointId}: peak ${highestKw.toFixed(1)} kW (demand charge ${demandCost.toFixed(2)}) · ${carbonKg.toFixed(1)} kg CO₂`;

/** An all-or-nothing payment; why it is let be is a note. */
const eventLine = ({ eventId, floorKw, leastReductionKw, paid, letBe }: EventPlan): string =>
  `event ${eventId}: ${letBe === null ? `taken up, pays ${paid.toFixed(2)}` : "let be, pays nothing"} · at least ${leastReductionKw.toFixed(1)} kW below the baseline in every slot, ${floorKw.toFixed(1)} asked for`;

/** Rules prove nothing: there is no number that no plan can go below. */
const proven = ({ bound, gap }: Proof): string =>
  bound === null || gap === null
    ? "no bound"
    : `no plan is below ${bound.toFixed(6)} (gap ${(100 * Math.max(0, gap)).toFixed(3)} %)`;

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
