const OTHERS: ReadonlyMap<string, string> = new Map([
  [";", "semicolons"],
  ["\t", "tabs"],
]);

/**
 * What is wrong where the header of a table is not separated by commas, as spreadsheets write it where
 * the comma is the decimal sign, and its line from 1; null when it is, or holds one column.
 */
export const separatorFault = (text: string): { readonly line: number; readonly message: string } | null => {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.trim() !== "" && !line.startsWith("#"));
  const header = lines[at] ?? "";
  const found = [...OTHERS].find(([sign]) => header.includes(sign));
  return found === undefined || header.includes(",")
    ? null
    : {
        line: at + 1,
        message: `separated by ${found[1]}: separate by commas, and write decimals with a point`,
      };
};
