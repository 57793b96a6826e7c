import { phasesOf, profileWriter } from "../v2x/profile.js";

/** 2.0.1 knows limits only; a setpoint cannot be said, but as a limit below zero where that was seen to work. */
export const writeProfile = profileWriter({
  purposes: new Set(["session", "default", "cap"]),
  period: ({ startPeriod, mode, value, phases }, { dischargeBy }, options) =>
    mode === "setpoint" && dischargeBy === undefined
      ? null
      : { startPeriod, limit: value, ...phasesOf(phases, options) },
  extra: () => ({}),
});
