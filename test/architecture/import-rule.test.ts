import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { breaches, importsOf, modulesBelow } from "./import-rule.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const modules = modulesBelow(root, ["src", "sims"]);

describe("the import rule", () => {
  it("looked at the product's modules and their imports", () => {
    expect(modules.length).toBeGreaterThan(50);
    expect(modules.flatMap(importsOf).length).toBeGreaterThan(modules.length);
  });

  it("is kept by every module", () => {
    expect(breaches(modules)).toEqual([]);
  });

  it.each([
    ["a pure folder reaching for I/O", "src/planning/x.ts", 'import { readFileSync } from "node:fs";'],
    [
      "a pure folder reaching for an edge",
      "src/dispatch/x.ts",
      'import { open } from "../store/open-store.js";',
    ],
    [
      "files where only threads are allowed",
      "src/optimizer/solvers/structured/threads/x.ts",
      'import { readFileSync } from "node:fs";',
    ],
    ["a package of another folder", "src/optimizer/x.ts", 'import highs from "highs";'],
    [
      "the simulator reaching for our codecs",
      "sims/x.ts",
      'import { v16 } from "../src/ocpp/v16/profile.js";',
    ],
    ["a dynamic import", "src/fleet/x.ts", 'const ws = await import("ws");'],
    ["a required package", "src/ocpp/x.ts", 'const yaml = require("yaml/package.json");'],
    ["a required package with a made name", "src/ocpp/x.ts", "const file = require(`yaml/${name}.json`);"],
    ["a re-export", "src/domain/x.ts", 'export { a } from "../fleet/reduce.js";'],
    ["an import over several lines", "src/fleet/x.ts", 'import {\n  a,\n  b,\n} from "luxon";'],
    ["a folder outside the house", "src/misc/x.ts", "export const a = 1;"],
  ])("finds %s", (_name, path, source) => {
    expect(breaches([{ path, source }])).toHaveLength(1);
  });
});
