import { SMALL } from "../problems.js";
import { costsWhatHighsFinds } from "./as-highs.js";

costsWhatHighsFinds([
  { runs: 3_000, mostStalled: 3, shape: { ...SMALL, flattening: true } },
  { runs: 1_000, mostStalled: 1, shape: { ...SMALL, oddPrices: true, flattening: true } },
  { runs: 60, mostStalled: 1, shape: { ...SMALL, maxSessions: 30, maxSlots: 60, flattening: true } },
]);
