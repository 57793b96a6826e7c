import type { CompositePeriod } from "../../src/domain/command.js";
import type { EpochMs } from "../../src/domain/units.js";
import { type StationModel, offeredKw } from "./model.js";
import { type Allowed, allowedAt } from "./profiles.js";

const MAX_PERIODS = 1_000;

/** Power that the held profiles allow from now on for a span: one entry per change. */
export const compositeOf = (model: StationModel, nowMs: EpochMs, durationS: number): CompositePeriod[] => {
  const endMs = nowMs + durationS * 1000;
  const periods: CompositePeriod[] = [];
  let atMs = nowMs;
  while (atMs < endMs && periods.length < MAX_PERIODS) {
    const allowed = at(model, atMs);
    const powerKw = offeredKw(model, allowed);
    if (periods.at(-1)?.powerKw !== powerKw) periods.push({ startMs: atMs, powerKw });
    atMs = allowed.untilMs;
  }
  return periods;
};

const at = (model: StationModel, atMs: EpochMs): Allowed =>
  allowedAt(
    model.profiles,
    {
      evseId: model.evse.evseId,
      transactionStartMs: model.transaction?.startedMs ?? null,
      offlineSinceMs: model.offlineSinceMs,
      hasPriority: model.hasPriority,
    },
    atMs,
  );
