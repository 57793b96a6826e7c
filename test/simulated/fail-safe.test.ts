import { checkFailSafe } from "./fail-safe.js";

/** Two draws of each law; `fail-safe.long.test.ts` takes more. */
checkFailSafe(2);
