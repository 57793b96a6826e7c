import { expect, test } from "vitest";
import type { Problem } from "../../src/domain/problem.js";
import { under } from "../../src/optimizer/events/choices.js";
import { planProblem, solverByName, verify } from "../../src/optimizer/index.js";
import { plainProblem } from "./problems.js";

/** Cars of 4.14 kW at least, so that rounding makes much of a difference; numbers from a line congruence. */
const crowdedSite = (seed: number): Problem => {
  let state = seed * 7919;
  const draw = (): number => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
  const plain = plainProblem(8);
  const [node, meter, car] = [plain.nodes[0], plain.meteringPoints[0], plain.sessions[0]];
  if (node === undefined || meter === undefined || car === undefined) throw new Error("nothing there");
  const [cars, limit] = [6 + Math.floor(draw() * 4), 6 + Math.floor(draw() * 14)];
  const perSlot = <Value>(of: (slot: number) => Value): Value[] =>
    Array.from({ length: 8 }, (_, slot) => of(slot));
  return {
    ...plain,
    nodes: [
      { ...node, importLimitKw: perSlot(() => limit), exportLimitKw: perSlot(() => null), failsafe: null },
    ],
    meteringPoints: [
      {
        ...meter,
        buyPricePerKwh: perSlot(() => Math.round(draw() * 100) / 100),
        sellPricePerKwh: perSlot(() => 0),
      },
    ],
    sessions: Array.from({ length: cars }, (_, index) => ({
      ...car,
      id: `car-${index}`,
      firstSlot: Math.floor(draw() * 3),
      endSlot: 8 - Math.floor(draw() * 3),
      minChargeKw: 4.14,
      maxChargeKw: 7,
      minDischargeKw: 0,
      maxDischargeKw: 0,
      reserveKwh: 0,
      initialKwh: 8,
      targetKwh: 8 + draw() * 4,
      chargeEfficiency: 1,
    })),
    payments: [
      {
        id: "event",
        nodeId: "site",
        baselineKw: perSlot((slot) => (slot >= 2 && slot < 5 ? limit : null)),
        segments: [{ kw: limit - 2, pricePerKwh: Math.round(draw() * 40) / 100 + 0.01 }],
        excessPricePerKwh: null,
        floorKw: Math.round((0.3 + 0.5 * draw()) * (limit - 2)),
      },
    ],
  };
};

test.each([39, 106, 20, 116])(
  "what is sent of crowded site %d is no dearer than what takes the event up",
  async (seed) => {
    const asked = crowdedSite(seed);
    const options = {
      solver: await solverByName("structured"),
      fallback: await solverByName("least-laxity"),
      timeLimitMs: 60_000,
    };
    const sent = await planProblem(asked, options);
    const taken = await planProblem(under(asked, new Map([[0, "taken-up"]])), options);
    if (sent.status === "invalid" || taken.status === "invalid") throw new Error("invalid");
    const powers = {
      chargeKw: taken.plan.sessions.map(({ chargeKw }) => chargeKw),
      dischargeKw: taken.plan.sessions.map(({ dischargeKw }) => dischargeKw),
    };
    const other = verify(asked, powers, { semiContinuous: true });
    const { objective } = sent.plan.certificate.sent;
    const [event] = sent.plan.events ?? [];
    if (event?.letBe == null) return;
    expect(objective).toBeLessThanOrEqual(other.objective + 1e-6);
    if (event.letBe.key === "dearer")
      expect(other.objective - objective).toBeGreaterThanOrEqual(event.letBe.byAtLeast - 1e-6);
  },
);
