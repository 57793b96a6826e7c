import { SMALL } from "../problems.js";
import { costsWhatHighsFinds } from "./as-highs.js";

costsWhatHighsFinds([{ runs: 10_000, mostStalled: 10, shape: SMALL }]);
