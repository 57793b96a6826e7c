import { checkFailSafe } from "./fail-safe.js";

checkFailSafe(10);
checkFailSafe(2, "wire");
