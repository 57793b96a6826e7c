import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { findPackage } from "../../src/server/package-root.js";

it("the page's scripts keep to the types of the domain", async () => {
  const { root } = findPackage();
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin",
    "tsc",
  );
  const run = promisify(execFile)(process.execPath, [compiler, "--noEmit", "-p", join(root, "src", "web")]);
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout?: string; message: string }) => error.stdout ?? error.message,
  );
  expect(output).toBe("");
});
