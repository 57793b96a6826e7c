import { describe, expect, it } from "vitest";
import type { Plan } from "../../src/domain/plan.js";
import type { LaidSignals } from "../../src/domain/signal.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { curtailmentsOf, pvFloors } from "../../src/planning/pv-floors.js";
import { communityOf, EVENING_MS } from "../fixtures/sites.js";

const horizon = quarterHourHorizon(EVENING_MS, 3);

interface Given {
  /** Own limit of export, kW; null: none. */
  readonly own: number | null;
  readonly event?: (number | null)[];
  readonly sell?: number[];
  readonly buy?: number[];
  readonly target?: (number | null)[];
  /** What the plan curtails, and its net power then. */
  readonly curtailed?: number[];
  readonly net?: number[];
}

const siteOf = (own: number | null) => {
  const plain = communityOf([]);
  return {
    ...plain,
    nodes: plain.nodes.map((node) => (node.id === "transformer" ? { ...node, exportLimitKw: own } : node)),
    meteringPoints: plain.meteringPoints.map((point) => ({ ...point, nodeId: "transformer" })),
  };
};

const inputOf = ({ own, event, sell, buy, target, curtailed, net }: Given) => {
  const signals: LaidSignals = {
    prices: new Map([["ev", { buyPerKwh: buy ?? [1, 1, 1], sellPerKwh: sell ?? [0, 0, 0] }]]),
    caps: [],
    targets:
      target === undefined ? [] : [{ id: "wish", nodeId: "transformer", powerKw: target, pricePerKwh: 1 }],
    notes: [],
    ...(event === undefined
      ? {}
      : {
          exportCaps: [
            {
              nodeId: "transformer",
              capKw: event,
              eventId: event.map((kw) => (kw === null ? null : "storm")),
            },
          ],
        }),
  };
  const nodes = [{ nodeId: "transformer", netKw: net ?? [0, 0, 0], curtailedKw: curtailed ?? [0, 0, 0] }];
  return { site: siteOf(own), horizon, signals, plan: { horizon, nodes } as unknown as Plan };
};

/** Floor and reason by slot, in one word each: `-10 export-limit`. */
const drawn = (given: Given): string[] =>
  pvFloors(inputOf(given)).bySlot.map((floor) =>
    floor === null ? "-" : `${floor.netKw} ${floor.reason.key}`,
  );

describe("the floor that PV may bring a site to", () => {
  it.each<[string, Given, string[]]>([
    ["no limit, no price", { own: null }, ["-", "-", "-"]],
    ["its own limit", { own: 10 }, ["-10 export-limit", "-10 export-limit", "-10 export-limit"]],
    ["a limit of nothing", { own: 0 }, ["0 export-limit", "0 export-limit", "0 export-limit"]],
    [
      "an event for a while",
      { own: 10, event: [null, 4, null] },
      ["-10 export-limit", "-4 event-export-limit", "-10 export-limit"],
    ],
    [
      "an event that is wider",
      { own: 10, event: [null, 12, null] },
      ["-10 export-limit", "-10 export-limit", "-10 export-limit"],
    ],
    [
      "a price below nothing for export",
      { own: null, sell: [0.1, -0.1, 0] },
      ["-", "0 negative-export-price", "-"],
    ],
    [
      "both prices below nothing: up to the import limit",
      { own: null, sell: [0, -0.1, 0], buy: [1, -0.2, -0.2] },
      ["-", "100 negative-import-price", "-"],
    ],
    [
      "a target for which the plan curtails",
      { own: 10, target: [null, -3, -3], curtailed: [0, 5, 0], net: [0, -3, -8] },
      ["-10 export-limit", "-3 dispatch-target", "-10 export-limit"],
    ],
    ["curtailment that no signal asks for", { own: null, curtailed: [5, 5, 5] }, ["-", "-", "-"]],
  ])("%s", (_name, given, floors) => expect(drawn(given)).toEqual(floors));

  it("names every quarter in which the plan holds PV back, how much and why", () => {
    const input = inputOf({ own: 10, event: [null, 4, null], curtailed: [0, 6, 2], net: [-9, -4, -10] });
    expect(curtailmentsOf(input.plan, pvFloors(input), input.site)).toEqual([
      {
        startMs: horizon.startsMs[1],
        endMs: horizon.startsMs[2],
        curtailedKw: 6,
        reason: { key: "event-export-limit", limitKw: 4, eventId: "storm" },
      },
      {
        startMs: horizon.startsMs[2],
        endMs: horizon.endMs,
        curtailedKw: 2,
        reason: { key: "export-limit", limitKw: 10 },
      },
    ]);
  });
});
