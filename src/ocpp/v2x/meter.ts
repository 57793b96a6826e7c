import type { InboundContext } from "../common/codec.js";
import { readAll, readPhase, type Reading, type Sampled, toReading, unitFactor } from "../common/meter.js";
import { inWh } from "../common/plausible.js";
import { plausibleTime } from "../common/time.js";
import { listAt, numberAt, objectAt, type Payload, textAt } from "../wire.js";

/** The readings of a 2.x message, by time, each with the contexts of its values. */
export function readMeterValues(
  meterValues: readonly Payload[],
  evseId: number,
  context: InboundContext,
): readonly Reading[] {
  return meterValues
    .map((meterValue) => {
      const atMs = plausibleTime(textAt(meterValue, "timestamp"), context);
      const values = readAll(listAt(meterValue, "sampledValue"), readSampledValue);
      const reading = toReading(atMs, values, context.electrics(evseId));
      return inWh(reading, context.meterQuirks?.registerFactor ?? 1);
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** Value × 10^multiplier in its unit; values measured beyond the outlet are another's. */
function readSampledValue(sampled: Payload): Sampled | null {
  const measure = objectAt(sampled, "unitOfMeasure");
  const value = numberAt(sampled, "value");
  const phase = readPhase(textAt(sampled, "phase"));
  const factor = unitFactor(textAt(measure, "unit"));
  if (value === null || phase === undefined || factor === null) return null;
  const measurand = textAt(sampled, "measurand") ?? "Energy.Active.Import.Register";
  if (textAt(sampled, "location") === "Upstream") return null;
  return {
    measurand: MEASURANDS.get(measurand) ?? measurand,
    phase,
    context: textAt(sampled, "context"),
    value: value * 10 ** (numberAt(measure, "multiplier") ?? 0) * factor,
  };
}

/** 2.1 shows the car's own state of charge under a name of its own. */
const MEASURANDS: ReadonlyMap<string, string> = new Map([["Display.PresentSOC", "SoC"]]);
