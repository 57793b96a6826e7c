import type { AskedCommand } from "../domain/command.js";
import type { FleetEvent, OutsideLimit } from "../domain/fleet.js";
import type { StationConfig } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";

const numberIn = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

/** What a control that an operator set leaves of a station's discharge; null: nothing that we could count. */
const limitOf = (
  station: StationConfig,
  command: Extract<AskedCommand, { kind: "set-der-control" }>,
  nowMs: EpochMs,
): OutsideLimit | null => {
  const { controlType, parameters, controlId, isDefault } = command;
  const percent = numberIn(parameters["pctMaxDischargePower"]);
  if (controlType !== "LimitMaxDischarge" || percent === null) return null;
  const ratedKw = station.evses.reduce((total, { maxDischargeKw }) => total + maxDischargeKw, 0);
  const startTime = parameters["startTime"];
  const startMs = typeof startTime === "string" ? Date.parse(startTime) : nowMs;
  const durationS = isDefault ? null : numberIn(parameters["duration"]);
  if (Number.isNaN(startMs)) return null;
  const steps = [{ startMs, chargeKw: null, dischargeKw: (Math.max(0, percent) / 100) * ratedKw }];
  const endMs = durationS === null ? null : startMs + durationS * SECOND_MS;
  return { evseId: 0, source: controlId, steps, endMs, sinceMs: nowMs };
};

/**
 * What a control means for the plan that a station accepted from an operator: a limit of discharge is counted
 * from its start to its end, and a cleared one no more.
 */
export const limitsAfter = (station: StationConfig, command: AskedCommand, nowMs: EpochMs): FleetEvent[] => {
  const at = { stationId: station.id, atMs: nowMs };
  if (command.kind === "clear-der-control" && command.controlId !== null) {
    const limited = { evseId: null, source: command.controlId };
    return [{ kind: "outside-limit-cleared", ...at, limited }];
  }
  if (command.kind !== "set-der-control") return [];
  const limit = limitOf(station, command, nowMs);
  return limit === null ? [] : [{ kind: "outside-limit", ...at, limit }];
};
