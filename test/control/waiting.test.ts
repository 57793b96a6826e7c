import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/control/contract.js";
import { flatPolicy } from "./harness.js";
import { MINUTE, of, play, type Played, powers, siteOf, V2G } from "./v2g-play.js";

/** Nothing for two hours, then 7 kW. */
const LATER: Policy = {
  name: "later",
  plan: async (problem) => {
    const outcome = await flatPolicy(7).plan(problem);
    if (outcome.status === "invalid") return outcome;
    const sessions = outcome.plan.sessions.map((plan) => ({
      ...plan,
      chargeKw: plan.chargeKw.map((kw, slot) => (slot < 8 ? 0 : kw)),
    }));
    return { ...outcome, plan: { ...outcome.plan, sessions } };
  },
};
const NO_PAUSES = { ...V2G, dischargeSetpoint: false, dynamicProfiles: false, pausesAtMinimum: true };
const LEAST_KW = 1.32;

const told = ({ asked }: Played): number[] => powers(of(asked, "session"));

describe.each(["strict", "graced"] as const)(
  "a car that does not come back from 0 A, %s limit",
  (failsafe) => {
    it("waits at its least power where there is room for that", async () => {
      const played = await play(siteOf(failsafe), LATER, NO_PAUSES);
      expect(told(played).at(-1)).toBeCloseTo(LEAST_KW);
      await played.measure(12);
      expect(told(played).at(-1)).toBeCloseTo(LEAST_KW);
    });

    it("pauses where a limit would not hold beside it, as measured or as planned", async () => {
      const played = await play(siteOf(failsafe), LATER, NO_PAUSES);
      await played.measure(30);
      await played.harness.run(MINUTE);
      expect(told(played).at(-1)).toBe(0);
    });

    it("pauses while the site is measured above its limit, though room for it is planned with", async () => {
      const played = await play(siteOf(failsafe), LATER, NO_PAUSES);
      const atMs = played.harness.clock.now();
      const sample = { atMs, powerKw: 7, importedWh: 1_000, exportedWh: null, socPercent: null };
      played.tell({ kind: "sampled", evseId: 1, sample });
      await played.measure(21);
      expect(told(played).at(-1)).toBe(0);
    });
  },
);

it("a car that does not come back from 0 A has its least power left free if all messages were lost", async () => {
  const often = await play(siteOf("strict"), LATER, { ...NO_PAUSES, pausesAtMinimum: false });
  const never = await play(siteOf("strict"), LATER, NO_PAUSES);
  const rowKw = ({ harness }: Played): number =>
    harness.cycles.at(-1)!.problem.nodes.find(({ id }) => id === "transformer")!.failsafe!.headroomKw[0]!;
  expect(rowKw(often) - rowKw(never)).toBeCloseTo(LEAST_KW);
});
