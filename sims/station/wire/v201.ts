import { carAmpsOf, transferOf } from "../needs.js";
import { isoTime } from "./words.js";
import { words2x } from "./v2x.js";

/** OCPP 2.0.1: limits only, the meter counts export too where it can give back, needs of ISO 15118-2. */
export const v201 = words2x({
  subprotocol: "ocpp2.0.1",
  handlers: {},
  sampledValues: (reading, context) => [
    { value: reading.powerW, measurand: "Power.Active.Import", context, unitOfMeasure: { unit: "W" } },
    {
      value: reading.importedWh,
      measurand: "Energy.Active.Import.Register",
      context,
      unitOfMeasure: { unit: "Wh" },
    },
    ...(reading.socPercent === null
      ? []
      : [
          {
            value: reading.exportedWh,
            measurand: "Energy.Active.Export.Register",
            context,
            unitOfMeasure: { unit: "Wh" },
          },
        ]),
  ],
  chargingNeeds: ({ needs, phases }, { spec }) => ({
    requestedEnergyTransfer: transferOf(phases),
    ...(needs.departureMs === null ? {} : { departureTime: isoTime(needs.departureMs) }),
    acChargingParameters: {
      energyAmount: Math.round((needs.energyNeedKwh ?? 0) * 1000),
      evMinCurrent: spec.evse.minA,
      evMaxCurrent: carAmpsOf(needs, spec.evse, phases),
      evMaxVoltage: spec.evse.voltageV,
    },
  }),
  priority: () => null,
  compositePeriod: ({ startPeriod, value }, numberPhases) => ({ startPeriod, limit: value, numberPhases }),
});
