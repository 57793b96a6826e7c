import type { OcppVersion } from "../../src/domain/fleet.js";
import type { EvseConfig } from "../../src/domain/site.js";
import { type EpochMs, HOUR_MS, hours } from "../../src/domain/units.js";
import { advanceBattery, hoursToJump, portPowerKw } from "../world/battery.js";
import type { Car } from "../world/visit.js";
import type { StationFaultName } from "./faults/index.js";
import type { ConnectorState } from "./messages.js";
import { type Allowed, type HeldPeriod, type HeldProfile, allowedAt } from "./profiles.js";

/**
 * A charging station with one EVSE as plain data. Everything is of the moment `atMs`; `advance` lets
 * time pass exactly, whatever the number of steps it is cut into.
 */
export interface StationModel {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly evse: EvseConfig;
  readonly atMs: EpochMs;
  /** Registers since the station was made, exact; what is told is rounded to whole Wh. */
  readonly importedWh: number;
  readonly exportedWh: number;
  readonly car: Car | null;
  readonly transaction: Transaction | null;
  readonly profiles: readonly HeldProfile[];
  readonly offlineSinceMs: EpochMs | null;
  /** State of the connector as last told. */
  readonly toldState: ConnectorState;
  /** A fault: profiles are accepted, and the power stays what it was; kW wanted of the car. */
  readonly stuckAtKw: number | null;
  /** Whether transactions may begin; one that runs goes on. */
  readonly operative: boolean;
  /** A fault: null: it has none; else whether its car sleeps, since it was paused at nothing. */
  readonly asleep: boolean | null;
  /** It charges on as many phases as it is told, and the least that flows is of those. */
  readonly switches: boolean;
  /** A fault: it holds profiles as any other does, and draws what its car likes. */
  readonly ignores: boolean;
  /** The driver of the running transaction pressed for priority charging. */
  readonly hasPriority: boolean;
}

interface Transaction {
  readonly localId: string;
  readonly idToken: string;
  readonly startedMs: EpochMs;
  readonly nextSeqNo: number;
  /** Register at its start. */
  readonly startWh: number;
}

export const newStation = ({
  stationId,
  version,
  evse,
  atMs,
  sleeps = false,
  switches = false,
  ignores = false,
}: NewStation): StationModel => ({
  stationId,
  version,
  evse,
  atMs,
  importedWh: 0,
  exportedWh: 0,
  car: null,
  transaction: null,
  profiles: [],
  offlineSinceMs: atMs,
  toldState: "Available",
  stuckAtKw: null,
  operative: true,
  asleep: sleeps ? false : null,
  hasPriority: false,
  switches,
  ignores,
});

export interface NewStation {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly evse: EvseConfig;
  readonly atMs: EpochMs;
  /** What is wrong with it, by name; over a wire. */
  readonly faults?: readonly StationFaultName[];
  /** Its cars take nothing more once they were paused at nothing. */
  readonly sleeps?: boolean;
  /** It switches its phases. */
  readonly switches?: boolean;
  /** It holds profiles and does not follow them. */
  readonly ignores?: boolean;
}

/** Whether car and station can both give back. */
export const canDischarge = ({ evse, car }: StationModel): boolean =>
  evse.maxDischargeKw > 0 && car !== null && car.maxDischargeKw > 0;

/** Phases on which the car draws, or would. */
export const phasesUsed = ({ evse, car }: StationModel): 1 | 3 =>
  evse.phases === 3 && car?.phases !== 1 ? 3 : 1;

/** kW on the phases in use that a current per phase gives at nominal voltage. */
const currentKw = (model: StationModel, amps: number, phases: number): number =>
  (amps * model.evse.voltageV * phases) / 1000;

/** Signed power that a period stands for at this station with this car, kW. */
const periodKw = (model: StationModel, period: HeldPeriod): number =>
  period.unit === "W"
    ? period.value / 1000
    : currentKw(model, period.value, Math.min(phasesUsed(model), period.phases ?? 3));

/** What the profiles in force offer (≥ 0) or ask for (< 0), before the car is asked, kW. */
export const offeredKw = (model: StationModel, allowed: Allowed): number => {
  const { evse } = model;
  const ratedKw = currentKw(model, evse.maxA, phasesUsed(model));
  const capKw = Math.min(ratedKw, allowed.maximum === null ? Infinity : periodKw(model, allowed.maximum));
  if (allowed.period === null) return atLeastMinimum(model, capKw);
  const wanted = periodKw(model, allowed.period);
  if (wanted >= 0) return atLeastMinimum(model, Math.min(capKw, wanted), phasesOf(model, allowed.period));
  if (allowed.period.mode === "limit" || !canDischarge(model)) return 0;
  return -Math.min(-wanted, evse.maxDischargeKw, model.car?.maxDischargeKw ?? 0);
};

