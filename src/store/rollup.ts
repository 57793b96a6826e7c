import { type Kysely, sql } from "kysely";
import { DAY_MS, type EpochMs, MAX_HOLD_MS, MINUTE_MS, SLOT_MS } from "../domain/units.js";
import { type Quarter, quarterStart } from "../ports/quarter.js";
import {
  EVSES,
  isSeries,
  MEASUREMENTS,
  prunedBefore,
  quarterFrom,
  type SeriesId,
  type SeriesTables,
} from "./series.js";
import type { Tables } from "./tables.js";

/** A quarter is made this long after it is over: what is sent within it has then come, as a rule. */
const AFTER_MS = MINUTE_MS;
/** Work of one pass, a few milliseconds: the server's thread answers stations in between. */
const QUARTERS_PER_PASS = 40;
const SERIES_PER_PASS = 20;
const ROWS_PER_SERIES = 200;

interface Due {
  readonly first: string;
  readonly second: string | number;
  readonly start_ms: number;
}

/**
 * Makes quarters of the values that came since the last pass, the oldest first; true while more are due.
 * A quarter is made anew whenever a value of it came late, so a pass can be repeated, and may end at any
 * point. Where values of a quarter are gone already, the quarter stands as it was made of them.
 */
export const makeQuarters = async (db: Kysely<Tables>, nowMs: EpochMs): Promise<boolean> => {
  const keptFromMs = await prunedBefore(db);
  let more = false;
  for (const tables of [MEASUREMENTS, EVSES]) {
    const due = await duePart(db, tables, nowMs - SLOT_MS - AFTER_MS);
    for (const one of due) await makeOne(db, tables, one, keptFromMs);
    more ||= due.length === QUARTERS_PER_PASS;
  }
  return more;
};

const duePart = async (
  db: Kysely<Tables>,
  { due, keys }: SeriesTables,
  latestMs: EpochMs,
): Promise<Due[]> => {
  const { rows } = await sql<Due>`select ${sql.ref(keys[0])} as first, ${sql.ref(keys[1])} as second, start_ms
    from ${sql.table(due)} where start_ms <= ${latestMs} order by start_ms limit ${QUARTERS_PER_PASS}`.execute(
    db,
  );
  return rows;
};

const makeOne = async (
  db: Kysely<Tables>,
  tables: SeriesTables,
  { first, second, start_ms: startMs }: Due,
  keptFromMs: EpochMs,
): Promise<void> => {
  const id: SeriesId = [first, second];
  const quarter = await quarterFrom(db, tables, id, { startMs });
  if (quarter !== null) await putQuarter(db, tables, { id, quarter, replace: startMs >= keptFromMs });
  await sql`delete from ${sql.table(tables.due)}
    where start_ms = ${startMs} and ${isSeries(tables, id)}`.execute(db);
};

interface MadeQuarter {
  readonly id: SeriesId;
  readonly quarter: Quarter;
  /** False: one that stands there stays. */
  readonly replace: boolean;
}

const putQuarter = async (db: Kysely<Tables>, tables: SeriesTables, made: MadeQuarter): Promise<void> => {
  const { quarter, id, replace } = made;
  const { startMs, coveredMs, meanKw, leastKw, mostKw, importedWh, exportedWh, socPercent, valueCount } =
    quarter;
  const verb = sql.raw(replace ? "insert or replace" : "insert or ignore");
  const registers = tables.registers ? sql`, ${importedWh}, ${exportedWh}, ${socPercent}` : sql``;
  await sql`${verb} into ${sql.table(tables.quarter)} values
    (${id[0]}, ${id[1]}, ${startMs}, ${coveredMs}, ${meanKw}, ${leastKw}, ${mostKw}${registers},
      ${valueCount})`.execute(db);
};

export interface Pruning {
  /** The next series to look at; null: begin anew. */
  readonly at: { readonly tables: SeriesTables; readonly after: SeriesId | null } | null;
}

/**
 * Takes away values that are older than `rawDays` and of which every quarter is made; a part per pass,
 * series by series. Gives where to go on, null when through.
 */
export const pruneValues = async (
  db: Kysely<Tables>,
  options: { readonly nowMs: EpochMs; readonly rawDays: number; readonly at: Pruning["at"] },
): Promise<Pruning["at"]> => {
  const wantedMs = quarterStart(options.nowMs - options.rawDays * DAY_MS);
  const dueMs = await oldestDue(db);
  const keptFromMs = Math.max(await prunedBefore(db), Math.min(wantedMs, dueMs));
  await sql`insert or replace into telemetry_state values (1, ${keptFromMs})`.execute(db);
  // Late values of long ago are made a quarter of before they go, too.
  const beforeMs = Math.min(keptFromMs, dueMs) - MAX_HOLD_MS;
  const at = options.at ?? { tables: MEASUREMENTS, after: null };
  const series = await seriesAfter(db, at.tables, at.after);
  let unfinished = false;
  for (const id of series) unfinished = (await pruneOne(db, at.tables, id, beforeMs)) || unfinished;
  const last = series.at(-1);
  if (unfinished) return at;
  if (last !== undefined) return { tables: at.tables, after: last };
  return at.tables === MEASUREMENTS ? { tables: EVSES, after: null } : null;
};

/** Values from here on are still to be made quarters of. */
const oldestDue = async (db: Kysely<Tables>): Promise<EpochMs> => {
  const { rows } = await sql<{ start_ms: number | null }>`select min(start_ms) as start_ms from
    (select min(start_ms) as start_ms from measurement_due union all select min(start_ms) from evse_due)`.execute(
    db,
  );
  return rows[0]?.start_ms ?? Infinity;
};

/** The next series by their keys, found one after the other along the primary key. */
const seriesAfter = async (
  db: Kysely<Tables>,
  { raw, keys }: SeriesTables,
  after: SeriesId | null,
): Promise<SeriesId[]> => {
  const found: SeriesId[] = [];
  const [first, second] = [sql.ref(keys[0]), sql.ref(keys[1])];
  for (let last = after; found.length < SERIES_PER_PASS; ) {
    const beyond: ReturnType<typeof sql> =
      last === null ? sql`true` : sql`(${first}, ${second}) > (${last[0]}, ${last[1]})`;
    const { rows }: { rows: { first: string; second: string | number }[] } = await sql<{
      first: string;
      second: string | number;
    }>`select ${first} as first, ${second} as second from ${sql.table(raw)} where ${beyond}
      order by ${first}, ${second} limit 1`.execute(db);
    const next = rows[0];
    if (next === undefined) break;
    last = [next.first, next.second];
    found.push(last);
  }
  return found;
};

/** True when more of the series is to go. What may hold into the first quarter that is kept stays. */
const pruneOne = async (
  db: Kysely<Tables>,
  tables: SeriesTables,
  id: SeriesId,
  beforeMs: EpochMs,
): Promise<boolean> => {
  const old = sql`${isSeries(tables, id)} and at_ms < ${beforeMs}`;
  const raw = sql.table(tables.raw);
  const { numAffectedRows } = await sql`delete from ${raw} where ${old} and at_ms <=
    (select max(at_ms) from (select at_ms from ${raw} where ${old} order by at_ms limit ${ROWS_PER_SERIES}))`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0n) === ROWS_PER_SERIES;
};
