import type { ChargingNeeds } from "../../../src/domain/session.js";
import type { EvseConfig } from "../../../src/domain/site.js";
import { carAmpsOf, transferOf } from "../needs.js";
import { tariffHandlers } from "./tariffs.js";
import { gridHandlers } from "./grid21.js";
import { words2x } from "./v2x.js";
import { type Handler, type Payload, type Words, isoTime, numberOf, objectOf } from "./words.js";

const wattHours = (kwh: number): number => Math.round(kwh * 1000);

/**
 * A bidirectional car tells its limits and energies as in ISO 15118-20, relative to the present charge,
 * and size and charge of its battery, without which nobody could plan for it.
 */
const bidirectional = (needs: ChargingNeeds, evse: EvseConfig): Payload => {
  const { capacityKwh, energyKwh, reserveKwh } = needs;
  const present = energyKwh ?? 0;
  const capacity = capacityKwh ?? 0;
  return {
    requestedEnergyTransfer: "AC_BPT",
    v2xChargingParameters: {
      minChargePower: evse.minA * evse.voltageV * evse.phases,
      maxChargePower: wattHours(needs.maxChargeKw ?? 0),
      minDischargePower: 0,
      maxDischargePower: wattHours(needs.maxDischargeKw ?? 0),
      evTargetEnergyRequest: wattHours(needs.energyNeedKwh ?? 0),
      evMaxEnergyRequest: wattHours(capacity - present),
      evMinV2XEnergyRequest: wattHours((reserveKwh ?? 0) - present),
      evMaxV2XEnergyRequest: wattHours(capacity - present),
    },
    dcChargingParameters: {
      evMaxCurrent: evse.maxA,
      evMaxVoltage: evse.voltageV,
      evEnergyCapacity: wattHours(capacity),
      stateOfCharge: Math.round((100 * present) / capacity),
    },
  };
};

const oneWay = (needs: ChargingNeeds, evse: EvseConfig, phases: 1 | 3): Payload => ({
  requestedEnergyTransfer: transferOf(phases),
  acChargingParameters: {
    energyAmount: wattHours(needs.energyNeedKwh ?? 0),
    evMinCurrent: evse.minA,
    evMaxCurrent: carAmpsOf(needs, evse, phases),
    evMaxVoltage: evse.voltageV,
  },
});

const shared = words2x({
  subprotocol: "ocpp2.1",
  handlers: tariffHandlers,
  sampledValues: (reading, context) => {
    const value = (measurand: string, amount: number, unit: string): Payload => ({
      value: amount,
      measurand,
      context,
      unitOfMeasure: { unit },
    });
    return [
      value("Power.Active.Import", Math.max(0, reading.powerW), "W"),
      value("Power.Active.Export", Math.max(0, -reading.powerW), "W"),
      value("Energy.Active.Import.Register", reading.importedWh, "Wh"),
      value("Energy.Active.Export.Register", reading.exportedWh, "Wh"),
      ...(reading.socPercent === null ? [] : [value("SoC", reading.socPercent, "Percent")]),
    ];
  },
  chargingNeeds: ({ needs, phases }, { spec }) => ({
    ...(needs.departureMs === null ? {} : { departureTime: isoTime(needs.departureMs) }),
    ...(needs.capacityKwh === null ? oneWay(needs, spec.evse, phases) : bidirectional(needs, spec.evse)),
  }),
  priority: ({ localId, active }) => ({
    action: "NotifyPriorityCharging",
    payload: { transactionId: localId, activated: active },
  }),
  compositePeriod: ({ startPeriod, value }, numberPhases) =>
    value < 0
      ? { startPeriod, operationMode: "CentralSetpoint", setpoint: value }
      : { startPeriod, operationMode: "ChargingOnly", limit: value, numberPhases },
});

/** A new value of a dynamic profile, from which its dead-man's switch counts anew. */
const updateDynamicSchedule: Handler = ({ chargingProfileId, scheduleUpdate }, { operations }) => {
  const { setpoint, limit } = objectOf(scheduleUpdate);
  const value = numberOf(setpoint) ?? numberOf(limit);
  const known = value !== null && operations.update(numberOf(chargingProfileId) ?? -1, value);
  return { status: known ? "Accepted" : "Rejected" };
};

const usePriorityCharging: Handler = ({ activate, transactionId }, { operations }) => {
  const { transaction, profiles } = operations.model();
  if (transaction?.localId !== transactionId) return { status: "Rejected" };
  if (!profiles.some(({ purpose }) => purpose === "priority")) return { status: "NoProfile" };
  return { status: operations.usePriority(activate === true) ? "Accepted" : "Rejected" };
};

/** OCPP 2.1: signed setpoints, a meter of both directions, the car's state of charge, corrections, priority. */
export const v21: Words = {
  ...shared,
  handlers: {
    ...shared.handlers,
    UpdateDynamicSchedule: updateDynamicSchedule,
    UsePriorityCharging: usePriorityCharging,
    ...gridHandlers,
  },
};
