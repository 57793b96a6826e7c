/** `1 site`, `2 sites`, `2 tries`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : `${noun.replace(/y$/, "ie")}s`}`;

/** A number with so many digits after the point; what rounds to nothing has no sign. */
export const fixed = (value: number, digits: number): string => {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? (0).toFixed(digits) : text;
};

/** `a, b, c and 37 more`. */
export const firstOf = (names: readonly string[], most: number): string => {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
};
