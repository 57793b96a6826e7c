import { describe, expect, it } from "vitest";
import type { Site } from "../../src/domain/site.js";
import { createLimitWatch } from "../../src/control/limit-watch.js";
import { communityOf } from "../fixtures/sites.js";

const siteWith = (graceS: number | null): Site => {
  const site = communityOf([]);
  return { ...site, nodes: site.nodes.map((node) => ({ ...node, graceS })) };
};

const watch = (graceS: number | null) => {
  const lines: string[] = [];
  const told: boolean[] = [];
  const note = (_fields: object, message: string): void => void lines.push(message);
  return {
    lines,
    told,
    watched: createLimitWatch(siteWith(graceS), { info: note, warn: note, error: note }, "import", {
      exceeded: ({ isOver }) => void told.push(isOver),
    }),
  };
};

const BEYOND = "import above the limit beyond its grace";

describe("an import above the limit", () => {
  it.each([
    ["below the limit", 60, [99, 100, 100.04], []],
    ["above for less than its grace", 60, [101, 101, 99], []],
    [
      "above for longer, said once, and its end",
      60,
      [101, 102, 103, 101, 99],
      [BEYOND, "import is below the limit again"],
    ],
    ["above at a node without grace", null, [101], [BEYOND]],
    ["above twice, each within the grace", 60, [101, 101, 99, 101, 101], []],
  ])("%s", (_name, graceS, importsKw, said) => {
    const { lines, told, watched } = watch(graceS);
    importsKw.forEach((importKw, index) =>
      watched.see({ powerKw: importKw, limitKw: 100, atMs: index * 30_000 }),
    );
    expect(lines).toEqual(said);
    expect(told).toEqual(said.map((line) => line === BEYOND));
  });

  it("asks for a plan at once, then when it has grown or a plan has had ten seconds to show", () => {
    const { watched } = watch(60);
    const asked = [101, 101, 101.4, 102, 102, 101, 101, 99, 101].map((importKw, index) => {
      watched.see({ powerKw: importKw, limitKw: 100, atMs: index * 3_000 });
      return [watched.asksForPlan(), watched.asksForPlan()];
    });
    expect(asked.map(([first]) => first)).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
      false,
      false,
      true,
    ]);
    expect(asked.every(([, second]) => !second)).toBe(true);
  });

  it("tells since when, and nothing where there is no limit", () => {
    const { watched } = watch(60);
    watched.see({ powerKw: 101, limitKw: 100, atMs: 5_000 });
    watched.see({ powerKw: 102, limitKw: 100, atMs: 6_000 });
    expect(watched.overSinceMs).toBe(5_000);
    watched.see({ powerKw: 102, limitKw: null, atMs: 7_000 });
    expect(watched.overSinceMs).toBeNull();
  });
});
