import { YouxuError } from "../../app.js";

/** Names and values in turn. */
export const pairs = (words: readonly string[]): { name: string; value: string }[] => {
  if (words.length % 2 > 0) throw new YouxuError("usage.invalid", "a value follows each name", "more");
  return words.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: words[index + 1] ?? "" }] : []));
};
