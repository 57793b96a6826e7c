/**
 * A station that does not answer may have lost a message only. It is asked again soon, by a pass that begins for that,
 * and less and less often while it stays silent; once it has answered, its next silence is the first again.
 */
import { expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import type { Policy } from "../../src/control/contract.js";
import { flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";

const STATION = "mute";
/** Time in which an answer is given up. */
const GIVEN_UP_S = 30;

const isOfSession = ({ schedule }: Harness["sent"][number]): boolean => schedule.purpose === "session";

const LOST: CommandOutcome = { status: "timeout", detail: "lost" };

/** A station with a car that is to have `power.kw`; `power.unanswered` of its next schedules are not answered. */
const arrived = async (unanswered: number) => {
  const power = { kw: 2, unanswered };
  const policy: Policy = { name: "as said", plan: (...given) => flatPolicy(power.kw).plan(...given) };
  const h = await harnessOf(communityOf([stationOf(STATION)]), policy);
  const at = { stationId: STATION, atMs: h.clock.now() };
  h.control.report({ kind: "connected", version: "2.1", ...at });
  h.control.report({ kind: "booted", vendor: "v", model: "m", ...at });
  await h.run(MINUTE_MS);
  h.answer = (_, command) => {
    const isOurs = command.kind === "set-schedule" && command.schedule.purpose === "session";
    if (!isOurs || power.unanswered === 0) return { status: "accepted" };
    power.unanswered -= 1;
    return new Promise((resolve) => void h.clock.after(GIVEN_UP_S * SECOND_MS, () => resolve(LOST)));
  };
  await plugIn(h, STATION);
  return { h, power };
};

/** Seconds since a moment at which the car's schedule was told. */
const toldAtS = ({ sent }: Harness, sinceMs: number): number[] =>
  sent
    .filter((one) => isOfSession(one) && one.atMs >= sinceMs)
    .map(({ atMs }) => (atMs - sinceMs) / SECOND_MS);

it("is asked again 10 s after one lost message, by a pass of its own (2 s are gathered)", async () => {
  const { h } = await arrived(1);
  const sinceMs = h.clock.now();
  await h.run(5 * MINUTE_MS);
  expect(toldAtS(h, sinceMs)).toEqual([2, 44]);
});

it("is asked less and less often, every two minutes at last", async () => {
  const { h } = await arrived(Infinity);
  const sinceMs = h.clock.now();
  await h.run(14 * MINUTE_MS);
  const told = toldAtS(h, sinceMs);
  const pausesS = told.slice(1).map((atS, index) => atS - told[index]! - GIVEN_UP_S);
  expect(pausesS).toEqual([12, 22, 42, 82, 122, 122, 122]);
});

it("begins with 10 s again once it has answered", async () => {
  const { h, power } = await arrived(3);
  await h.run(5 * MINUTE_MS);
  const sinceMs = h.clock.now();
  Object.assign(power, { kw: 1, unanswered: 1 });
  h.fireEvent();
  await h.run(5 * MINUTE_MS);
  expect(toldAtS(h, sinceMs)).toEqual([2, 44]);
});
