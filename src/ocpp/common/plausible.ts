import type { QuirkValues } from "../../domain/quirks.js";
import { HOUR_MS, SECOND_MS } from "../../domain/units.js";
import type { EvseElectrics } from "./codec.js";
import type { Reading } from "./meter.js";

/** What was found wrong with a meter, and how it is read from now on; null: that is not to be mended. */
export interface MeterFinding {
  readonly what: string;
  readonly values: QuirkValues | null;
}

type Doubt = MeterFinding & { readonly holds: (compared: Compared) => boolean };

/** How often each doubt was raised in a row. */
export type MeterDoubts = Readonly<Record<string, number>>;

/** How often in a row a doubt must be raised to be a finding: one jump of a register says nothing of the next. */
const ENOUGH = 3;
/** Registers are told in steps and times in whole seconds: over less than this a mean says little. */
const SHORTEST_MS = 20 * SECOND_MS;
const LONGEST_MS = HOUR_MS;
/** Power that is no ripple of a meter, kW. */
const SOME_KW = 0.5;
/** The power of two readings that agree within this did not change between them. */
const STEADY_SHARE = 0.1;
const KILO = 1_000;

/** Energies as the station means them. */
export const inWh = (reading: Reading, registerFactor: number): Reading =>
  registerFactor === 1
    ? reading
    : {
        ...reading,
        importedWh: reading.importedWh === null ? null : reading.importedWh * registerFactor,
        exportedWh: reading.exportedWh === null ? null : reading.exportedWh * registerFactor,
      };

interface Compared {
  readonly from: Reading;
  readonly to: Reading;
  /** Of the registers. */
  readonly meanKw: number;
  readonly electrics: EvseElectrics | null;
  /** Too short for anything but what is out of the question. */
  readonly isShort: boolean;
}

/** Each doubt with what it means, from the surest. */
const DOUBTS: readonly Doubt[] = [
  {
    what: "it calls Wh kWh: its energies are divided by 1000",
    values: { registerFactor: 1 / KILO },
    holds: (compared) => isBeyond(compared),
  },
  {
    what: "its power stays 0 while its energy rises: the power is derived from the energy",
    values: { powerFrom: "register" },
    holds: ({ from, to, meanKw }) =>
      [from, to].every(({ powerKw }) => powerKw !== null && Math.abs(powerKw) < SOME_KW / 10) &&
      meanKw > SOME_KW,
  },
  {
    what: "it calls kWh Wh: its energies are multiplied by 1000",
    values: { registerFactor: KILO },
    holds: (compared) => isTimes(compared, 1 / KILO),
  },
  {
    what: "its energy is twice what its power makes: one of them is wrong, and nobody knows which",
    values: null,
    holds: (compared) => isTimes(compared, 2),
  },
];

/** Whether the registers rise so many times as fast as a steady power says. */
const isTimes = ({ from, to, meanKw }: Compared, factor: number): boolean => {
  const [before, after] = [from.powerKw ?? 0, to.powerKw ?? 0];
  if (Math.min(before, after) < SOME_KW || Math.abs(after - before) > STEADY_SHARE * before) return false;
  return Math.abs(meanKw / (((before + after) / 2) * factor) - 1) < STEADY_SHARE;
};

/** So many times its rating no station draws. */
const BEYOND = 20;

/** Far beyond the rating, and within it by a thousandth. */
const isBeyond = ({ meanKw, electrics }: Compared): boolean => {
  const ratedKw = electrics?.ratedKw;
  return ratedKw !== undefined && meanKw > BEYOND * ratedKw && meanKw / KILO < 1.5 * ratedKw;
};

/** What one more reading brings. */
interface Doubted {
  readonly doubts: MeterDoubts;
  /** What has been doubted often enough. */
  readonly found: readonly MeterFinding[];
  /** The next reading is held against this one. */
  readonly isBase: boolean;
  /** No car can have made this energy. Until it is known why, it stands in no book: it would stop the charge. */
  readonly isImpossible: boolean;
}

/** Doubts after one more reading. A doubt that a comparison does not confirm is dropped. */
export const doubted = (
  before: MeterDoubts,
  { from, to, electrics }: { from: Reading | null; to: Reading; electrics: EvseElectrics | null },
): Doubted => {
  const spanMs = from === null ? Infinity : to.atMs - from.atMs;
  const isBase = to.importedWh !== null && spanMs >= SHORTEST_MS;
  const compared = comparable(from, to, electrics);
  if (compared === null) return { doubts: before, found: [], isBase, isImpossible: false };
  const isImpossible = isBeyond(compared);
  if (compared.isShort) return { doubts: before, found: [], isBase, isImpossible };
  const raised = DOUBTS.filter(({ holds }) => holds(compared));
  const doubts = Object.fromEntries(raised.map(({ what }) => [what, (before[what] ?? 0) + 1]));
  return { doubts, found: raised.filter(({ what }) => doubts[what] === ENOUGH), isBase, isImpossible };
};

const comparable = (from: Reading | null, to: Reading, electrics: EvseElectrics | null): Compared | null => {
  if (from === null || from.importedWh === null || to.importedWh === null) return null;
  const spanMs = to.atMs - from.atMs;
  const wh = to.importedWh - from.importedWh;
  if (spanMs < SECOND_MS || spanMs > LONGEST_MS || wh <= 0) return null;
  return { from, to, meanKw: wh / KILO / (spanMs / HOUR_MS), electrics, isShort: spanMs < SHORTEST_MS };
};
