import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.js";

/**
 * Where a name leads is looked at when the connection is made, so that no later answer leads elsewhere. Of an answer
 * that names private addresses beside public ones only these are handed on: all of them may be tried.
 */
export const guardedLookup =
  (resolve: (name: string) => Promise<readonly LookupAddress[]>): LookupFunction =>
  (name, options, done) => {
    resolve(name)
      .then((found) => {
        const [first, ...more] = found.filter(({ address }) => isPublicAddress(address));
        if (first === undefined) done(new Error(`${name} is no public address`), "");
        else if (options.all === true) done(null, [first, ...more]);
        else done(null, first.address, first.family);
      })
      .catch((error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ""));
  };
