import type { MeterSample, TransactionUpdated } from "../../domain/fleet.js";

type Told = Pick<MeterSample, "importedWh" | "exportedWh" | "socPercent">;

/** The newest of everything that readings, by time, tell. */
export const newestTold = (readings: readonly Told[]): Told => {
  const told = (key: keyof Told): number | null =>
    readings.findLast((reading) => reading[key] !== null)?.[key] ?? null;
  return {
    importedWh: told("importedWh"),
    exportedWh: told("exportedWh"),
    socPercent: told("socPercent"),
  };
};

/**
 * The samples of a message that tell a register or a charge beside what the message's own event tells,
 * as events of their own. None is later than the message.
 */
export const samplesBeside = (
  told: Told,
  samples: readonly MeterSample[],
  head: Omit<TransactionUpdated, "kind" | "sample">,
): readonly TransactionUpdated[] =>
  samples
    .filter(
      (sample) =>
        sample.unbelieved !== undefined ||
        differs(sample.importedWh, told.importedWh) ||
        differs(sample.exportedWh, told.exportedWh) ||
        differs(sample.socPercent, told.socPercent),
    )
    .map((sample) => ({
      ...head,
      kind: "transaction-updated",
      // A sample is dated by our clock already.
      ...(sample.atMs < head.stationTimeMs ? { stationTimeMs: sample.atMs, clockAheadMs: 0 } : {}),
      sample,
    }));

const differs = (value: number | null, told: number | null): boolean => value !== null && value !== told;