/** Below the minimum current nothing flows (IEC 61851: 6 A). */
const atLeastMinimum = (model: StationModel, powerKw: number, phases: number = phasesUsed(model)): number =>
  powerKw < currentKw(model, model.evse.minA, phases) - 1e-9 ? 0 : powerKw;

/** Phases that a period leaves: those of the car, where the station does not switch. */
const phasesOf = (model: StationModel, { phases }: HeldPeriod): number =>
  model.switches ? Math.min(phasesUsed(model), phases ?? 3) : phasesUsed(model);

const allowedNow = (model: StationModel): Allowed =>
  allowedAt(
    model.profiles,
    {
      evseId: model.evse.evseId,
      transactionStartMs: model.transaction?.startedMs ?? null,
      offlineSinceMs: model.offlineSinceMs,
      hasPriority: model.hasPriority,
    },
    model.atMs,
  );

/** As where no profile was ever told; yet what was told changes at its own times. */
const unheeded = ({ untilMs }: Allowed): Allowed => ({ period: null, maximum: null, untilMs });

interface Wanted {
  readonly wantedKw: number;
  readonly untilMs: EpochMs;
}

const NOTHING: Wanted = { wantedKw: 0, untilMs: Infinity };

/** Models never change, so what follows from one is worked out once. */
const known = new WeakMap<StationModel, Wanted>();

/** What is wanted of the car now and until when that holds; 0 without car or transaction. */
export const wantedNow = (model: StationModel): Wanted => {
  const before = known.get(model);
  if (before !== undefined) return before;
  const wanted = workOutWanted(model);
  known.set(model, wanted);
  return wanted;
};

const workOutWanted = (model: StationModel): Wanted => {
  if (model.car === null || model.transaction === null) return NOTHING;
  if (model.asleep === true) return NOTHING;
  if (model.stuckAtKw !== null) return { wantedKw: model.stuckAtKw, untilMs: Infinity };
  const told = allowedNow(model);
  const allowed = model.ignores ? unheeded(told) : told;
  return {
    wantedKw: Math.min(offeredKw(model, allowed), model.car.maxChargeKw),
    untilMs: told.untilMs,
  };
};

/** Signed power at the port if it followed what it holds, kW: what it draws besides is its own. */
export const toldKw = (model: StationModel): number =>
  powerKw(model.ignores || model.stuckAtKw !== null ? { ...model, ignores: false, stuckAtKw: null } : model);

/** Signed power at the port now, kW. */
export const powerKw = (model: StationModel): number =>
  model.car === null ? 0 : portPowerKw(model.car.battery, wantedNow(model).wantedKw);

/** When power will next jump without anybody doing anything; Infinity when it will not. */
export const nextJumpMs = (model: StationModel): EpochMs => {
  if (model.car === null || model.transaction === null) return Infinity;
  const { wantedKw, untilMs } = wantedNow(model);
  const jump = hoursToJump(model.car.battery, wantedKw);
  const jumpMs = jump === Infinity ? Infinity : Math.ceil(model.atMs + jump * HOUR_MS);
  return Math.max(model.atMs + 1, Math.min(untilMs, jumpMs));
};

/** Lets time pass until `toMs`. */
export const advance = (model: StationModel, toMs: EpochMs): StationModel => {
  let now = model;
  while (now.atMs < toMs) {
    const { wantedKw, untilMs } = wantedNow(now);
    now = advanceWithin(now, wantedKw, Math.min(toMs, untilMs));
  }
  return now;
};

/** A car that has charged and is then told to wait at nothing. */
const slept = (model: StationModel): StationModel =>
  model.asleep !== false || model.transaction === null || model.importedWh === model.transaction.startWh
    ? model
    : { ...model, asleep: true };

const advanceWithin = (model: StationModel, wantedKw: number, toMs: EpochMs): StationModel => {
  if (model.car === null || wantedKw === 0) return slept({ ...model, atMs: toMs });
  const step = advanceBattery(model.car.battery, wantedKw, hours(toMs - model.atMs));
  return {
    ...model,
    atMs: toMs,
    car: { ...model.car, battery: step.battery },
    importedWh: model.importedWh + step.importedKwh * 1000,
    exportedWh: model.exportedWh + step.exportedKwh * 1000,
  };
};
