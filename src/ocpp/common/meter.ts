import { isPowerKw, MOST_EVSE_POWER_KW } from "../../domain/bounds.js";
import type { MeterSample } from "../../domain/fleet.js";
import { type EpochMs, HOUR_MS } from "../../domain/units.js";
import type { QuirkValues } from "../../domain/quirks.js";
import type { EvseElectrics, InboundContext, StationMemory } from "./codec.js";
import type { Payload } from "../wire.js";
import { remember } from "./memory.js";
import { believedTime } from "./time.js";
import { doubted, inWh, type MeterDoubts, type MeterFinding } from "./plausible.js";

/** One sampled value, in base units (W, Wh, A, V, %), free of any OCPP version. */
export interface Sampled {
  readonly measurand: string;
  /** L1, L2, L3 (L1-N and so on are the same here); null: all of them. */
  readonly phase: "L1" | "L2" | "L3" | null;
  readonly value: number;
  /** `Transaction.Begin` and so on; null where none is told. */
  readonly context: string | null;
}

/** What one set of sampled values says; null where it says nothing. */
export interface Reading {
  readonly atMs: EpochMs;
  readonly powerKw: number | null;
  readonly importedWh: number | null;
  readonly exportedWh: number | null;
  readonly socPercent: number | null;
  /** As of `MeterSample`. */
  readonly residualKw?: number;
  /** Told as the state at the beginning of a transaction. */
  readonly opens: boolean;
}

/** A reading as its meter told it. */
export interface ToldReading extends Reading {
  /** No car can have made it. */
  readonly isImpossible?: boolean;
}

/** The newest reading of an EVSE. */
export interface LastReading extends Reading {
  /** Dated by the station's clock as it is, since how far that is off was not known. */
  readonly isByItsClock: boolean;
}

const KILO = 1_000;
/** A register that is older than this says nothing of the present power. */
const OLDEST_REGISTER_MS = HOUR_MS;

/** `L1-N` and `L1` as L1; line-to-line and N as undefined: not summed. */
export function readPhase(text: string | null): Sampled["phase"] | undefined {
  return text === null ? null : PHASES.get(text);
}
const PHASES: ReadonlyMap<string, "L1" | "L2" | "L3"> = new Map([
  ["L1", "L1"],
  ["L2", "L2"],
  ["L3", "L3"],
  ["L1-N", "L1"],
  ["L2-N", "L2"],
  ["L3-N", "L3"],
]);

/** Factor to the base unit; null for a unit of something else. */
export function unitFactor(unit: string | null): number | null {
  return unit === null ? 1 : (FACTORS.get(unit) ?? null);
}
const FACTORS: ReadonlyMap<string, number> = new Map([
  ...["Wh", "W", "A", "V", "Percent", "%"].map((unit) => [unit, 1] as const),
  ...["kWh", "kW", "kV"].map((unit) => [unit, KILO] as const),
]);

/** What can be read of a list of sampled values. */
export function readAll(
  sampledValues: readonly Payload[],
  read: (sampled: Payload) => Sampled | null,
): readonly Sampled[] {
  const values: Sampled[] = [];
  for (const sampled of sampledValues) {
    const value = read(sampled);
    if (value !== null) values.push(value);
  }
  return values;
}

/** Puts the sampled values of one moment together. */
export function toReading(
  atMs: EpochMs,
  sampled: readonly Sampled[],
  electrics: EvseElectrics | null,
): Reading {
  const values = sampled.filter(({ value }) => Number.isFinite(value));
  const watts = activePower(values) ?? apparentPower(values, electrics);
  return withResidual(total(values, "Power.Active.Residual"), {
    atMs,
    powerKw: watts === null ? null : bounded(watts / KILO),
    importedWh: total(values, "Energy.Active.Import.Register"),
    exportedWh: total(values, "Energy.Active.Export.Register"),
    socPercent: percent(total(values, "SoC")),
    opens: values.length > 0 && values.every(({ context }) => context === "Transaction.Begin"),
  });
}

const withResidual = (watts: number | null, reading: Reading): Reading =>
  watts === null || !isPowerKw(watts / KILO) ? reading : { ...reading, residualKw: watts / KILO };

/** The unphased value, or the sum over the phases; null when there is neither. */
function total(values: readonly Sampled[], measurand: string): number | null {
  let sum: number | null = null;
  for (const sampled of values) {
    if (sampled.measurand !== measurand) continue;
    if (sampled.phase === null) return sampled.value;
    sum = (sum ?? 0) + sampled.value;
  }
  return sum;
}

const percent = (value: number | null): number | null =>
  value !== null && value >= 0 && value <= 100 ? value : null;

/** Import − export; stations that write export as a negative number are read alike. */
function activePower(values: readonly Sampled[]): number | null {
  const imported = total(values, "Power.Active.Import");
  const exported = total(values, "Power.Active.Export");
  if (imported === null && exported === null) return null;
  return (imported ?? 0) - Math.abs(exported ?? 0);
}

