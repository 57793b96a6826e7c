import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import { createNodeMeters } from "../../src/control/node-meters.js";
import { scheduledKw } from "../../src/domain/draw.js";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { lowerBaseBelow, upperBaseAt, upperBaseBelow } from "../../src/planning/node-base.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf, meter, plugIn } from "./harness.js";

const IDS = ["A", "B", "C", "D"];
const BOARD_KW = 20;
const MARGIN_SHARE = 0.1;

/** A sub-board of 20 kW with four cars, beside a workshop that only its own meter sees. */
const boardOf = () => {
  const plain = communityOf(IDS.map((id) => stationOf(id)));
  return {
    ...plain,
    baseMarginShare: MARGIN_SHARE,
    nodes: plain.nodes.map((node) =>
      node.id === "piles" ? { ...node, importLimitKw: BOARD_KW, failsafe: "strict" as const } : node,
    ),
  };
};

interface Board extends Harness {
  workshopKw: number;
  metered: boolean;
  readonly carsKw: () => number;
  readonly boardsKw: number[];
  pass(durationMs: number): Promise<void>;
}

const openBoard = async (): Promise<Board> => {
  const harness = await harnessOf(boardOf(), await policyByName("optimizer", 10_000));
  for (const id of IDS) connect(harness, id);
  await harness.run(5 * SECOND_MS);
  for (const id of IDS) await plugIn(harness, id);
  const { clock } = harness;
  let seqNo = 0;
  const carKw = (id: string): number => {
    const told = harness.sent.findLast(
      ({ stationId, schedule }) => stationId === id && schedule.transactionId !== null,
    );
    return told === undefined ? 0 : (scheduledKw(told.schedule, clock.now()) ?? 0);
  };
  const board: Board = Object.assign(harness, {
    workshopKw: 8,
    metered: true,
    boardsKw: [],
    carsKw: () => IDS.reduce((total, id) => total + carKw(id), 0),
    pass: async (durationMs: number) => {
      for (let passedMs = 0; passedMs < durationMs; passedMs += 10 * SECOND_MS) {
        await harness.run(10 * SECOND_MS);
        seqNo += 1;
        for (const id of IDS) await meter(harness, id, { powerKw: carKw(id), importedWh: 1_000, seqNo });
        const kw = board.workshopKw + board.carsKw();
        board.boardsKw.push(kw);
        if (board.metered)
          await harness.control.measure({
            siteId: "community",
            kind: "node:piles",
            powerKw: kw,
            atMs: clock.now(),
          });
      }
    },
  });
  return board;
};

describe("a sub-board with its own limit and its own meter", () => {
  it("holds its limit with what only its meter sees, and uses the rest", async () => {
    const board = await openBoard();
    await board.pass(5 * MINUTE_MS);
    board.boardsKw.splice(0);
    await board.pass(10 * MINUTE_MS);
    expect(Math.max(...board.boardsKw)).toBeLessThanOrEqual(BOARD_KW);
    expect(Math.min(...board.boardsKw)).toBeGreaterThan(BOARD_KW - MARGIN_SHARE * 8 - 1);
  });

  it("makes room within seconds where its load rises", async () => {
    const board = await openBoard();
    await board.pass(5 * MINUTE_MS);
    board.workshopKw = 14;
    await board.pass(40 * SECOND_MS);
    board.boardsKw.splice(0);
    await board.pass(10 * MINUTE_MS);
    expect(Math.max(...board.boardsKw)).toBeLessThanOrEqual(BOARD_KW);
  });

  it("holds the most that it ever showed while its meter is silent, and comes back", async () => {
    const board = await openBoard();
    board.workshopKw = 12;
    await board.pass(5 * MINUTE_MS);
    board.workshopKw = 4;
    await board.pass(16 * MINUTE_MS);
    board.metered = false;
    await board.pass(40 * MINUTE_MS);
    expect(board.carsKw()).toBeLessThanOrEqual(BOARD_KW - 12);
    expect(board.carsKw()).toBeGreaterThan(0);
    board.metered = true;
    await board.pass(16 * MINUTE_MS);
    expect(board.carsKw()).toBeGreaterThan(BOARD_KW - 12);
  });
});

