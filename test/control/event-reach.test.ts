/** An event makes those sites plan that it reaches, or reached until now, and no others: a city has hundreds. */
import { expect, it } from "vitest";
import type { GridEvent } from "../../src/domain/signal.js";
import type { Site } from "../../src/domain/site.js";
import { EVENING_MS, communityOf } from "../fixtures/sites.js";
import { flatPolicy, harnessOf } from "./harness.js";

const siteOf = (id: string): Site => {
  const site = communityOf([]);
  const named = (node: string): string => `${id}.${node}`;
  return {
    ...site,
    id,
    rootNodeId: named(site.rootNodeId),
    nodes: site.nodes.map((node) => ({
      ...node,
      id: named(node.id),
      parentId: node.parentId === null ? null : named(node.parentId),
    })),
    meteringPoints: site.meteringPoints.map((point) => ({ ...point, nodeId: named(point.nodeId) })),
  };
};

const aimedAt = (...nodeIds: readonly string[]): GridEvent => ({
  id: "e",
  programId: "p",
  name: null,
  priority: null,
  modifiedMs: EVENING_MS,
  nodeIds,
  intervals: [],
});

type Aim = GridEvent | null;
const EAST = aimedAt("east.piles");
const WEST = aimedAt("west.transformer");
const ALL: GridEvent = { ...aimedAt(), nodeIds: null };
const FOREIGN = aimedAt();
const BOTH = aimedAt("east.piles", "west.piles");

it.each<[string, Aim, Aim, readonly string[]]>([
  ["posted for one", null, EAST, ["east"]],
  ["changed at one", WEST, WEST, ["west"]],
  ["moved from one to another", EAST, WEST, ["east", "west"]],
  ["taken back from one", WEST, null, ["west"]],
  ["posted for all", null, ALL, ["east", "west", "north"]],
  ["narrowed from all to one", ALL, EAST, ["east", "west", "north"]],
  ["posted for nobody here", null, FOREIGN, []],
  ["narrowed from all to nobody here", ALL, FOREIGN, ["east", "west", "north"]],
  ["posted for two", null, BOTH, ["east", "west"]],
  ["narrowed from two to one", BOTH, WEST, ["east", "west"]],
  ["gone before anybody knew it", null, null, ["east", "west", "north"]],
])("an event %s", async (_, before, after, reached) => {
  const others = ["west", "north"].map(siteOf);
  const harness = await harnessOf(siteOf("east"), flatPolicy(0), { others });
  const fire = async (event: Aim): Promise<readonly string[]> => {
    await harness.run(5_000);
    harness.events = event === null ? [] : [event];
    const planned = harness.cycles.length;
    harness.fireEvent();
    await harness.run(5_000);
    return harness.cycles.slice(planned).map(({ siteId }) => siteId);
  };
  if (before !== null) await fire(before);
  expect((await fire(after)).toSorted()).toEqual([...reached].toSorted());
});

it("an event that stood before the start is known by where it aimed", async () => {
  const harness = await harnessOf(siteOf("east"), flatPolicy(0), {
    others: [siteOf("west")],
    events: [EAST],
  });
  await harness.run(5_000);
  const planned = harness.cycles.length;
  harness.events = [];
  harness.fireEvent();
  await harness.run(5_000);
  expect(harness.cycles.slice(planned).map(({ siteId }) => siteId)).toEqual(["east"]);
});
