import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { YouxuError } from "../domain/errors.js";

/** Folder of the package, from the sources as from `dist`. */
export const packageRoot = (): string => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) throw new YouxuError("internal", "no package.json above the program");
    folder = above;
  }
  return folder;
};

const manifest = z.object({ version: z.string() });

export const packageVersion = (): string =>
  manifest.parse(JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"))).version;

/** A scenario that comes with the product, by its name. */
export const builtInScenario = (name: string): string => join(packageRoot(), "scenarios", `${name}.yaml`);
