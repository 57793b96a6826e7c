/** Lines of the log name what they are about alike, as docs/operations.md has it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts"),
);
/** Fields of the first argument of each line: `log.warn({ stationId, … }` */
const LINE = /\blog\.(?:info|warn|error)\(\s*\{([^}]*)\}/g;
const OTHERS = /\b(?:station|site|evse|session|stationID|siteID|cp|identity)\b(?=\s*[:,]|\s*$)/;

it("a station is stationId, a site siteId, an EVSE evseId, a session sessionId", () => {
  const lines = files.flatMap((file) =>
    [...readFileSync(join("src", file), "utf8").matchAll(LINE)].map(([, fields = ""]) => ({ file, fields })),
  );
  expect(lines.length).toBeGreaterThan(60);
  expect(lines.filter(({ fields }) => OTHERS.test(fields))).toEqual([]);
});
