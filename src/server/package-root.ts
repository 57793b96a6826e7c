import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const packageFile = z.object({ name: z.literal("youxu"), version: z.string() });

/** Version of this package if the folder is its root; null otherwise. */
const versionAt = (folder: string): string | null => {
  try {
    return packageFile.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).version;
  } catch {
    return null;
  }
};

/** Folder and version of this package: the nearest one named youxu above this file, in src or in dist. */
export const findPackage = (): { root: string; version: string } => {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const version = versionAt(folder);
    if (version !== null) return { root: folder, version };
    const above = dirname(folder);
    if (above === folder) throw new Error("package.json of youxu not found above the server");
    folder = above;
  }
};