/** Current × voltage where no power is told; an unphased current flows in every phase. */
function apparentPower(values: readonly Sampled[], electrics: EvseElectrics | null): number | null {
  const currents = values.filter((value) => value.measurand === "Current.Import");
  const volts = values.filter((value) => value.measurand === "Voltage");
  const voltageAt = (phase: string | null): number | null =>
    (volts.find((value) => value.phase === phase) ?? volts[0])?.value ?? electrics?.voltageV ?? null;
  const phased = currents.filter((value) => value.phase !== null);
  const counted = phased.length > 0 ? phased : currents.slice(0, 1);
  const phases = phased.length > 0 ? 1 : (electrics?.phases ?? 1);
  let watts: number | null = null;
  for (const { value, phase } of counted) {
    const voltageV = voltageAt(phase);
    if (voltageV !== null) watts = (watts ?? 0) + value * voltageV * phases;
  }
  return watts;
}

type MeterContext = Pick<InboundContext, "memory" | "electrics" | "meterQuirks" | "found">;

/**
 * The reading as a sample, null when it says nothing of energy, power or charge. Where no power is
 * told it is the mean since the EVSE's last register; 0 for a first register.
 */
export function toSample(told: Reading, evseId: number, context: MeterContext): MeterSample | null {
  const { memory, electrics } = context;
  const { values: found, isImpossible } = doubt(told, evseId, context);
  const reading = isImpossible
    ? { ...told, importedWh: null, exportedWh: null }
    : inWh(told, found.registerFactor ?? 1);
  const powerFrom = found.powerFrom ?? context.meterQuirks?.powerFrom;
  const { atMs, importedWh, exportedWh, socPercent } = reading;
  const isSilent = importedWh === null && exportedWh === null && socPercent === null;
  if (reading.powerKw === null && isSilent && !isImpossible) return null;
  const last = memory.lastReading.get(evseId) ?? null;
  const powerKw =
    (powerFrom === "register" && importedWh !== null ? null : reading.powerKw) ??
    possible(meanPower(last, reading), electrics(evseId)) ??
    last?.powerKw ??
    0;
  const isByItsClock = memory.clock.aheadMs === 0;
  if (!last || atMs >= last.atMs) remember(memory.lastReading, evseId, { ...reading, powerKw, isByItsClock });
  const registers = { importedWh: told.importedWh, exportedWh: told.exportedWh };
  const sample = {
    atMs,
    powerKw,
    importedWh,
    exportedWh,
    socPercent,
    ...(isImpossible ? { unbelieved: registers } : {}),
  };
  return reading.residualKw === undefined ? sample : { ...sample, residualKw: reading.residualKw };
}

/**
 * By another clock than was thought, what was read before was read at other times: else a span between two is
 * no span. What was so far off that it was not believed is dated by our clock already, and so is what was read
 * while the clock was known, whatever came between.
 */
export const redate = ({ lastReading }: StationMemory, byMs: number): void => {
  if (believedTime(-byMs, 0) !== -byMs) return;
  for (const [evseId, reading] of lastReading)
    if (reading.isByItsClock)
      lastReading.set(evseId, { ...reading, atMs: reading.atMs + byMs, isByItsClock: false });
};

interface Judged {
  /** How it is read from now on, where that is found. */
  readonly values: QuirkValues;
  /** Its energy cannot be, and is not explained. */
  readonly isImpossible: boolean;
}

/** Holds what a meter tells against what it told before. */
function doubt(told: Reading, evseId: number, { memory, electrics, found }: MeterContext): Judged {
  const from = memory.toldReading.get(evseId) ?? null;
  const before = memory.meterDoubts.get(evseId) ?? NO_DOUBTS;
  const after = doubted(before, { from, to: told, electrics: electrics(evseId) });
  const values = valuesOf(after.found);
  const isImpossible = (after.isImpossible || stands(from, told)) && values.registerFactor === undefined;
  if (after.isBase || after.found.length > 0)
    remember(memory.toldReading, evseId, { ...inWh(told, values.registerFactor ?? 1), isImpossible });
  if (after.doubts !== before) remember(memory.meterDoubts, evseId, after.doubts);
  for (const finding of after.found) found?.(finding, evseId);
  return { values, isImpossible };
}

/** A register that stands where it cannot have come to is no more to be believed than when it came there. */
const stands = (from: ToldReading | null, { importedWh }: Reading): boolean =>
  from?.isImpossible === true && importedWh !== null && importedWh === from.importedWh;

const NO_DOUBTS: MeterDoubts = {};
const NO_VALUES: QuirkValues = {};

const valuesOf = (found: readonly MeterFinding[]): QuirkValues =>
  found.length === 0 ? NO_VALUES : Object.assign({}, ...found.map(({ values }) => values ?? {}));

/** The power, or null for one that no station has. */
const bounded = (powerKw: number | null): number | null =>
  powerKw !== null && isPowerKw(powerKw) ? powerKw : null;

/** Derived from registers: of an EVSE beyond its rating one of them is broken, or its time. */
const possible = (powerKw: number | null, electrics: EvseElectrics | null): number | null =>
  powerKw !== null && Math.abs(powerKw) <= BEYOND_RATING * (electrics?.ratedKw ?? MOST_EVSE_POWER_KW)
    ? powerKw
    : null;
/** Times are told in whole seconds, registers in steps: a mean over a short span overshoots. */
const BEYOND_RATING = 1.5;

function meanPower(from: Reading | null, to: Reading): number | null {
  if (!from || from.importedWh === null || to.importedWh === null) return null;
  const spanMs = to.atMs - from.atMs;
  if (spanMs <= 0 || spanMs > OLDEST_REGISTER_MS) return null;
  const wh = to.importedWh - from.importedWh - ((to.exportedWh ?? 0) - (from.exportedWh ?? 0));
  return wh / KILO / (spanMs / HOUR_MS);
}
