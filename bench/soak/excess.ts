import { type EpochMs, SECOND_MS, sum } from "../../src/domain/units.js";
import type { Witness } from "../../sims/run/truth.js";
import type { SimFleet } from "../../sims/station/fleet.js";
import { type StationModel, powerKw, toldKw } from "../../sims/station/model.js";

/** A pile that takes more than it was lawfully told, at a moment, and since when. */
interface Deceit {
  readonly stationId: string;
  readonly trueKw: number;
  readonly toldKw: number;
  readonly sinceMs: EpochMs;
  /** For how long in its transaction before that, all times together. */
  readonly beforeMs: number;
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

/** How long a pile has deceived in its transaction. */
interface Known {
  readonly transaction: string;
  /** All times that are over. */
  deceivedMs: number;
  /** null: it does not deceive now. */
  sinceMs: EpochMs | null;
}

/**
 * Holds every instant above a limit against those who deceived at that very instant, each by its own power: what
 * it truly took beyond what it holds and did not follow. In a transaction a pile's deceits excuse for `promisedMs`,
 * all times together, since only while it deceives can that be seen: after that it ought to be known, and counted with.
 */
export const createExcessBook = (fleet: SimFleet, promisedMs: number): ExcessBook => {
  const suspects = [...fleet.stations.values()].filter((station) => station.model().ignores);
  const known = new Map<string, Known>();
  const stretches: Stretch[] = [];
  let deceits: readonly Deceit[] = [];

  const deceitOf = (model: StationModel): Deceit[] => {
    const { stationId, transaction, atMs } = model;
    const [trueKw, lawfulKw] = [powerKw(model), toldKw(model)];
    const before = known.get(stationId);
    const own: Known | undefined =
      transaction === null || before?.transaction === transaction.localId
        ? before
        : { transaction: transaction.localId, deceivedMs: 0, sinceMs: null };
    if (own === undefined) return [];
    known.set(stationId, own);
    if (transaction === null || trueKw <= lawfulKw + TOLERANCE_KW) {
      own.deceivedMs += own.sinceMs === null ? 0 : atMs - own.sinceMs;
      own.sinceMs = null;
      return [];
    }
    own.sinceMs ??= atMs;
    return [{ stationId, trueKw, toldKw: lawfulKw, sinceMs: own.sinceMs, beforeMs: own.deceivedMs }];
  };
  const excusedKw = (atMs: EpochMs): number =>
    sum(
      deceits
        .filter((deceit) => atMs < excusedUntilMs(deceit, promisedMs))
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

const excusedUntilMs = ({ sinceMs, beforeMs }: Deceit, promisedMs: number): EpochMs =>
  sinceMs + promisedMs - beforeMs;

const opened = (stretches: Stretch[], fromMs: EpochMs): Stretch => {
  const stretch = { fromMs, toMs: fromMs, mostKw: 0, mostUnexcusedKw: 0, unexcusedS: 0, deceits: [] };
  stretches.push(stretch);
  return stretch;
};

/** A piece in parts, so that no excuse ends within one. */
const cutAtEnds = (piece: Piece, deceits: readonly Deceit[], promisedMs: number): Piece[] => {
  const ends = deceits
    .map((deceit) => excusedUntilMs(deceit, promisedMs))
    .filter((atMs) => atMs > piece.fromMs && atMs < piece.toMs)
    .sort((a, b) => a - b);
  const times = [piece.fromMs, ...ends, piece.toMs];
  return times
    .slice(1)
    .map((toMs, index) => ({ fromMs: times[index] ?? piece.fromMs, toMs, overKw: piece.overKw }));
};
