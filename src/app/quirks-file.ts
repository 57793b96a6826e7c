import { stringify } from "yaml";
import { readFileSync } from "node:fs";
import { YouxuError } from "../domain/errors.js";
import { whyUnopened } from "../domain/unread-file.js";
import { parseQuirks } from "../config/read-quirks.js";
import type { QuirkEntry } from "../domain/quirks.js";
import { Faults } from "../domain/faults.js";
import type { ModelQuirks } from "../ports/quirk-book.js";

/** The entries of a quirks file; throws all that is wrong with it. */
export const checkQuirks = (path: string): readonly QuirkEntry[] => {
  const read = parseQuirks(readText(path), path, "quirks.invalid");
  if (!read.ok) throw new Faults(read.errors);
  return read.value;
};

const readText = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new YouxuError("file.unreadable", whyUnopened(error), path);
  }
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
