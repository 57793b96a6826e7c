import type { InboundContext } from "../common/codec.js";
import { readPhase, type Reading, type Sampled, toReading, unitFactor } from "../common/meter.js";
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
      const values = listAt(meterValue, "sampledValue").flatMap((value) => readSampledValue(value) ?? []);
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
  const measurand = MEASURANDS.get(textAt(sampled, "measurand") ?? "") ?? textAt(sampled, "measurand");
  if (textAt(sampled, "location") === "Upstream") return null;
  return {
    measurand: measurand ?? "Energy.Active.Import.Register",
    phase,
    context: textAt(sampled, "context"),
    value: value * 10 ** (numberAt(measure, "multiplier") ?? 0) * factor,
  };
}

/** 2.1 shows the car's own state of charge under a name of its own. */
const MEASURANDS: ReadonlyMap<string, string> = new Map([["Display.PresentSOC", "SoC"]]);