describe("the base load at nodes", () => {
  const base = (nodes: Record<string, [number, number]>) => ({
    upperKw: [60],
    lowerKw: [40],
    nodes: new Map(
      Object.entries(nodes).map(([id, [lowKw, highKw]]) => [id, { upperKw: [highKw], lowerKw: [lowKw] }]),
    ),
  });
  const site = {
    ...communityOf([]),
    nodes: ["transformer", "piles", "hall", "hall-1"].map((id) => ({
      ...communityOf([]).nodes[1]!,
      id,
      parentId:
        { transformer: null, piles: "transformer", hall: "transformer", "hall-1": "hall" }[id] ?? null,
    })),
  };

  it.each<[string, Record<string, [number, number]>, number[], number[]]>([
    ["no meter below the root: all of it there", {}, [60, 0, 0, 0], [60, 0, 0, 0]],
    ["a part where its meter sees it", { piles: [5, 10] }, [60, 10, 0, 0], [50, 10, 0, 0]],
    ["more below than above", { piles: [5, 50], hall: [5, 30] }, [80, 50, 30, 0], [0, 50, 30, 0]],
    ["a meter above another", { hall: [5, 30], "hall-1": [5, 12] }, [60, 0, 30, 12], [30, 0, 18, 12]],
    ["a meter below an unmetered node", { "hall-1": [5, 12] }, [60, 0, 12, 12], [48, 0, 0, 12]],
  ])("%s", (_name, nodes, below, at) => {
    const ids = site.nodes.map(({ id }) => id);
    expect(ids.map((id) => upperBaseBelow(site, base(nodes), id)[0])).toEqual(below);
    expect(ids.map((id) => upperBaseAt(site, base(nodes), id)[0])).toEqual(at);
  });

  it("at the least is by the node's own meter, or by those below it together", () => {
    const known = base({ piles: [-5, 10], "hall-1": [7, 12] });
    expect(site.nodes.map(({ id }) => lowerBaseBelow(site, known, id)[0])).toEqual([40, -5, 7, 7]);
  });
});

describe("what a node's meter showed", () => {
  const site = { ...boardOf(), stations: [] };
  const around = { site, fleet: { stations: new Map() }, storages: [] };
  const starts = (fromMs: number) => Array.from({ length: 9 }, (_, hour) => fromMs + hour * HOUR_MS);

  it("stands for a time of day that was never seen, and comes back at that time the day after", () => {
    const meters = createNodeMeters();
    const show = (powerKw: number, atMs: number): void => {
      expect(meters.measure({ siteId: "community", kind: "node:piles", powerKw, atMs })).toBe(true);
      meters.observe(around);
    };
    const upper = (nowMs: number): number[] =>
      [...(meters.forecast(site, starts(nowMs), nowMs)?.get("piles")?.upperKw ?? [])].map(
        (kw) => Math.round(kw * 10) / 10,
      );
    show(10, EVENING_MS);
    expect(upper(EVENING_MS)).toEqual([11, 11, 11, 11, 11, 11, 11, 11, 11]);
    show(2, EVENING_MS + 4 * HOUR_MS);
    show(1, EVENING_MS + DAY_MS - HOUR_MS);
    // At 16:00 the next day: as now, but for 17:00 and 21:00, which were seen.
    expect(upper(EVENING_MS + DAY_MS - HOUR_MS)).toEqual([1.1, 11, 1.1, 1.1, 1.1, 2.2, 1.1, 1.1, 1.1]);
    expect(meters.measure({ siteId: "community", kind: "node:piles", powerKw: 3, atMs: EVENING_MS })).toBe(
      false,
    );
  });
});
