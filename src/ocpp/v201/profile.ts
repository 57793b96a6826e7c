import { phasesOf, profileWriter } from "../v2x/profile.js";

/** 2.0.1 knows limits only; a setpoint cannot be said. */
export const writeProfile = profileWriter({
  purposes: new Set(["session", "default"]),
  period: ({ startPeriod, mode, value }, { phases }) =>
    mode === "setpoint" ? null : { startPeriod, limit: value, ...phasesOf(phases) },
  extra: () => ({}),
});
