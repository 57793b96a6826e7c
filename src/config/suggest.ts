import { nearest } from "../domain/nearest.js";

interface Unit {
  readonly suffix: string;
  readonly quantity: string;
  /** How many base units (W, Wh, A, V, ms, 1) it is. */
  readonly factor: number;
}

const UNITS: readonly Unit[] = [
  { suffix: "MWh", quantity: "energy", factor: 1e6 },
  { suffix: "Mwh", quantity: "energy", factor: 1e6 },
  { suffix: "KWh", quantity: "energy", factor: 1e3 },
  { suffix: "Kwh", quantity: "energy", factor: 1e3 },
  { suffix: "Wh", quantity: "energy", factor: 1 },
  { suffix: "MW", quantity: "power", factor: 1e6 },
  { suffix: "Mw", quantity: "power", factor: 1e6 },
  { suffix: "KW", quantity: "power", factor: 1e3 },
  { suffix: "Kw", quantity: "power", factor: 1e3 },
  { suffix: "KVA", quantity: "power", factor: 1e3 },
  { suffix: "Kva", quantity: "power", factor: 1e3 },
  { suffix: "W", quantity: "power", factor: 1 },
  { suffix: "MilliAmps", quantity: "current", factor: 1e-3 },
  { suffix: "MA", quantity: "current", factor: 1e-3 },
  { suffix: "Amps", quantity: "current", factor: 1 },
  { suffix: "A", quantity: "current", factor: 1 },
  { suffix: "KV", quantity: "voltage", factor: 1e3 },
  { suffix: "V", quantity: "voltage", factor: 1 },
  { suffix: "Hours", quantity: "time", factor: 3.6e6 },
  { suffix: "Minutes", quantity: "time", factor: 6e4 },
  { suffix: "Mins", quantity: "time", factor: 6e4 },
  { suffix: "Min", quantity: "time", factor: 6e4 },
  { suffix: "Seconds", quantity: "time", factor: 1e3 },
  { suffix: "Sec", quantity: "time", factor: 1e3 },
  { suffix: "Ms", quantity: "time", factor: 1 },
  { suffix: "H", quantity: "time", factor: 3.6e6 },
  { suffix: "S", quantity: "time", factor: 1e3 },
  { suffix: "Percent", quantity: "share", factor: 0.01 },
  { suffix: "Share", quantity: "share", factor: 1 },
];

interface Named {
  readonly stem: string;
  readonly unit: Unit | null;
}

const splitUnit = (key: string): Named => {
  const unit = UNITS.find(({ suffix }) => key.endsWith(suffix) && key.length > suffix.length) ?? null;
  return { stem: unit === null ? key : key.slice(0, -unit.suffix.length), unit };
};

const scale = (from: Unit, to: Unit): string => {
  const factor = from.factor / to.factor;
  if (factor === 1) return "";
  return factor < 1
    ? `, the value divided by ${Math.round(1 / factor)}`
    : `, the value times ${Math.round(factor)}`;
};

/** `importLimitW` where `importLimitKw` is known: what unit is wanted and how to convert. */
const unitAdvice = (key: string, known: readonly string[]): string | null => {
  const given = splitUnit(key);
  for (const candidate of known) {
    const wanted = splitUnit(candidate);
    if (wanted.unit === null || wanted.stem.toLowerCase() !== given.stem.toLowerCase()) continue;
    if (given.unit === null) return `the unit belongs into the name: write ${candidate}`;
    return given.unit.quantity === wanted.unit.quantity
      ? `wrong unit ${given.unit.suffix}: write ${candidate}${scale(given.unit, wanted.unit)}`
      : `wrong unit ${given.unit.suffix}: write ${candidate}, which is ${wanted.unit.quantity}`;
  }
  return null;
};

/** What to say of a key that is not known. */
export const unknownKeyMessage = (key: string, known: readonly string[]): string => {
  const advice = unitAdvice(key, known);
  if (advice !== null) return `unknown key; ${advice}`;
  const near = nearest(key, known);
  return near === null ? `unknown key; known are ${known.join(", ")}` : `unknown key; did you mean ${near}?`;
};
