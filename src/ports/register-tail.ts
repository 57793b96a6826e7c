import { MOST_EVSE_POWER_KW } from "../domain/bounds.js";
import type { EstimateReason } from "../domain/session.js";
import { integrated } from "./integrated-power.js";
import { isPossible, type MostWh, mostWhOf, spanMs, type Told } from "./register-chain.js";
import type { Counted, Metered, Tail, TailEnergy, TransactionRow } from "./transaction-row.js";

/**
 * How registers of which one cannot be go on while their transaction runs. To count them is to read all messages, so
 * that is done only when there are some more of them:
 *
 *     messages    1 … 64 | 65 | 66 | 67 68 | …      a share more than were counted
 *     counted          ↑    ↑         ↑
 *
 * Together these counts cost each message that much, however many there are. Between two of them what the register
 * went is added where its EVSE can have delivered it, else what the power makes. It is a view of a car that charges:
 * what is billed is counted over all messages, at the stop and with what comes after it.
 */

/** Counted again when one message in so many is new. */
const COUNTED_PER_NEW = 32;

export const mostOf = ({ registers }: TransactionRow): MostWh =>
  mostWhOf(registers.ratedKw ?? MOST_EVSE_POWER_KW);

/** The tail to which a message may be added; null: all messages must be counted. */
export const tailFor = (
  before: TransactionRow | null,
  row: TransactionRow,
  { place }: Metered,
): Tail | null => {
  const tail = before?.registers.tail ?? null;
  if (tail === null || place !== "sample" || row.endedMs !== null) return null;
  if (before?.registers.ratedKw !== row.registers.ratedKw) return null;
  return (tail.messagesSince + 1) * COUNTED_PER_NEW <= tail.countedMessages ? tail : null;
};

/** Whether messages came since all of them were counted. */
export const isUnsettled = ({ registers }: TransactionRow): boolean =>
  (registers.tail?.messagesSince ?? 0) > 0;

/** A row with one more message at its tail; `row` has it among the least and most of its registers. */
export const withTail = (
  before: TransactionRow,
  row: TransactionRow,
  { tail, metered }: { readonly tail: Tail; readonly metered: Metered },
): TransactionRow => {
  const since = { ...tail, messagesSince: tail.messagesSince + 1 };
  const { counted } = before.registers;
  if (tail.energy === null || counted === null)
    return { ...row, registers: { ...row.registers, tail: since } };
  const mostWh = mostOf(row);
  const limitWh = mostWh(spanMs(row.registers.first ?? metered, metered));
  const imported = grown(tail.energy.imported, toldOf(metered, "importedWh"), { mostWh, limitWh, sign: 1 });
  const exported = grown(tail.energy.exported, toldOf(metered, "exportedWh"), { mostWh, limitWh, sign: -1 });
  const range = {
    ...(imported.isBelieved ? {} : { lowWh: before.lowWh, highWh: before.highWh }),
    ...(exported.isBelieved ? {} : { exportLowWh: before.exportLowWh, exportHighWh: before.exportHighWh }),
  };
  const energy = { imported: imported.energy, exported: exported.energy };
  return {
    ...row,
    ...range,
    registers: {
      ...row.registers,
      counted: countedOf({ ...energy, reason: counted.reason }),
      tail: { ...since, energy },
    },
  };
};

/** What two registers make, in whole Wh. */
export const countedOf = ({
  imported,
  exported,
  reason,
}: {
  readonly imported: TailEnergy;
  readonly exported: TailEnergy;
  readonly reason: EstimateReason;
}): Counted => ({
  importedWh: Math.round(imported.wh),
  exportedWh: Math.round(exported.wh),
  estimatedWh: Math.round(imported.estimatedWh),
  exportEstimatedWh: Math.round(exported.estimatedWh),
  reason,
});

interface Powered extends Told {
  readonly powerKw: number | null;
}

const toldOf = (metered: Metered, key: "importedWh" | "exportedWh"): Powered | null => {
  const { atMs, heardMs, isDated, toldMs, place, powerKw, [key]: wh } = metered;
  if (wh === null) return null;
  return { atMs, heardMs, isDated, place, wh, powerKw, ...(toldMs === undefined ? {} : { toldMs }) };
};

interface Bounds {
  readonly mostWh: MostWh;
  /** The most that the whole transaction can have made. */
  readonly limitWh: number;
  readonly sign: 1 | -1;
}

interface Grown {
  readonly energy: TailEnergy;
  /** False: it is not among those that count. */
  readonly isBelieved: boolean;
}

const grown = (energy: TailEnergy, told: Powered | null, bounds: Bounds): Grown => {
  const { standing } = energy;
  if (told === null || told.wh === standing?.wh) return { energy, isBelieved: true };
  if (standing === null) return { energy: { ...energy, standing: told }, isBelieved: true };
  // What lies before the newest finds its place with the next count.
  if (told.atMs < standing.atMs) return { energy, isBelieved: false };
  const wh = (told.wh - standing.wh) * energy.factor;
  const isBelieved = isPossible(wh, [standing, told], bounds.mostWh);
  const moreWh = isBelieved ? wh : poweredWh(standing, told, bounds);
  const grownWh = Math.max(energy.wh, Math.min(energy.wh + moreWh, bounds.limitWh));
  const estimatedWh = energy.estimatedWh + (isBelieved ? 0 : grownWh - energy.wh);
  return { energy: { ...energy, wh: grownWh, estimatedWh, standing: told }, isBelieved };
};

/** What the power of the newest message makes since the register stood, no more than can have been. */
const poweredWh = (from: Told, to: Powered, { mostWh, sign }: Bounds): number => {
  const flows = to.powerKw === null ? [] : [{ atMs: to.atMs, powerKw: to.powerKw }];
  return Math.min(integrated(flows, sign)(from.atMs, to.atMs) ?? 0, mostWh(spanMs(from, to)));
};
