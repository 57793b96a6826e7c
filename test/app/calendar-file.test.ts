/** A calendar as a file: that of the docs is one, and faults have line and column. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { calendarFile } from "../../src/app/calendar-file.js";
import { Faults } from "../../src/domain/faults.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "calendar-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const path = join(folder, "calendar.json");
  writeFileSync(path, text);
  return calendarFile(path);
};
/** Places of the faults of a text, without the folder. */
const placesOf = (text: string): (string | null | undefined)[] => {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    return error.faults.map(({ place }) => place?.replace(`${folder}/`, ""));
  }
};

describe("the calendar of a file", () => {
  it("is the one that docs/sharing.md shows", () => {
    const [, sample = ""] =
      /```json\n(\{[^`]*"hours"[^`]*)```/.exec(readFileSync("docs/sharing.md", "utf8")) ?? [];
    expect(read(sample)).toEqual(JSON.parse(sample));
  });

  it("needs no exceptions", () => {
    expect(read('{"hours":[]}')).toEqual({ hours: [], exceptions: [] });
  });

  it.each([
    ['{\n  "hours": [,]\n}', ["calendar.json:2:13"]],
    ['{\n  "hours": 3\n}', ["calendar.json:2:12 hours"]],
    ['{"exceptions":[]}', ["calendar.json:1:1 hours"]],
  ])("%j has its faults at %j", (text, places) => {
    expect(placesOf(text)).toEqual(places);
  });
});
