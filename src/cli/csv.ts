type Cell = string | number | boolean | null;

/** What a spreadsheet would take for a formula; stations name their transactions. */
const FORMULA = /^[=+\-@\t\r]/;

const cellText = (value: Cell): string => {
  if (typeof value === "number") return String(value);
  const told = value === null ? "" : String(value);
  const text = FORMULA.test(told) ? `'${told}` : told;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** Rows as RFC 4180 has it, below the names of their columns; null is an empty cell. */
export const csvText = <Row>(
  columns: Readonly<Record<string, (row: Row) => Cell>>,
  rows: readonly Row[],
): string =>
  [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))]
    .map((cells) => cells.map(cellText).join(","))
    .join("\n");

/** A moment in a table: ISO 8601 in UTC; an empty cell where there is none. */
export const csvTime = (atMs: number | null): string | null =>
  atMs === null ? null : new Date(atMs).toISOString();
