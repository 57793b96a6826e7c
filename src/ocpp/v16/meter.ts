import type { EpochMs } from "../../domain/units.js";
import type { InboundContext } from "../common/codec.js";
import { readAll, readPhase, type Reading, type Sampled, toReading, unitFactor } from "../common/meter.js";
import { inWh } from "../common/plausible.js";
import { plausibleTime } from "../common/time.js";
import { listAt, numberAt, type Payload, textAt } from "../wire.js";

/** The readings of MeterValues or transactionData, by time. */
export function readMeterValues(
  meterValues: readonly Payload[],
  evseId: number,
  context: InboundContext,
): readonly Reading[] {
  return meterValues
    .map((meterValue) => readMeterValue(meterValue, evseId, context))
    .sort((a, b) => a.atMs - b.atMs);
}

function readMeterValue(meterValue: Payload, evseId: number, context: InboundContext): Reading {
  const atMs: EpochMs = plausibleTime(textAt(meterValue, "timestamp"), context);
  const values = readAll(listAt(meterValue, "sampledValue"), readSampledValue);
  return inWh(toReading(atMs, values, context.electrics(evseId)), context.meterQuirks?.registerFactor ?? 1);
}

/** Signed, line-to-line and non-numeric values say nothing here, nor do units of something else. */
function readSampledValue(sampled: Payload): Sampled | null {
  const value = numberAt(sampled, "value");
  const phase = readPhase(textAt(sampled, "phase"));
  const factor = unitFactor(textAt(sampled, "unit"));
  if (value === null || phase === undefined || factor === null) return null;
  if (textAt(sampled, "format") === "SignedData") return null;
  return {
    measurand: textAt(sampled, "measurand") ?? "Energy.Active.Import.Register",
    phase,
    context: textAt(sampled, "context"),
    value: value * factor,
  };
}
