import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dataSet } from "../fixtures/data-sets.js";

let parent: string;
const put = (folder: string): string => {
  mkdirSync(join(parent, folder), { recursive: true });
  writeFileSync(join(parent, folder, "a.csv"), "");
  return join(parent, folder, "a.csv");
};
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "youxu-data-"));
  mkdirSync(join(parent, "repository"));
  writeFileSync(join(parent, "a-file"), "");
});
afterEach(() => rmSync(parent, { recursive: true }));
const find = (stated: string | null = null): string | null =>
  dataSet("acn/a.csv", join(parent, "repository/"), stated);

it("is found beside the repository where DATA_SETS says nothing", () => {
  const file = put("neighbour/data/acn");
  expect(find()).toBe(file);
});

it("is looked for nowhere else where DATA_SETS names a folder", () => {
  put("neighbour/data/acn");
  expect(find(join(parent, "stated"))).toBeNull();
  const file = put("stated/acn");
  expect(find(join(parent, "stated"))).toBe(file);
});

it("is absent where no folder holds it", () => {
  put("neighbour/acn");
  expect(find()).toBeNull();
});
