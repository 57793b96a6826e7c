import { checkFailSafe } from "./fail-safe.js";

checkFailSafe(6);
