import type { OcppVersion } from "../domain/fleet.js";

/** A message's payload as it came off the wire: an object of unknown content. */
export type Payload = Readonly<Record<string, unknown>>;

/** Versions by subprotocol, as it is negotiated. */
export const SUBPROTOCOLS: ReadonlyMap<string, OcppVersion> = new Map([
  ["ocpp1.6", "1.6"],
  ["ocpp2.0.1", "2.0.1"],
  ["ocpp2.1", "2.1"],
]);

export const isObject = (value: unknown): value is Payload =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The field as an object, or an empty one. */
export const objectAt = (from: Payload, key: string): Payload => {
  const value = from[key];
  return isObject(value) ? value : {};
};

/** Not blank. A first letter of ASCII tells without a look at the rest. */
const isSaying = (text: string): boolean => {
  const first = text.charCodeAt(0);
  return (first > SPACE && first < DELETE) || text.trim() !== "";
};
const SPACE = 0x20;
const DELETE = 0x7f;

/** The field as text; null when absent or empty. */
export const textAt = (from: Payload, key: string): string | null => {
  const value = from[key];
  return typeof value === "string" && isSaying(value) ? value : null;
};

/** The field as a finite number, numeric text included; null otherwise. */
export const numberAt = (from: Payload, key: string): number | null => {
  const value = from[key];
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
};

/** The field as a list of objects; others in it are left out. */
export const listAt = (from: Payload, key: string): readonly Payload[] => {
  const value = from[key];
  if (!Array.isArray(value)) return [];
  return value.every(isObject) ? value : value.filter(isObject);
};
