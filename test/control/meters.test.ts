import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPriceBook } from "../../src/control/price-book.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { meterAbove, pathsToRoot } from "../../src/planning/tree.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, harnessOf, meter, plugIn } from "./harness.js";

const point = (id: string, nodeId: string) => ({
  id,
  nodeId,
  tariffId: "t",
  sellPriceId: null,
  demandCharge: null,
  carbon: null,
});

describe("a site of several meters", () => {
  it("bills a car by the nearest one at or above its node", () => {
    const nodes = communityOf([]).nodes.flatMap((node) => [
      node,
      { ...node, id: `${node.id}-below`, parentId: node.id },
    ]);
    fc.assert(
      fc.property(fc.subarray(nodes.map(({ id }) => id)), fc.constantFrom(...nodes), (metered, { id }) => {
        const site = communityOf([], {
          nodes,
          meteringPoints: metered.map((nodeId) => point(nodeId, nodeId)),
        });
        const nearest = pathsToRoot(site)
          .get(id)
          ?.find((above) => metered.includes(above));
        expect(meterAbove(site, id)?.id).toBe(nearest);
      }),
    );
  });

  it("shows and counts the prices of the cars' meter, wherever it stands in the list", async () => {
    // The harness prices `ev` at 0.5 and knows no price of `house`.
    const site = communityOf([stationOf("p1")], {
      meteringPoints: [point("house", "transformer"), point("ev", "piles")],
    });
    const h = await harnessOf(site, flatPolicy(5));
    connect(h, "p1");
    await plugIn(h, "p1");
    for (let minute = 1; minute < 30; minute++) {
      await h.run(MINUTE_MS);
      await meter(h, "p1", { powerKw: 5, importedWh: 1_000 + minute * 83, seqNo: minute });
    }
    const { savings, past, planned } = await h.control.live(site.id);
    expect(savings.deliveredKwh).toBeGreaterThan(2);
    expect(savings.actualCost).toBeCloseTo(0.5 * savings.deliveredKwh);
    expect([past.at(-1)?.buyPricePerKwh, planned[0]?.buyPricePerKwh]).toEqual([0.5, 0.5]);
  });

  it("says that a price is not known, not that it is nothing", async () => {
    const site = communityOf([stationOf("p1")], { meteringPoints: [point("house", "transformer")] });
    const signals = {
      lay: () => ({ prices: new Map(), caps: [], targets: [], notes: [] }),
      onChange: () => undefined,
    };
    expect(createPriceBook(site, signals).at("house", EVENING_MS, EVENING_MS)).toBeNull();
    const h = await harnessOf(site, flatPolicy(5));
    connect(h, "p1");
    await h.run(MINUTE_MS);
    for (const importKw of [60, 61]) {
      await h.control.measure({
        siteId: site.id,
        kind: "site-import",
        powerKw: importKw,
        atMs: h.clock.now(),
      });
      await h.run(MINUTE_MS);
    }
    const { past } = await h.control.live(site.id);
    expect(past.map(({ buyPricePerKwh, sellPricePerKwh }) => [buyPricePerKwh, sellPricePerKwh])).toEqual([
      [null, null],
    ]);
  });
});
