/** A virtual station keeps a new password in its file, as a real one does in its flash. */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openPasswordFile } from "../../src/app/password-file.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "password-file-"));
  file = join(folder, "pile.password");
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([0o600, 0o640])(
  "is in the file afterwards, which keeps its mode %o, and nothing beside it",
  (mode) => {
    writeFileSync(file, "the-first-password\n", { mode });
    const before = statSync(file);
    const opened = openPasswordFile(file);
    expect(opened.password).toBe("the-first-password");
    expect(opened.keep("the-second-password")).toBe(true);
    expect(readFileSync(file, "utf8")).toBe("the-second-password\n");
    expect(openPasswordFile(file).password).toBe("the-second-password");
    // Another file in its place, so that a power cut leaves one of both whole.
    expect(statSync(file).mode).toBe(before.mode);
    expect(statSync(file).ino).not.toBe(before.ino);
    expect(readdirSync(folder)).toEqual(["pile.password"]);
  },
);

it("is in the file that a link points to", () => {
  writeFileSync(file, "the-first-password\n");
  const link = join(folder, "link");
  symlinkSync(file, link);
  expect(openPasswordFile(link).keep("the-second-password")).toBe(true);
  expect(readFileSync(file, "utf8")).toBe("the-second-password\n");
});

it("is not kept where the file is gone, and none is made", () => {
  writeFileSync(file, "the-first-password\n");
  const opened = openPasswordFile(file);
  rmSync(file);
  expect(opened.keep("the-second-password")).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

it("needs a file that can be read", () => {
  expect(() => openPasswordFile(file)).toThrow(
    expect.objectContaining({ code: "file.unreadable", place: file }),
  );
});
