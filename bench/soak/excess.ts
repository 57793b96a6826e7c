import { type EpochMs, SECOND_MS, sum } from "../../src/domain/units.js";
import type { Witness } from "../../sims/run/truth.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { type StationModel, powerKw, toldKw } from "../../sims/station/model.js";

/** A pile that takes more than it was lawfully told, at a moment, and since when in its transaction. */
interface Deceit {
  readonly stationId: string;
  readonly trueKw: number;
  readonly toldKw: number;
  readonly sinceMs: EpochMs;
}

/** A time in which a limit was broken without a pause. */
export interface Stretch {
  readonly fromMs: EpochMs;
  toMs: EpochMs;
  /** The most above the limit, and what of that no pile's deceit explains. */
  mostKw: number;
  mostUnexcusedKw: number;
  unexcusedS: number;
  /** Who deceived when it was the most. */
  deceits: readonly Deceit[];
}

export interface ExcessBook {
  readonly witness: Witness;
  stretches(): readonly Stretch[];
}

/** Less than this is rounding of whole watts, kW. */
const TOLERANCE_KW = 0.001;

interface Piece {
  readonly fromMs: EpochMs;
  readonly toMs: EpochMs;
  readonly overKw: number;
}

/**
 * Holds every instant above a limit against those who deceived at that very instant, each by its own power: what
 * it truly took less than what it holds and did not follow. A deceit excuses for `promisedMs` from its beginning,
 * once in a transaction: after that it ought to be known, and counted with.
 */
export const createExcessBook = (fleet: SimFleet, promisedMs: number): ExcessBook => {
  const suspects = [...fleet.stations.values()].filter((station) => station.model().ignores);
  const since = new Map<string, { readonly transaction: string; readonly atMs: EpochMs }>();
  const stretches: Stretch[] = [];
  let deceits: readonly Deceit[] = [];

  const deceitOf = (model: StationModel): Deceit[] => {
    const { stationId, transaction } = model;
    const [trueKw, lawfulKw] = [powerKw(model), toldKw(model)];
    if (transaction === null || trueKw <= lawfulKw + TOLERANCE_KW) return [];
    const known = since.get(stationId);
    const sinceMs = known?.transaction === transaction.localId ? known.atMs : model.atMs;
    since.set(stationId, { transaction: transaction.localId, atMs: sinceMs });
    return [{ stationId, trueKw, toldKw: lawfulKw, sinceMs }];
  };
  const excusedKw = (atMs: EpochMs): number =>
    sum(
      deceits
        .filter(({ sinceMs }) => atMs < sinceMs + promisedMs)
        .map((deceit) => deceit.trueKw - deceit.toldKw),
    );
  const enter = ({ fromMs, toMs, overKw }: Piece): void => {
    const last = stretches.at(-1);
    const stretch = last?.toMs === fromMs ? last : opened(stretches, fromMs);
    const unexcusedKw = Math.max(0, overKw - excusedKw(fromMs));
    stretch.toMs = toMs;
    if (overKw > stretch.mostKw) [stretch.mostKw, stretch.deceits] = [overKw, deceits];
    if (unexcusedKw <= TOLERANCE_KW) return;
    stretch.mostUnexcusedKw = Math.max(stretch.mostUnexcusedKw, unexcusedKw);
    stretch.unexcusedS += (toMs - fromMs) / SECOND_MS;
  };

  return {
    stretches: () => stretches,
    witness: {
      look: () => {
        deceits = suspects.flatMap((station) => deceitOf(station.model()));
      },
      pass: ({ fromMs, toMs, excess }) => {
        // A deceit gives back nothing: what is above an export limit nobody here is excused for.
        if (excess.exportKw > 0) enter({ fromMs, toMs, overKw: excess.exportKw });
        else if (excess.importKw > 0)
          for (const piece of cutAtEnds({ fromMs, toMs, overKw: excess.importKw }, deceits, promisedMs))
            enter(piece);
      },
    },
  };
};

const opened = (stretches: Stretch[], fromMs: EpochMs): Stretch => {
  const stretch = { fromMs, toMs: fromMs, mostKw: 0, mostUnexcusedKw: 0, unexcusedS: 0, deceits: [] };
  stretches.push(stretch);
  return stretch;
};

/** A piece in parts, so that no excuse ends within one. */
const cutAtEnds = (piece: Piece, deceits: readonly Deceit[], promisedMs: number): Piece[] => {
  const ends = deceits
    .map(({ sinceMs }) => sinceMs + promisedMs)
    .filter((atMs) => atMs > piece.fromMs && atMs < piece.toMs)
    .sort((a, b) => a - b);
  const times = [piece.fromMs, ...ends, piece.toMs];
  return times
    .slice(1)
    .map((toMs, index) => ({ fromMs: times[index] ?? piece.fromMs, toMs, overKw: piece.overKw }));
};
