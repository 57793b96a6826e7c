/** A limit that keeps to no quarter of an hour: it holds from its start to its end, not to the ends of the quarters. */
import { expect, it } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import type { CycleRecord } from "../../src/control/contract.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { loadScenario, type Scenario } from "../../sims/index.js";
import { runEvening } from "./evening.js";

const LIMIT_KW = 1;

/** The pile at home, whose car charges from 22:00 on, and an event from 23:03 to 23:10, posted an hour before. */
const shortEvent = (): Scenario => {
  const scenario = loadScenario(builtInScenario("one-pile"));
  const startMs = scenario.startMs + 6 * 60 * MINUTE_MS + 3 * MINUTE_MS;
  return {
    ...scenario,
    endMs: startMs + 30 * MINUTE_MS,
    events: [
      {
        postMs: startMs - 60 * MINUTE_MS,
        type: "IMPORT_CAPACITY_LIMIT",
        value: LIMIT_KW,
        nodeIds: [scenario.site.rootNodeId],
        startMs,
        startsNow: false,
        endMs: startMs + 7 * MINUTE_MS,
      },
    ],
  };
};

const clockTime = (atMs: number): string => new Date(atMs + 8 * 60 * MINUTE_MS).toISOString().slice(11, 19);

/** `when why: limit of each slot of the next half hour, and what the car is to draw`. */
const rowOf = ({ startedMs, causes, outcome, problem }: CycleRecord): string => {
  const [root] = problem.nodes;
  const kw = outcome.status === "invalid" ? [] : (outcome.plan.sessions[0]?.chargeKw ?? []);
  const slots = problem.horizon.startsMs
    .map((startMs, slot) => ({ startMs, limitKw: root?.importLimitKw?.[slot], kw: kw[slot] ?? 0 }))
    .filter(({ startMs }) => startMs < startedMs + 20 * MINUTE_MS)
    .map((slot) => `${clockTime(slot.startMs)} ${slot.limitKw} ${slot.kw > LIMIT_KW ? "charges" : "waits"}`);
  return `${clockTime(startedMs)} ${causes.join(" ")}: ${slots.join(", ")}`;
};

it("cuts the slot that runs, and plans again as the event begins and ends", async () => {
  const scenario = shortEvent();
  const { cycles, report } = await runEvening(scenario, "direct");
  const [event] = scenario.events;
  const near = cycles.filter(
    ({ startedMs, causes }) =>
      Math.abs(startedMs - (event?.startMs ?? 0)) < 8 * MINUTE_MS &&
      causes.some((cause) => cause === "slot" || cause === "event-change"),
  );
  expect(near.map(rowOf)).toEqual([
    "23:00:02 slot: 23:00:02 12 charges, 23:03:00 1 waits, 23:10:00 12 charges, 23:15:00 12 charges",
    "23:03:02 event-change: 23:03:02 1 waits, 23:10:00 12 charges, 23:15:00 12 charges",
    "23:10:02 event-change: 23:10:02 12 charges, 23:15:00 12 charges, 23:30:00 12 charges",
  ]);
  expect(report.metrics.breach.seconds).toBe(0);
}, 120_000);
