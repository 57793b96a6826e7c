/**
 * One car is to give back with 5 kW, the other charges with what that leaves: a limit of 2 kW and no base load.
 *
 * 1. The other has nothing of it before the first one's meter shows it; then at once, without a measurement.
 * 2. A car that gave back and leaves is planned without at its very moment: nothing is gathered then.
 * 3. So it is where its meter shows that it gives back less, though its session goes on.
 * 4. So it is where a car begins that no default is known to hold, and where a station refuses what was planned.
 */
import { expect, it } from "vitest";
import type { Policy } from "../../src/control/contract.js";
import type { StationCommand } from "../../src/domain/command.js";
import { scheduledKw } from "../../src/domain/draw.js";
import type { Site } from "../../src/domain/site.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { flatPolicy, type Harness, harnessOf, meter, plugIn } from "./harness.js";

const LIMIT_KW = 2;
const BACK_KW = 5;
const GIVING = "giving";
const CHARGING = "charging";

const siteOf = (): Site => {
  const piles = [GIVING, CHARGING].map((id) => stationOf(id, { maxDischargeKw: id === GIVING ? 7 : 0 }));
  const site = communityOf(piles, { baseProfileKw: Array.from({ length: 96 }, () => 0), baseMarginShare: 0 });
  const [root, ...others] = site.nodes;
  return {
    ...site,
    nodes: [{ ...root!, importLimitKw: LIMIT_KW, exportLimitKw: null, failsafe: "graced" }, ...others],
  };
};

/** The plan that counts on it; without the car that gives back the other has the limit alone. */
const RELYING: Policy = {
  name: "relying",
  plan: async (problem, starting) => {
    const outcome = await flatPolicy(0).plan(problem, starting);
    if (outcome.status === "invalid") return outcome;
    const isGiving = (id: string): boolean => id.includes(GIVING);
    const chargeKw = LIMIT_KW + (problem.sessions.some(({ id }) => isGiving(id)) ? BACK_KW : 0);
    const sessions = outcome.plan.sessions.map((session) => ({
      ...session,
      chargeKw: session.chargeKw.map(() => (isGiving(session.sessionId) ? 0 : chargeKw)),
      dischargeKw: session.chargeKw.map(() => (isGiving(session.sessionId) ? BACK_KW : 0)),
    }));
    return { ...outcome, plan: { ...outcome.plan, sessions } };
  },
};

const arrive = async (h: Harness): Promise<void> => {
  for (const stationId of [GIVING, CHARGING]) {
    const at = { stationId, atMs: h.clock.now() };
    h.control.report({ kind: "connected", version: "2.1", ...at });
    h.control.report({ kind: "booted", vendor: "v", model: "m", ...at });
    const capabilities = {
      rateUnit: "W",
      maxPeriods: 24,
      maxStackLevel: 8,
      dischargeSetpoint: true,
    } as const;
    h.control.report({ kind: "capabilities", capabilities, ...at });
  }
  await h.run(MINUTE_MS);
  const sessionId = await plugIn(h, GIVING);
  await h.control.setPreference(sessionId, { dischargeAllowed: true });
  await plugIn(h, CHARGING);
  await h.run(10 * SECOND_MS);
};

const toldKw = ({ sent, clock }: Harness, stationId: string): number | null => {
  const last = sent.findLast(
    ({ schedule }) => schedule.purpose === "session" && schedule.stationId === stationId,
  );
  return last === undefined ? null : scheduledKw(last.schedule, clock.now());
};

const shows = (h: Harness, powerKw: number, seqNo: number): Promise<void> =>
  meter(h, GIVING, { powerKw, importedWh: 1_000, seqNo });

const leave = ({ control, clock }: Harness, stationId: string) =>
  control.record({
    kind: "transaction-ended",
    stationId,
    evseId: 1,
    atMs: clock.now(),
    transactionId: `tx-${stationId}`,
    seqNo: 90,
    stationTimeMs: clock.now(),
    meterWh: 1_000,
    exportedWh: null,
    reason: "EVDisconnected",
  });

it("is given to nobody before a meter shows it, and then within a pass", async () => {
  const h = await harnessOf(siteOf(), RELYING);
  await arrive(h);
  expect([toldKw(h, GIVING), toldKw(h, CHARGING)]).toEqual([-BACK_KW, LIMIT_KW]);
  await shows(h, 0, 1);
  await h.run(5 * SECOND_MS);
  expect(toldKw(h, CHARGING)).toBe(LIMIT_KW);
  await shows(h, -BACK_KW, 2);
  await h.run(5 * SECOND_MS);
  expect(toldKw(h, CHARGING)).toBe(LIMIT_KW + BACK_KW);
});

it("is gone at the moment at which its car leaves", async () => {
  const h = await harnessOf(siteOf(), RELYING);
  await arrive(h);
  await shows(h, -BACK_KW, 1);
  await h.run(10 * SECOND_MS);
  await leave(h, GIVING);
  await h.run(0);
  expect(toldKw(h, CHARGING)).toBe(LIMIT_KW);
});

it("is gone at the moment at which a meter shows that its car gives back less", async () => {
  const h = await harnessOf(siteOf(), RELYING);
  await arrive(h);
  await shows(h, -BACK_KW, 1);
  await h.run(10 * SECOND_MS);
  expect(toldKw(h, CHARGING)).toBe(LIMIT_KW + BACK_KW);
  await shows(h, 0, 2);
  await h.run(0);
  expect(toldKw(h, CHARGING)).toBe(LIMIT_KW);
});

it("is asked for at once where a car begins that nothing holds, and again where its station refuses", async () => {
  const h = await harnessOf(siteOf(), flatPolicy(2));
  const asked: StationCommand[] = [];
  h.answer = (stationId, command) => {
    asked.push(command);
    return stationId === GIVING ? { status: "rejected", detail: "no" } : { status: "accepted" };
  };
  await arrive(h);
  await leave(h, GIVING);
  await h.run(MINUTE_MS);
  const passes = h.cycles.length;
  await h.control.record({
    kind: "transaction-started",
    stationId: GIVING,
    evseId: 1,
    atMs: h.clock.now(),
    transactionId: "tx-again",
    seqNo: 0,
    stationTimeMs: h.clock.now(),
    idToken: "card",
    meterWh: 1_000,
  });
  await h.run(0);
  expect(h.cycles.slice(passes).map(({ causes }) => causes.at(-1))).toEqual(["session-opened", "answer"]);
});
