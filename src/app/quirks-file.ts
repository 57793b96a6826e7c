import { stringify } from "yaml";
import { parseQuirks } from "../config/read-quirks.js";
import type { QuirkEntry } from "../domain/quirks.js";
import { Faults } from "../domain/faults.js";
import type { ModelQuirks } from "../ports/quirk-book.js";
import { readText } from "./read-text.js";

/** The entries of a quirks file; throws all that is wrong with it. */
export const checkQuirks = (path: string): readonly QuirkEntry[] => {
  const read = parseQuirks(readText(path), path, "quirks.invalid");
  if (!read.ok) throw new Faults(read.errors);
  return read.value;
};

/** What models have taught as the text of a quirks file; what their stations dispute stands as a note. */
export const quirksText = (models: readonly Omit<ModelQuirks, "stationIds">[]): string => {
  const quirks = models
    .filter(({ agreed }) => Object.keys(agreed).length > 0)
    .map(({ vendor, model, firmware, agreed, disputed }) => ({
      vendor,
      model,
      ...(firmware === null ? {} : { firmware }),
      ...(disputed.length === 0 ? {} : { why: `its stations differ in ${disputed.join(", ")}` }),
      ...agreed,
    }));
  return stringify({ quirks });
};
