import { createHash } from "node:crypto";
import { type ContractDelivery, type ContractRequest, emaidKey } from "../../domain/plug-and-charge.js";
import { type EpochMs, MINUTE_MS } from "../../domain/units.js";
import type { PoolContract } from "./pool.js";

/** A car asks for its next contract at once, or begins anew. */
const FORGOTTEN_AFTER_MS = 5 * MINUTE_MS;
const MOST_CARS = 1_000;

/** Which of a car's contracts it was given, so that it gets the others when it asks again. */
export interface HandedOut {
  next(stationId: string, contracts: readonly PoolContract[], request: ContractRequest): ContractDelivery;
}

/** A car is known by the contracts that the pool has for it: what it asks with is for the pool alone to read. */
export const createHandedOut = (now: () => EpochMs): HandedOut => {
  const cars = new Map<string, { readonly given: ReadonlySet<string>; readonly sinceMs: EpochMs }>();
  const givenTo = (car: string): ReadonlySet<string> => {
    const known = cars.get(car);
    return known !== undefined && Math.abs(now() - known.sinceMs) < FORGOTTEN_AFTER_MS
      ? known.given
      : new Set();
  };
  const remember = (car: string, given: ReadonlySet<string>): void => {
    cars.delete(car);
    if (given.size > 0) cars.set(car, { given, sinceMs: now() });
    const [oldest] = cars.keys();
    if (cars.size > MOST_CARS && oldest !== undefined) cars.delete(oldest);
  };
  return {
    next(stationId, contracts, { mostContracts, firstEmaids }) {
      const wanted = inOrder(contracts, firstEmaids).slice(0, Math.max(1, mostContracts ?? 1));
      const car = carOf(stationId, wanted);
      const given = givenTo(car);
      const [contract = wanted[0], ...others] = wanted.filter(({ emaid }) => !given.has(emaid));
      if (contract === undefined) return { cause: "failed", why: "the pool has no contract" };
      remember(car, others.length === 0 ? new Set() : new Set([...given, contract.emaid]));
      return { exiResponse: contract.certificateInstallationRes, remaining: others.length };
    },
  };
};

const inOrder = (
  contracts: readonly PoolContract[],
  firstEmaids: readonly string[],
): readonly PoolContract[] => {
  const wishes = firstEmaids.map(emaidKey);
  const rank = ({ emaid }: PoolContract): number => {
    const place = wishes.indexOf(emaidKey(emaid));
    return place < 0 ? wishes.length : place;
  };
  return contracts.toSorted((one, other) => rank(one) - rank(other));
};

const carOf = (stationId: string, contracts: readonly PoolContract[]): string => {
  const emaids = contracts.map(({ emaid }) => emaid).toSorted();
  return createHash("sha256")
    .update(JSON.stringify([stationId, emaids]))
    .digest("base64");
};
