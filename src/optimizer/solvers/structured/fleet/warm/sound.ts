import type { WarmStart } from "../../../../../domain/warm-start.js";

/** No power, energy price or product of a point that is worth a start is larger. */
const MOST = 1e9;
const LEAST_PRODUCT = 1e-12;

const isNumber = (value: unknown): boolean => typeof value === "number" && Math.abs(value) <= MOST;

/** Whether a snapshot, wherever it has been kept meanwhile, is made of numbers that a start can use. */
export const isSound = ({ product, startsMs, endMs, sessions, rows }: WarmStart): boolean =>
  isNumber(product) &&
  product >= LEAST_PRODUCT &&
  [...startsMs, endMs].every((ms, slot, all) => Number.isFinite(ms) && (slot === 0 || ms > all[slot - 1]!)) &&
  sessions.every(
    ({ firstSlot, chargeKw, dischargeKw, worthPerKwh }) =>
      Number.isInteger(firstSlot) && [chargeKw, dischargeKw, worthPerKwh].every((own) => own.every(isNumber)),
  ) &&
  rows.every(({ dual }) => dual.every((own) => own === null || isNumber(own)));
