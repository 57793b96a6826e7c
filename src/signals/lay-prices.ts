import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { GridEvent, PriceSeries } from "../domain/signal.js";
import type { Site, SiteMeteringPoint } from "../domain/site.js";
import type { Tariff } from "../domain/tariff.js";
import { DAY_MS, type EpochMs, SLOT_MS } from "../domain/units.js";
import { offsetMs } from "./local-time.js";
import type { Notes } from "./notes.js";
import { pointAt } from "./price-series.js";
import { tariffSegments, tariffValidAt } from "./tariff.js";
import { pricedPoints } from "./targeting.js";
import { type Claim, claimsOf, heldBetween } from "./timeline.js";

interface Piece {
  readonly startMs: EpochMs;
  readonly endMs: EpochMs;
  readonly pricePerKwh: number;
}

/** Prices of [fromMs, toMs), without a gap. */
type PiecesBetween = (fromMs: EpochMs, toMs: EpochMs) => Piece[];

/** Time-weighted mean; of equal prices exactly that price. */
const meanOf = (pieces: readonly Piece[]): number => {
  const first = pieces[0]?.pricePerKwh ?? 0;
  if (pieces.every(({ pricePerKwh }) => pricePerKwh === first)) return first;
  let weighted = 0;
  let lengthMs = 0;
  for (const { startMs, endMs, pricePerKwh } of pieces) {
    weighted += pricePerKwh * (endMs - startMs);
    lengthMs += endMs - startMs;
  }
  return weighted / lengthMs;
};

/** The tariff's prices; where it does not claim to hold its calendar goes on, with a note. */
const tariffPieces =
  (tariff: Tariff, notes: Notes): PiecesBetween =>
  (fromMs, toMs) => {
    if (!tariffValidAt(tariff, fromMs))
      notes.add(
        "signal.tariff-not-valid",
        `tariff ${tariff.id} holds from ${tariff.validFrom ?? "ever"} to ${tariff.validTo ?? "further notice"}: ` +
          "its prices are used beyond that",
        fromMs,
      );
    return tariffSegments(tariff, fromMs, toMs).map(({ startMs, endMs, period }) => ({
      startMs,
      endMs,
      pricePerKwh: period.pricePerKwh,
    }));
  };

/** The latest earlier day's price at the same local time of day, up to `days` back. */
const earlierDay = (series: PriceSeries, { atMs, timeZone, days }: EarlierQuery): number | null => {
  const offset = offsetMs(timeZone, atMs);
  for (let day = 1; day <= days; day++) {
    const sameUtc = atMs - day * DAY_MS;
    const point = pointAt(series, sameUtc + offset - offsetMs(timeZone, sameUtc));
    if (point !== null) return point.pricePerKwh;
  }
  return null;
};

interface EarlierQuery {
  readonly atMs: EpochMs;
  readonly timeZone: string;
  readonly days: number;
}

/** The series' prices; a missing point takes an earlier day's at the same time, else 0, with a note. */
const seriesPieces =
  (
    series: PriceSeries,
    { timeZone, days, notes }: Omit<EarlierQuery, "atMs"> & { notes: Notes },
  ): PiecesBetween =>
  (fromMs, toMs) => {
    const pieces: Piece[] = [];
    for (let startMs = fromMs; startMs < toMs; ) {
      const point = pointAt(series, startMs);
      const quarterEnd = (Math.floor(startMs / SLOT_MS) + 1) * SLOT_MS;
      const endMs = Math.min(point?.endMs ?? quarterEnd, toMs);
      const filled = point?.pricePerKwh ?? earlierDay(series, { atMs: startMs, timeZone, days });
      if (point === null)
        notes.add(
          filled === null ? "signal.price-unknown" : "signal.price-filled",
          filled === null
            ? `price series ${series.id} has no point here and none at this time on ${days} earlier days: 0 is used`
            : `price series ${series.id} has no point here: an earlier day's price at the same time is used`,
          startMs,
        );
      pieces.push({ startMs, endMs, pricePerKwh: filled ?? 0 });
      startMs = endMs;
    }
    return pieces;
  };

/** Prices with the events' laid over them, where an event holds. */
const overridden =
  (base: PiecesBetween, { claims, what, notes }: { claims: readonly Claim[]; what: string; notes: Notes }) =>
  (fromMs: EpochMs, toMs: EpochMs): Piece[] =>
    heldBetween(claims, fromMs, toMs).flatMap((held) => {
      notes.tie(held, what);
      const { startMs, endMs, claim } = held;
      return claim === null ? base(startMs, endMs) : [{ startMs, endMs, pricePerKwh: Number(claim.value) }];
    });

const perSlot = (horizon: Horizon, pieces: PiecesBetween): number[] =>
  horizon.startsMs.map((startMs, slot) => meanOf(pieces(startMs, slotEndMs(horizon, slot))));

/** A series laid on a horizon; missing points are filled and noted as for prices. */
export const laySeries = (
  series: PriceSeries,
  { horizon, ...query }: { horizon: Horizon; timeZone: string; days: number; nowMs: EpochMs; notes: Notes },
): number[] => {
  noteStale(series, query.nowMs, query.notes);
  return perSlot(horizon, seriesPieces(series, query));
};

const zero: PiecesBetween = (startMs, endMs) => [{ startMs, endMs, pricePerKwh: 0 }];

const noteStale = (series: PriceSeries, nowMs: EpochMs, notes: Notes): void => {
  const lastMs = series.points.at(-1)?.endMs ?? null;
  if (lastMs === null || lastMs <= nowMs)
    notes.add("signal.price-stale", `price series ${series.id} has ended: get newer prices`, lastMs);
};

export interface PriceInputs {
  readonly site: Site;
  readonly point: SiteMeteringPoint;
  readonly tariff: Tariff;
  /** null: what is returned is paid nothing. */
  readonly sellSeries: PriceSeries | null;
  readonly events: readonly GridEvent[];
  readonly horizon: Horizon;
  readonly nowMs: EpochMs;
  readonly lookBackDays: number;
  readonly notes: Notes;
}

const claimsAt = ({ site, point, events }: PriceInputs, type: string): Claim[] =>
  events
    .filter((event) => pricedPoints(event, site).includes(point))
    .flatMap((event) => claimsOf(event, type));

/**
 * Buy and sell price of a metering point per slot: the time-weighted mean of the tariff (buy) and of
 * the price series (sell), each overridden while a PRICE or EXPORT_PRICE event holds that aims at the
 * point's node or one above it.
 */
export const layPrices = (inputs: PriceInputs): { buyPerKwh: number[]; sellPerKwh: number[] } => {
  const { site, point, tariff, sellSeries, horizon, notes, lookBackDays } = inputs;
  if (sellSeries !== null) noteStale(sellSeries, inputs.nowMs, notes);
  const sell =
    sellSeries === null
      ? zero
      : seriesPieces(sellSeries, { timeZone: site.timeZone, days: lookBackDays, notes });
  const over = (base: PiecesBetween, type: string): PiecesBetween =>
    overridden(base, { claims: claimsAt(inputs, type), what: `${type} at ${point.id}`, notes });
  return {
    buyPerKwh: perSlot(horizon, over(tariffPieces(tariff, notes), "PRICE")),
    sellPerKwh: perSlot(horizon, over(sell, "EXPORT_PRICE")),
  };
};
