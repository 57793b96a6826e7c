import { SMALL } from "../problems.js";
import { costsWhatHighsFinds } from "./as-highs.js";

costsWhatHighsFinds([
  { runs: 150, mostStalled: 3, shape: { ...SMALL, maxSessions: 30, maxSlots: 60 } },
  { runs: 150, mostStalled: 3, shape: { ...SMALL, maxSessions: 20, maxSlots: 96, oddPrices: true } },
]);
