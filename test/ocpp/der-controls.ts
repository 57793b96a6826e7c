import type { DerControlType } from "../../src/domain/commands/grid-control.js";

const AT = { startTime: "2026-11-30T12:00:00Z", duration: 900 };

/** A curve through some points of x and y. */
const curve = (yUnit: string, ...points: readonly (readonly [x: number, y: number])[]) => ({
  priority: 1,
  yUnit,
  curveData: points.map(([x, y]) => ({ x, y })),
});
/** Frequencies (Hz) or voltages (%) beyond which a station must, or may, trip after so many seconds. */
const trip = (...points: readonly (readonly [x: number, seconds: number])[]) =>
  curve("Not_Applicable", ...points);

/** Of every kind of DER control of OCPP 2.1 one, as a grid code may ask for it; a default has no time. */
const PARAMETERS: Readonly<Record<DerControlType, object>> = {
  EnterService: { priority: 1, highVoltage: 110, lowVoltage: 90, highFreq: 51, lowFreq: 49, delay: 300 },
  FreqDroop: {
    priority: 1,
    overFreq: 50.2,
    underFreq: 49.8,
    overDroop: 5,
    underDroop: 5,
    responseTime: 2,
    ...AT,
  },
  FreqWatt: {
    ...curve("PctMaxW", [50.2, 100], [51.5, 0]),
    hysteresis: { hysteresisHigh: 50.1, hysteresisDelay: 300 },
    ...AT,
  },
  FixedPFAbsorb: { priority: 2, displacement: 0.95, excitation: false, ...AT },
  FixedPFInject: { priority: 2, displacement: 0.95, excitation: true, ...AT },
  FixedVar: { priority: 2, setpoint: -30, unit: "PctMaxVar", ...AT },
  Gradients: { priority: 1, gradient: 20, softGradient: 2 },
  HFMustTrip: trip([51.5, 0.2]),
  HFMayTrip: trip([51, 10], [51.5, 0.2]),
  HVMustTrip: { ...trip([120, 0.16], [110, 1]), voltageParams: { hv10MinMeanValue: 110 } },
  HVMomCess: { ...trip([110, 1]), voltageParams: { powerDuringCessation: "Reactive" } },
  HVMayTrip: trip([115, 0.5]),
  LimitMaxDischarge: { priority: 0, pctMaxDischargePower: 60, ...AT },
  LFMustTrip: trip([47.5, 0.2]),
  LVMustTrip: trip([50, 0.16], [88, 2]),
  LVMomCess: trip([50, 1]),
  LVMayTrip: trip([70, 0.5]),
  PowerMonitoringMustTrip: trip([105, 5]),
  VoltVar: {
    ...curve("PctMaxVar", [92, 44], [98, 0], [102, 0], [108, -44]),
    responseTime: 5,
    reactivePowerParams: { vRef: 100, autonomousVRefEnable: true, autonomousVRefTimeConstant: 300 },
    ...AT,
  },
  VoltWatt: { ...curve("PctMaxW", [106, 100], [110, 20]), responseTime: 10, ...AT },
  WattPF: curve("Not_Applicable", [50, 1], [100, 0.95]),
  WattVar: curve("PctMaxVar", [50, 0], [100, -44]),
};

const TYPES = Object.keys(PARAMETERS) as DerControlType[];

export const DER_CONTROLS = TYPES.map((controlType) => {
  const parameters: Readonly<Record<string, unknown>> = { ...PARAMETERS[controlType] };
  return { controlType, isDefault: !("startTime" in parameters), parameters };
});
