import type { ChargingNeeds } from "../../domain/session.js";
import type { InboundContext, InboundHandler } from "../common/codec.js";
import { evseIdAt } from "../common/neutral.js";
import { numberAt, objectAt, type Payload, textAt } from "../wire.js";

const KILO = 1_000;
const PERCENT = 100;

/**
 * NotifyEVChargingNeeds: told to the fleet and answered Accepted; a profile follows from the plan.
 * Never Rejected: on an ISO 15118-20 session the station would end the transaction.
 */
export const notifyEvChargingNeeds: InboundHandler = (payload, { stationId, nowMs, electrics, readTime }) => {
  const evseId = evseIdAt(payload, "evseId");
  const needs = readNeeds(objectAt(payload, "chargingNeeds"), electrics(evseId)?.phases ?? 1, readTime);
  return {
    reports: evseId > 0 ? [{ kind: "needs", stationId, evseId, atMs: nowMs, needs }] : [],
    answer: () => ({ status: "Accepted" }),
  };
};

/**
 * What the car told, from whichever parameter sets are there: ISO 15118-2 AC or DC, ISO 15118-20.
 * The 15118-20 energy requests are relative to the present charge, so that capacity and reserve
 * follow only where the charge itself is known.
 */
export function readNeeds(
  needs: Payload,
  phases: number,
  readTime: InboundContext["readTime"],
): ChargingNeeds {
  const ac = objectAt(needs, "acChargingParameters");
  const dc = objectAt(needs, "dcChargingParameters");
  const v2x = objectAt(needs, "v2xChargingParameters");
  const capacityKwh = kilo(numberAt(dc, "evEnergyCapacity"));
  const soc = numberAt(dc, "stateOfCharge");
  const energyKwh = capacityKwh === null || soc === null ? null : (capacityKwh * soc) / PERCENT;
  const wantedWh =
    numberAt(v2x, "evTargetEnergyRequest") ?? numberAt(ac, "energyAmount") ?? numberAt(dc, "energyAmount");
  const reserveWh = numberAt(v2x, "evMinV2XEnergyRequest") ?? numberAt(v2x, "evMinEnergyRequest");
  const phasesUsed = PHASES[textAt(needs, "requestedEnergyTransfer") ?? ""] ?? phases;
  return {
    departureMs: readTime(textAt(needs, "departureTime")),
    energyNeedKwh: wantedWh === null ? null : Math.max(0, wantedWh / KILO),
    capacityKwh,
    energyKwh,
    maxChargeKw:
      phasePower(v2x, "maxChargePower") ?? kilo(numberAt(dc, "evMaxPower")) ?? acPower(ac, phasesUsed),
    maxDischargeKw: phasePower(v2x, "maxDischargePower"),
    reserveKwh: energyKwh === null || reserveWh === null ? null : Math.max(0, energyKwh + reserveWh / KILO),
  };
}

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
