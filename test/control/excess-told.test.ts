/** A limit of a site or of a metered node that is exceeded is told once beyond its grace, and so is its end. */
import { expect, it } from "vitest";
import type { LimitExcess } from "../../src/domain/limit-excess.js";
import type { Site } from "../../src/domain/site.js";
import { SECOND_MS } from "../../src/domain/units.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, harnessOf, meter, plugIn } from "./harness.js";

/** 50 kW in and 10 kW out at the transformer, 20 kW in and 5 kW out at the board, each with 30 s of grace. */
const LIMITS: Readonly<Record<string, { importLimitKw: number; exportLimitKw: number }>> = {
  transformer: { importLimitKw: 50, exportLimitKw: 10 },
  piles: { importLimitKw: 20, exportLimitKw: 5 },
};
const siteWithGrace = (): Site => {
  const site = communityOf([stationOf("p1", { maxDischargeKw: 7 })], {
    baseProfileKw: Array.from({ length: 96 }, () => 1),
  });
  return { ...site, nodes: site.nodes.map((node) => ({ ...node, ...LIMITS[node.id], graceS: 30 })) };
};

it.each<[string, "site-import" | "node:piles", number, string]>([
  ["import of a site", "site-import", 51, "transformer import 50"],
  ["export of a site", "site-import", -11, "transformer export 10"],
  ["import of a node", "node:piles", 21, "piles import 20"],
  ["export of a node", "node:piles", -6, "piles export 5"],
])("the %s", async (_, kind, powerKw, about) => {
  const told: string[] = [];
  let seqNo = 0;
  const exceeded = ({ nodeId, direction, limitKw, isOver }: LimitExcess): void =>
    void told.push(`${nodeId} ${direction} ${limitKw} ${isOver ? "exceeded" : "kept"}`);
  const harness = await harnessOf(siteWithGrace(), flatPolicy(0), { exceeded });
  const { control, clock } = harness;
  connect(harness, "p1");
  await plugIn(harness, "p1");
  /** What comes out of a site is what its car gives back. */
  const measure = async (kw: number): Promise<void> => {
    await harness.run(20 * SECOND_MS);
    await meter(harness, "p1", { powerKw: Math.min(0, kw), importedWh: 1_000, seqNo: ++seqNo });
    await control.measure({ siteId: "community", kind, powerKw: kw, atMs: clock.now() });
  };
  await measure(0);
  await measure(powerKw);
  await measure(powerKw);
  expect(told).toEqual([]);
  await measure(powerKw);
  await measure(powerKw);
  expect(told).toEqual([`${about} exceeded`]);
  await measure(0);
  expect(told).toEqual([`${about} exceeded`, `${about} kept`]);
});
