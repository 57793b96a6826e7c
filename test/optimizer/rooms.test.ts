import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import {
  type Board,
  boardOf,
  chargeRoomKw,
  dischargeRoomKw,
  setCharge,
  setDischarge,
} from "../../src/optimizer/rounding/board.js";
import { exportRoomKw, importRoomKw } from "../../src/optimizer/rounding/rooms.js";
import { withStorages } from "../../src/optimizer/storages.js";
import { verify } from "../../src/optimizer/verify.js";
import { problemArb, SMALL } from "./problems.js";

/** Any powers at all, batteries and ports not asked: `verify` judges the network alone here. */
const anyPowers = (): fc.Arbitrary<{ problem: Problem; powerKw: number[][] }> =>
  problemArb({ ...SMALL, maxSlots: 3 })
    .map(withStorages)
    .chain((problem) =>
      fc.record({
        problem: fc.constant(problem),
        powerKw: fc.array(
          fc
            .array(fc.integer({ min: -16, max: 16 }), { minLength: 3, maxLength: 3 })
            .map((row) => row.map((x) => x / 4)),
          { minLength: problem.sessions.length, maxLength: problem.sessions.length },
        ),
      }),
    );

const boardWith = (problem: Problem, powerKw: readonly number[][]): Board => {
  const board = boardOf(problem);
  for (const [index, row] of powerKw.entries())
    for (const slot of board.hours.keys()) {
      setCharge(board, index, slot, Math.max(0, row[slot] ?? 0));
      setDischarge(board, index, slot, Math.max(0, -(row[slot] ?? 0)));
    }
  return board;
};

const ofLimits = (problem: Problem, board: Board): string[] => {
  const { violations } = verify(
    problem,
    { chargeKw: board.charge.map((row) => [...row]), dischargeKw: board.discharge.map((row) => [...row]) },
    { semiContinuous: false },
  );
  return violations
    .filter(
      ({ place, amount }) =>
        amount > 1e-6 && /\.(import|export|discharge|phase)LimitKw\[|\.voltageLimits\./.test(place),
    )
    .map(({ place }) => /\[(\d+)\]$/.exec(place)?.[1] ?? "");
};

const brokenSlots = (board: Board): string[] =>
  [...board.hours.keys()]
    .filter((slot) =>
      board.problem.nodes.some(
        (_, node) =>
          board.voltage.some(({ load, feed }) => Math.min(load[slot] ?? 0, feed[slot] ?? 0) < -1e-9) ||
          importRoomKw(board, node, slot) < -1e-9 ||
          exportRoomKw(board, node, slot) < -1e-9 ||
          (board.dischargeRoom[node]?.[slot] ?? 0) < -1e-9 ||
          board.phaseRoom[node]?.some((room) => (room[slot] ?? 0) < -1e-9),
      ),
    )
    .map(String);

const isKept = (board: Board): boolean =>
  brokenSlots(board).length === 0 &&
  board.failsafeRoom.every((row) => row.every((roomKw) => roomKw >= -1e-9));

describe("the rooms of a board", () => {
  it("are negative in just the slots in which verify finds a limit broken, whatever PV is curtailed", () => {
    let [broken, kept] = [0, 0];
    fc.assert(
      fc.property(anyPowers(), ({ problem, powerKw }) => {
        const board = boardWith(problem, powerKw);
        const seen = brokenSlots(board);
        expect(seen).toEqual([...new Set(ofLimits(problem, board))].sort());
        broken += seen.length;
        kept += board.hours.length - seen.length;
      }),
      { numRuns: 300 },
    );
    expect(Math.min(broken, kept)).toBeGreaterThan(50);
  });

  it("tell to the watt how far one car may charge or discharge more", () => {
    let met = 0;
    fc.assert(
      fc.property(anyPowers(), fc.boolean(), ({ problem, powerKw }, charging) => {
        const board = boardWith(problem, powerKw);
        const roomKw = (charging ? chargeRoomKw : dischargeRoomKw)(board, 0, 0);
        if (!isKept(board) || roomKw === Infinity) return;
        const [set, powers] = charging ? [setCharge, board.charge] : [setDischarge, board.discharge];
        const nowKw = powers[0]?.[0] ?? 0;
        set(board, 0, 0, nowKw + roomKw);
        expect(isKept(board)).toBe(true);
        set(board, 0, 0, nowKw + roomKw + 0.001);
        expect(isKept(board)).toBe(false);
        met++;
      }),
      { numRuns: 1_000 },
    );
    expect(met).toBeGreaterThan(50);
  });
});
