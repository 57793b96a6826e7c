import { checkFailSafe } from "./fail-safe.js";

/** One draw of each law; `fail-safe.long.test.ts` takes more. */
checkFailSafe(1);
