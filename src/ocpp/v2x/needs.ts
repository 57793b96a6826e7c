import type { ChargingNeeds } from "../../domain/session.js";
import type { InboundContext, InboundHandler } from "../common/codec.js";
import { evseIdAt, idAt } from "../common/neutral.js";
import { numberAt, objectAt, type Payload, textAt } from "../wire.js";

const KILO = 1_000;
const PERCENT = 100;

/**
 * NotifyEVChargingNeeds: told to the fleet and answered Accepted; a profile follows from the plan.
 * Never Rejected: on an ISO 15118-20 session the station would end the transaction.
 */
export const notifyEvChargingNeeds: InboundHandler = (payload, { stationId, nowMs, electrics, readTime }) => {
  const evseId = evseIdAt(payload, "evseId");
  const told = readNeeds(objectAt(payload, "chargingNeeds"), electrics(evseId)?.phases ?? 1, readTime);
  const maxPeriods = idAt(payload, "maxScheduleTuples") ?? 0;
  const needs = maxPeriods > 0 ? { ...told, maxPeriods } : told;
  return {
    reports: evseId > 0 ? [{ kind: "needs", stationId, evseId, atMs: nowMs, needs }] : [],
    answer: () => ({ status: "Accepted" }),
  };
};

/**
 * What the car told, from whichever parameter sets are there: ISO 15118-2 AC or DC, ISO 15118-20.
 * The 15118-20 energy requests are relative to the present charge: beside a battery's size and charge they
 * say what is to be kept of it, alone they are the window within which the car may be charged and discharged.
 */
export function readNeeds(
  needs: Payload,
  phases: number,
  readTime: InboundContext["readTime"],
): ChargingNeeds {
  const ac = objectAt(needs, "acChargingParameters");
  const dc = objectAt(needs, "dcChargingParameters");
  const v2x = objectAt(needs, "v2xChargingParameters");
  const battery = toldBattery(dc) ?? toldWindow(v2x);
  const reserveWh = numberAt(v2x, "evMinV2XEnergyRequest") ?? numberAt(v2x, "evMinEnergyRequest");
  const phasesUsed = PHASES[textAt(needs, "requestedEnergyTransfer") ?? ""] ?? phases;
  const transfers = transfersIn(needs);
  return {
    departureMs: readTime(textAt(needs, "departureTime")),
    energyNeedKwh: wantedKwh({ ac, dc, v2x }),
    capacityKwh: battery?.capacityKwh ?? kilo(numberAt(dc, "evEnergyCapacity")),
    energyKwh: battery?.energyKwh ?? null,
    maxChargeKw:
      phasePower(v2x, "maxChargePower") ?? kilo(numberAt(dc, "evMaxPower")) ?? acPower(ac, phasesUsed),
    maxDischargeKw: phasePower(v2x, "maxDischargePower"),
    reserveKwh:
      battery === null || reserveWh === null ? null : Math.max(0, battery.energyKwh + reserveWh / KILO),
    ...(battery?.isWindow === true ? { isWindow: true } : {}),
    ...(transfers.length === 0 ? {} : { transfers }),
  };
}

type Parameters = Readonly<Record<"ac" | "dc" | "v2x", Payload>>;

/** From plug-in on: as the car asked, or up to the share of its battery that it wants. */
function wantedKwh({ ac, dc, v2x }: Parameters): number | null {
  const wantedWh =
    numberAt(v2x, "evTargetEnergyRequest") ?? numberAt(ac, "energyAmount") ?? numberAt(dc, "energyAmount");
  if (wantedWh !== null) return Math.max(0, wantedWh / KILO);
  const battery = toldBattery(dc);
  const targetSoc = numberAt(v2x, "targetSoC");
  if (battery === null || targetSoc === null) return null;
  return Math.max(0, (battery.capacityKwh * Math.min(PERCENT, targetSoc)) / PERCENT - battery.energyKwh);
}

interface ToldBattery {
  readonly capacityKwh: number;
  readonly energyKwh: number;
  readonly isWindow: boolean;
}

function toldBattery(dc: Payload): ToldBattery | null {
  const capacityKwh = kilo(numberAt(dc, "evEnergyCapacity"));
  const soc = numberAt(dc, "stateOfCharge");
  if (capacityKwh === null || soc === null) return null;
  return { capacityKwh, energyKwh: (capacityKwh * soc) / PERCENT, isWindow: false };
}

/** From the lowest charge that the car allows to the highest; what it does not say counts as the present charge. */
function toldWindow(v2x: Payload): ToldBattery | null {
  const highWh = Math.max(
    ...["evMaxEnergyRequest", "evMaxV2XEnergyRequest", "evTargetEnergyRequest"].map(
      (key) => numberAt(v2x, key) ?? -Infinity,
    ),
  );
  if (!Number.isFinite(highWh) || highWh < 0) return null;
  const lowWh = Math.min(
    0,
    ...["evMinEnergyRequest", "evMinV2XEnergyRequest"].map((key) => numberAt(v2x, key) ?? 0),
  );
  return { capacityKwh: (highWh - lowWh) / KILO, energyKwh: Math.abs(lowWh) / KILO, isWindow: true };
}

/** The transfer that the car asks for, then the others that it can. */
function transfersIn(needs: Payload): string[] {
  const available = needs["availableEnergyTransfer"];
  const named = [needs["requestedEnergyTransfer"], ...(Array.isArray(available) ? available : [])];
  return [...new Set(named.filter((one): one is string => typeof one === "string"))].slice(0, MOST_TRANSFERS);
}
/** OCPP 2.1 knows eleven. */
const MOST_TRANSFERS = 16;

const kilo = (value: number | null): number | null => (value === null ? null : value / KILO);

/** The field is the sum of all phases, unless L2 or L3 stand beside it. */
function phasePower(from: Payload, key: string): number | null {
  const first = numberAt(from, key);
  if (first === null) return null;
  const others = (numberAt(from, `${key}_L2`) ?? 0) + (numberAt(from, `${key}_L3`) ?? 0);
  return Math.abs(first + others) / KILO;
}

/** Current is per phase; the car's highest voltage is its rating, not the grid's, so 230 V caps it. */
function acPower(ac: Payload, phases: number): number | null {
  const currentA = numberAt(ac, "evMaxCurrent");
  if (currentA === null) return null;
  const voltageV = Math.min(numberAt(ac, "evMaxVoltage") || NOMINAL_V, NOMINAL_V);
  return (currentA * voltageV * phases) / KILO;
}
const NOMINAL_V = 230;
/** Phases that a car asks for; the EVSE's own in any other transfer. */
const PHASES: Readonly<Record<string, number>> = { AC_single_phase: 1, AC_two_phase: 2 };
