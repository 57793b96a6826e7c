/** What a spreadsheet would take for a formula; stations name their transactions. */
const FORMULA = /^[=+\-@\t\r]/;

const cell = (value: string | number): string => {
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** A line of comma-separated values (RFC 4180), none of which is a formula. */
export const csvLine = (values: readonly (string | number)[]): string => values.map(cell).join(",");
