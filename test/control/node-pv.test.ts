/**
 * PV that hangs on a board below the root, whose export limit is tighter than the site's.
 *
 * 1. What comes out of the board stays below its limit, whatever its load does, and the sun is used up to it.
 * 2. Without the board's meter its load counts as nothing.
 * 3. The plan counts on no more PV than the board lets out, and an excess is watched as that of the site.
 */
import { describe, expect, it } from "vitest";
import { nodeRooms } from "../../src/control/node-pv.js";
import { quarterHourHorizon } from "../../src/domain/horizon.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { inverterOf, roofState } from "../fixtures/inverters.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { openPvStage, type PvStage } from "./pv-stage.js";

const BOARD_LIMIT_KW = 6;
const METER_KW = 0.05;

const open = async (inverter: Parameters<typeof openPvStage>[0] = {}): Promise<PvStage> => {
  const { nodes } = communityOf([stationOf("A")]);
  const limitsKw: Record<string, number> = { transformer: 30, piles: BOARD_LIMIT_KW };
  const stage = await openPvStage({
    ...inverter,
    inverter: { nodeId: "piles", ...inverter.inverter },
    site: {
      nodes: nodes.map((node) => ({ ...node, exportLimitKw: limitsKw[node.id] ?? null })),
      meteredNodeIds: ["piles"],
    },
  });
  stage.roof.sunKw = 38;
  stage.boardKw = 10;
  return stage;
};

/** Most that came out of the board in a time, after it settled. */
const mostOut = async (stage: PvStage, durationMs: number): Promise<number> => {
  let mostKw = -Infinity;
  for (let passedMs = 0; passedMs < durationMs; passedMs += 5_000) {
    await stage.pass(5_000);
    mostKw = Math.max(mostKw, stage.boardExportKw);
  }
  return mostKw;
};

const inverterOfSite = async (stage: PvStage) => (await stage.control.live("community"))?.inverters?.[0];
const watched = (stage: PvStage) =>
  stage.control
    .readings()
    .sites[0]?.limits.find(({ nodeId, direction }) => nodeId === "piles" && direction === "export");

describe("the room of a board for an inverter", () => {
  // Nothing goes out of the board now; beside the commanded roof another hangs there.
  const roomBy = (stale: readonly string[]): number | null => {
    const nowMs = EVENING_MS;
    const site = {
      ...communityOf([stationOf("A")]),
      inverters: [inverterOf({ nodeId: "piles" })],
      measuredPv: [{ id: "shed", nodeId: "piles" }],
    };
    const powersKw: Record<string, number> = { roof: 12, shed: 3 };
    const [room = null] = nodeRooms({
      site,
      nowMs,
      untilMs: nowMs + MINUTE_MS,
      changedMs: nowMs - MINUTE_MS,
      floors: {
        horizon: quarterHourHorizon(nowMs, 1),
        bySlot: [null],
        below: new Map([["piles", [{ netKw: -6, reason: { key: "export-limit", limitKw: 6 } }]]]),
      },
      states: Object.entries(powersKw).map(([id, value]) =>
        roofState(nowMs, {
          id,
          power: { value, atMs: nowMs },
          staleSinceMs: stale.includes(id) ? nowMs : null,
        }),
      ),
      inverters: [
        {
          config: inverterOf({ nodeId: "piles" }),
          measuredKw: 12,
          following: true,
          steered: true,
          inPlay: [],
          lastToldKw: 12,
        },
      ],
      surroundings: ({ pv }) => ({
        measured: pv === null ? null : { importKw: 0, ...pv },
        leastDrawnKw: 0,
      }),
    });
    return room === null ? null : room.limitKw;
  };

  it.each<[string, string[], number]>([
    ["what it draws and lets out, less what others generate there", [], 12 + 3 + 6 - 3],
    ["what it lets out alone, where the roof's power is stale", ["roof"], 6 - 3],
    ["the same where that of another is", ["shed"], 6 - 3],
  ])("is %s", (_, stale, limitKw) => {
    expect(roomBy(stale)).toBe(limitKw);
  });
});

describe("an inverter at a board", () => {
  it("generates what the board draws and its limit lets out, and no more", async () => {
    const stage = await open();
    await stage.pass(2 * MINUTE_MS);
    expect(await mostOut(stage, 2 * MINUTE_MS)).toBeLessThanOrEqual(BOARD_LIMIT_KW + METER_KW);
    expect(stage.roof.powerKw).toBeCloseTo(16, 0);
    expect(await inverterOfSite(stage)).toMatchObject({
      reason: { key: "export-limit", limitKw: BOARD_LIMIT_KW, nodeId: "piles" },
    });
  });

  it("gives way within seconds where the board draws less, and comes back where it draws more", async () => {
    const stage = await open();
    await stage.pass(2 * MINUTE_MS);
    stage.boardKw = 3;
    await stage.pass(20_000);
    expect(await mostOut(stage, MINUTE_MS)).toBeLessThanOrEqual(BOARD_LIMIT_KW + METER_KW);
    stage.boardKw = 20;
    await stage.pass(2 * MINUTE_MS);
    expect(stage.roof.powerKw).toBeCloseTo(26, 0);
  });

  it("is held by the board's limit alone while the board's meter is silent", async () => {
    const stage = await open();
    await stage.pass(2 * MINUTE_MS);
    stage.tells.board = false;
    stage.boardKw = 0;
    await stage.pass(2 * MINUTE_MS);
    expect(await mostOut(stage, MINUTE_MS)).toBeLessThanOrEqual(BOARD_LIMIT_KW + METER_KW);
    expect(stage.limitKw).toBeCloseTo(BOARD_LIMIT_KW, 1);
  });

  it("without a watchdog is told no more than holds whatever the board draws", async () => {
    const stage = await open({ inverter: { watchdogMs: null } });
    await stage.pass(2 * MINUTE_MS);
    expect(await inverterOfSite(stage)).toMatchObject({ steered: true, limitKw: BOARD_LIMIT_KW });
  });

  it("counts in the plan with no more than the board leaves it", async () => {
    const stage = await open();
    await stage.pass(16 * MINUTE_MS);
    const pvKw = stage.cycles.at(-1)?.problem.nodes[0]?.pvKw ?? [];
    expect(pvKw[0]).toBeGreaterThan(5);
    expect(Math.max(...pvKw)).toBeLessThanOrEqual(16 + 1);
  });

  it("that pays no heed is watched: an export above the board's limit is a breach", async () => {
    const stage = await open();
    await stage.pass(2 * MINUTE_MS);
    expect(watched(stage)).toMatchObject({ breaches: 0, overSinceMs: null });
    stage.roof.heedless = true;
    await stage.pass(2 * MINUTE_MS);
    expect(watched(stage)?.breaches).toBe(1);
    expect(watched(stage)?.overSinceMs).not.toBeNull();
  });
});
