import { type Kysely, sql } from "kysely";
import { YouxuError } from "../domain/errors.js";
import type { Tables } from "./tables.js";

/**
 * Steps from an empty file to today's tables; step n leads to `user_version` n. A step that was
 * released is never changed: a change is a further step.
 */
const STEPS: readonly (readonly string[])[] = [
  [
    `create table ledger_transaction (
       ordinal integer primary key,
       session_id text not null unique,
       station_id text not null,
       evse_id integer not null,
       transaction_id text not null,
       start_key text,
       start_seen integer not null,
       id_token text,
       started_ms integer not null,
       ended_ms integer,
       next_started_ms integer,
       start_wh integer,
       low_wh integer,
       high_wh integer,
       end_wh integer,
       export_start_wh integer,
       export_low_wh integer,
       export_high_wh integer,
       soc_percent real,
       soc_at_ms integer,
       end_reason text,
       preference text,
       needs text,
       charge_now integer not null
     ) strict`,
    `create unique index ledger_transaction_id on ledger_transaction (transaction_id, station_id)`,
    `create unique index ledger_transaction_start on ledger_transaction (station_id, start_key)
       where start_key is not null`,
    `create index ledger_transaction_evse on ledger_transaction (station_id, evse_id, started_ms, ordinal)`,
    `create index ledger_transaction_started on ledger_transaction (started_ms)`,
    `create index ledger_transaction_open on ledger_transaction (started_ms)
       where ended_ms is null and next_started_ms is null`,
    `create table ledger_message (
       ordinal integer not null references ledger_transaction (ordinal),
       message_key text not null,
       kind text not null,
       seq_no integer,
       at_ms integer not null,
       station_time_ms integer not null,
       imported_wh integer,
       exported_wh integer,
       power_w real,
       soc_percent real,
       primary key (ordinal, message_key)
     ) strict, without rowid`,
    `create table quarantine (
       id integer primary key,
       message_key text not null unique,
       station_id text not null,
       at_ms integer not null,
       event text not null,
       why text not null
     ) strict`,
    `create table measurement (
       site_id text not null,
       kind text not null,
       at_ms integer not null,
       power_kw real not null,
       primary key (site_id, kind, at_ms)
     ) strict, without rowid`,
    `create table document (
       id integer primary key,
       collection text not null,
       document_id text not null,
       body text not null,
       unique (collection, document_id)
     ) strict`,
  ],
  [
    `alter table ledger_transaction add column unstopped_ms integer`,
    `alter table ledger_transaction add column unstopped_reason text`,
    `alter table ledger_transaction add column heard_ms integer`,
    `alter table ledger_transaction add column authorized integer not null default 1`,
    `alter table ledger_transaction add column token_at_ms integer`,
    `drop index ledger_transaction_open`,
    `create index ledger_transaction_open on ledger_transaction (started_ms)
       where ended_ms is null and next_started_ms is null and unstopped_ms is null`,
  ],
  [`alter table ledger_transaction add column implausible integer not null default 0`],
  [
    `alter table ledger_transaction add column end_time_rank integer not null default 0`,
    `update ledger_transaction set end_time_rank = iif(end_wh is null, 1, 2) where ended_ms is not null`,
  ],
  [
    `create table evse_sample (
       station_id text not null,
       evse_id integer not null,
       at_ms integer not null,
       power_kw real not null,
       imported_wh real,
       exported_wh real,
       soc_percent real,
       primary key (station_id, evse_id, at_ms)
     ) strict, without rowid`,
    `create table evse_quarter (
       station_id text not null,
       evse_id integer not null,
       start_ms integer not null,
       covered_ms integer not null,
       mean_kw real not null,
       least_kw real not null,
       most_kw real not null,
       imported_wh real,
       exported_wh real,
       soc_percent real,
       primary key (station_id, evse_id, start_ms)
     ) strict, without rowid`,
    `create table evse_due (
       start_ms integer not null,
       station_id text not null,
       evse_id integer not null,
       primary key (start_ms, station_id, evse_id)
     ) strict, without rowid`,
    `create table measurement_quarter (
       site_id text not null,
       kind text not null,
       start_ms integer not null,
       covered_ms integer not null,
       mean_kw real not null,
       least_kw real not null,
       most_kw real not null,
       primary key (site_id, kind, start_ms)
     ) strict, without rowid`,
    `create table measurement_due (
       start_ms integer not null,
       site_id text not null,
       kind text not null,
       primary key (start_ms, site_id, kind)
     ) strict, without rowid`,
    `insert or ignore into measurement_due
       select at_ms / 900000 * 900000, site_id, kind from measurement`,
    `insert or ignore into measurement_due
       select (at_ms / 900000 + 1) * 900000, site_id, kind from measurement`,
    `create table telemetry_state (
       id integer primary key check (id = 1),
       pruned_before_ms integer not null
     ) strict`,
  ],
  [`alter table ledger_transaction add column registers text`],
  [
    `alter table ledger_message add column imported_told_wh real`,
    `alter table ledger_message add column exported_told_wh real`,
  ],
  [
    `alter table evse_quarter add column value_count integer`,
    `alter table measurement_quarter add column value_count integer`,
  ],
  [`alter table ledger_message add column clock_ahead_ms integer not null default 0`],
];

/** Version of today's tables. */
export const TODAYS_VERSION = STEPS.length;

/** Version of a database's tables, 0 of an empty one; refuses one of a newer program. */
export const versionOf = async (db: Kysely<Tables>): Promise<number> => {
  const found = await sql<{ user_version: number }>`pragma user_version`.execute(db);
  const version = found.rows[0]?.user_version ?? 0;
  if (version > TODAYS_VERSION) {
    const message = `the database is of version ${version}, this program knows ${TODAYS_VERSION}`;
    throw new YouxuError("store.newer", message);
  }
  return version;
};

/** Whether a database holds data in older tables, so that `migrate` would change them. */
export const isOlder = async (db: Kysely<Tables>): Promise<boolean> => {
  const version = await versionOf(db);
  return version > 0 && version < TODAYS_VERSION;
};

/** Brings a database to today's tables, or to those of an earlier version; refuses one of a newer program. */
export const migrate = async (db: Kysely<Tables>, to = TODAYS_VERSION): Promise<void> => {
  const version = await versionOf(db);
  for (const [step, statements] of STEPS.entries()) {
    if (step < version || step >= to) continue;
    await db.transaction().execute(async (trx) => {
      for (const statement of statements) await sql.raw(statement).execute(trx);
      await sql.raw(`pragma user_version = ${step + 1}`).execute(trx);
    });
  }
};
