import { type Abilities, DEFAULT_CAPABILITIES, type WireCall } from "../common/codec.js";
import { listAt, type Payload, textAt } from "../wire.js";

const RATE_UNIT = "ChargingScheduleAllowedChargingRateUnit";
const MAX_PERIODS = "ChargingScheduleMaxPeriods";
const MAX_STACK_LEVEL = "ChargeProfileMaxStackLevel";
const SAMPLED = "MeterValueSampleInterval";
const ALIGNED = "ClockAlignedDataInterval";
const SWITCHES = "ConnectorSwitch3to1PhaseSupported";

export const abilityQuestions: readonly WireCall[] = [
  {
    action: "GetConfiguration",
    payload: { key: [RATE_UNIT, MAX_PERIODS, MAX_STACK_LEVEL, SAMPLED, ALIGNED, SWITCHES] },
  },
];

/** Amperes unless only power is allowed: watts on AC are ambiguous between makers. */
export function readAbilities(answers: readonly (Payload | null)[]): Abilities {
  const told = new Map<string, string>();
  for (const key of listAt(answers[0] ?? {}, "configurationKey"))
    told.set(textAt(key, "key") ?? "", textAt(key, "value") ?? "");
  const units = told.get(RATE_UNIT) ?? "";
  const watts = /power|w/i.test(units) && !/current|a\b/i.test(units);
  return {
    capabilities: {
      rateUnit: watts ? "W" : DEFAULT_CAPABILITIES.rateUnit,
      maxPeriods: whole(told.get(MAX_PERIODS), 1) ?? DEFAULT_CAPABILITIES.maxPeriods,
      maxStackLevel: whole(told.get(MAX_STACK_LEVEL), 0) ?? DEFAULT_CAPABILITIES.maxStackLevel,
      dischargeSetpoint: false,
      ...(/^true$/i.test(told.get(SWITCHES) ?? "") ? { switchesPhases: true } : {}),
    },
    maxExternalConstraintsId: null,
    maxOfflineDuration: false,
    silentMeter: whole(told.get(SAMPLED), 0) === 0 && (whole(told.get(ALIGNED), 0) ?? 0) === 0,
  };
}

function whole(text: string | undefined, least: number): number | null {
  const number = Number(text);
  return text && Number.isInteger(number) && number >= least ? number : null;
}
