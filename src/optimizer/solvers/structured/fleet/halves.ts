import { ADDED, type Fleet, type Store } from "./fleet.js";
import type { Pairs } from "./pairs.js";

/** Columns of two numbers below which a fleet is passed over in one go. */
const LEAST_SPLIT = 20_000;

/**
 * A fleet's pairs in two halves that add to different sums, so that two threads may pass over them at once, and
 * so that the sums are the same to the last bit whether they do. Pairs are in order of their gates: at most
 * one gate has pairs in both halves. The second half then has a gate of its own for it, behind all others, and
 * tiles of its own for those of S that the first half takes from as well.
 */
export interface Halves {
  /** Pairs of the first half. */
  readonly first: number;
  /** The gate of both halves, which is the one behind all others in the second; -1: there is none. */
  readonly sharedGate: number;
  /** Places of the gates' rows and their tiles as the passes see them, with the gate behind all others. */
  readonly place: Fleet["place"];
  readonly tile: { readonly offset: Float64Array; readonly width: Int32Array };
  /** Shows the second half what linking rows pull at the gate that both have. */
  begin(): void;
  /** Adds what the second half has added on its own to what both did. */
  end(): void;
}

/** Pairs of the first half: about half of the columns. */
const firstHalf = ({ all, columns }: Pairs): number => {
  const middle = all.findIndex(({ firstColumn }) => 2 * firstColumn >= columns);
  return middle < 0 ? all.length : middle;
};

/** Whether pairs are worth two halves; `isForced`: they are split in any case. */
export const inHalves = ({ columns }: Pairs, isForced: boolean): boolean =>
  isForced || columns >= LEAST_SPLIT;

/** A tile of S that both halves take from, and what stands for it in the second. */
interface Spare {
  readonly offset: number;
  readonly values: Float64Array;
}

/** Puts spare tiles in the place of those that the first half takes from; returns them. */
const spareTiles = (
  { offset, width }: Halves["tile"],
  { before, after }: { before: ReadonlySet<number>; after: ReadonlySet<number> },
  { store, schur }: { store: Store; schur: Float64Array },
): Spare[] => {
  const taken = new Set(Array.from(before, (gate) => offset[gate]!));
  const spares = new Map<number, Spare>();
  for (const gate of after) {
    const own = offset[gate]!;
    if (width[gate] === 0 || !taken.has(own)) continue;
    const spare = spares.get(own) ?? { offset: own, values: store.floats(width[gate]! ** 2) };
    spares.set(own, spare);
    offset[gate] = (spare.values.byteOffset - schur.byteOffset) / schur.BYTES_PER_ELEMENT;
  }
  return [...spares.values()];
};

/** A copy with room for one gate more, that of another at first. */
const withOneMore = <Values extends Int32Array | Float64Array>(
  into: Values,
  from: Values,
  copied: number,
): Values => {
  const each = into.length - from.length;
  into.set(from);
  into.set(from.subarray(copied * each, (copied + 1) * each), from.length);
  return into;
};

/** Splits a fleet's pairs in halves, or leaves them as they are; S lies in the same memory as the store. */
export const halvesOf = (
  { slots, gates, sums, place, tile }: Fleet,
  pairs: Pairs,
  { store, schur, isSplit }: { store: Store; schur: Float64Array; isSplit: boolean },
): Halves => {
  const first = isSplit ? firstHalf(pairs) : pairs.all.length;
  const gatesOf = (from: number, to: number): Set<number> =>
    new Set(pairs.all.slice(from, to).map(({ gate }) => gate));
  const [before, after] = [gatesOf(0, first), gatesOf(first, pairs.all.length)];
  const shared = pairs.all[first]?.gate ?? -1;
  const isShared = before.has(shared);
  const copied = Math.max(0, shared);
  const perGate = (from: Int32Array): Int32Array =>
    withOneMore(store.ints(from.length + slots), from, copied);
  const own = {
    offset: withOneMore(store.floats(gates + 1), tile.offset, copied),
    width: withOneMore(store.ints(gates + 1), tile.width, copied),
  };
  if (isShared) {
    after.delete(shared);
    after.add(gates);
  }
  const spares = spareTiles(own, { before, after }, { store, schur });
  const [from, to] = [shared * slots, gates * slots];
  return {
    first,
    sharedGate: isShared ? shared : -1,
    place: { net: perGate(place.net), charge: perGate(place.charge), discharge: perGate(place.discharge) },
    tile: own,
    begin() {
      if (!isShared) return;
      for (const pull of [sums.pullIn, sums.pullOut]) pull.copyWithin(to, from, from + slots);
    },
    end() {
      if (isShared)
        for (const name of ADDED)
          for (let slot = 0; slot < slots; slot++) {
            sums[name][from + slot]! += sums[name][to + slot]!;
            sums[name][to + slot] = 0;
          }
      for (const { offset, values } of spares) {
        for (let at = 0; at < values.length; at++) schur[offset + at]! += values[at]!;
        values.fill(0);
      }
    },
  };
};
