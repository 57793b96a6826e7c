import type { Register, RegisterType, RegisterValue } from "../../domain/device.js";

const BYTES: Readonly<Record<RegisterType, number>> = {
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

/** Registers of 16 bits that a type takes. */
export const registerCount = (type: RegisterType): number => BYTES[type] / 2;

type Reader = (view: DataView) => number | bigint;
type Writer = (view: DataView, value: number) => void;

const READ: Readonly<Record<RegisterType, Reader>> = {
  int16: (view) => view.getInt16(0),
  uint16: (view) => view.getUint16(0),
  int32: (view) => view.getInt32(0),
  uint32: (view) => view.getUint32(0),
  int64: (view) => view.getBigInt64(0),
  uint64: (view) => view.getBigUint64(0),
  float32: (view) => view.getFloat32(0),
  float64: (view) => view.getFloat64(0),
};

const WRITE: Readonly<Record<RegisterType, Writer>> = {
  int16: (view, value) => view.setInt16(0, value),
  uint16: (view, value) => view.setUint16(0, value),
  int32: (view, value) => view.setInt32(0, value),
  uint32: (view, value) => view.setUint32(0, value),
  int64: (view, value) => view.setBigInt64(0, BigInt(value)),
  uint64: (view, value) => view.setBigUint64(0, BigInt(value)),
  float32: (view, value) => view.setFloat32(0, value),
  float64: (view, value) => view.setFloat64(0, value),
};

/** Words of a number, high word first, turned where the low one comes first; its own inverse. */
const inOrder = (words: readonly number[], { wordOrder }: Pick<Register, "wordOrder">): number[] =>
  wordOrder === "big" ? [...words] : words.toReversed();

const viewOf = (words: readonly number[]): DataView => {
  const view = new DataView(new ArrayBuffer(words.length * 2));
  words.forEach((word, at) => view.setUint16(at * 2, word));
  return view;
};

/**
 * The number in registers as they came. null: too few of them, or no finite number. A 64-bit integer beyond
 * 2⁵³ is rounded.
 */
export const decodeRegisters = (
  register: Pick<Register, "type" | "wordOrder">,
  words: readonly number[],
): number | null => {
  if (words.length !== registerCount(register.type)) return null;
  const value = Number(READ[register.type](viewOf(inOrder(words, register))));
  return Number.isFinite(value) ? value : null;
};

const fits = (type: RegisterType, value: number): boolean => {
  if (type === "float64") return Number.isFinite(value);
  if (type === "float32") return Number.isFinite(Math.fround(value));
  const bits = BYTES[type] * 8;
  const [low, high] = type.startsWith("u") ? [0, 2 ** bits] : [-(2 ** (bits - 1)), 2 ** (bits - 1)];
  return value >= low && value < high;
};

/** Registers for a number, integers rounded. null: the type does not hold it. */
export const encodeRegisters = (
  register: Pick<Register, "type" | "wordOrder">,
  value: number,
): number[] | null => {
  const written = register.type.startsWith("float") ? value : Math.round(value);
  if (!fits(register.type, written)) return null;
  const view = new DataView(new ArrayBuffer(BYTES[register.type]));
  WRITE[register.type](view, written);
  const words = Array.from({ length: registerCount(register.type) }, (_, at) => view.getUint16(at * 2));
  return inOrder(words, register);
};

/** What SunSpec models write where a point is not implemented. */
const NOT_IMPLEMENTED: Readonly<Record<RegisterType, number | null>> = {
  int16: -(2 ** 15),
  uint16: 2 ** 16 - 1,
  int32: -(2 ** 31),
  uint32: 2 ** 32 - 1,
  int64: -(2 ** 63),
  uint64: 2 ** 64,
  float32: null,
  float64: null,
};
/** Exponents of SunSpec scale factors. */
const MOST_EXPONENT = 10;

/**
 * The value in kW or percent of registers as they came, with the register of the exponent where the value has
 * one (SunSpec). A sentence where there is no value in them.
 */
export const valueOfRegisters = (
  value: RegisterValue,
  words: readonly number[],
  scaleWords: readonly number[] | null,
): number | string => {
  const raw = decodeRegisters(value, words);
  if (raw === null) return `no number in ${words.length} registers of ${value.type}`;
  if (value.scaleAddress === null) return raw * value.factor;
  if (raw === NOT_IMPLEMENTED[value.type]) return `not implemented (SunSpec) at ${value.address}`;
  const exponent = decodeRegisters({ type: "int16", wordOrder: "big" }, scaleWords ?? []);
  if (exponent === null || Math.abs(exponent) > MOST_EXPONENT)
    return `no exponent of ten at ${value.scaleAddress}`;
  return raw * 10 ** exponent * value.factor;
};
