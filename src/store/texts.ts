import { CompiledQuery, type Kysely } from "kysely";
import type { WholeRow } from "./rows.js";
import type { Statements } from "./statements.js";
import type { Tables } from "./tables.js";

/**
 * Queries of every transaction message, as texts that are put together once: to build and compile them anew took
 * more time than to run them. Values stand in the order of the question marks.
 */
export const readRows = async <Row>(
  db: Kysely<Tables>,
  text: string,
  values: readonly unknown[],
): Promise<readonly Row[]> => (await db.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;

const quoted = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(", ");

const insertText = (table: keyof Tables, columns: readonly string[], otherwise: Otherwise): string => {
  const insert = `insert into "${table}" (${quoted(columns)}) values (${columns.map(() => "?").join(", ")})`;
  if (otherwise === "do nothing") return `${insert} on conflict do nothing`;
  const set = columns.map((column) => `"${column}" = excluded."${column}"`).join(", ");
  return `${insert} on conflict ("${otherwise.update}") do update set ${set}`;
};

/** What is done where a row's key is there already. */
type Otherwise = "do nothing" | { readonly update: string };

/** Inserts whole rows into a table, by a text that the columns of the first make. */
export const insertOnce = <Name extends keyof Tables>(table: Name, otherwise: Otherwise) => {
  let text: string | null = null;
  return (statements: Statements, row: WholeRow<Tables[Name]>): void => {
    text ??= insertText(table, Object.keys(row), otherwise);
    statements.run(text, Object.values(row));
  };
};

/** Puts so many rows with these columns in, each in the place of one with the same key. */
export const replaceText = (table: keyof Tables, columns: readonly string[], rows: number): string => {
  const row = `(${columns.map(() => "?").join(", ")})`;
  return `replace into "${table}" (${quoted(columns)}) values ${Array<string>(rows).fill(row).join(", ")}`;
};

/** Sets these columns of the row with a key. */
export const updateText = (table: keyof Tables, columns: readonly string[], key: string): string =>
  `update "${table}" set ${columns.map((column) => `"${column}" = ?`).join(", ")} where "${key}" = ?`;
