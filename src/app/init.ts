import { existsSync, writeFileSync } from "node:fs";
import { exampleSiteFile } from "../config/index.js";
import { asCalled } from "./called-as.js";
import { whyUnopened } from "../domain/unread-file.js";
import { YouxuError } from "../domain/errors.js";

/** Writes a commented site file. Refuses to replace one. */
export const writeSiteFile = (path: string, force: boolean): void => {
  if (existsSync(path) && !force) throw new YouxuError("config.exists", `${path} is there already`, path);
  try {
    writeFileSync(path, asCalled(exampleSiteFile()));
  } catch (error) {
    throw new YouxuError("file.unwritable", whyUnopened(error), path);
  }
};
