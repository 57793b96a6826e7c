import { expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import type { Policy } from "../../src/control/contract.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import type { WarmStart } from "../../src/domain/warm-start.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, harnessOf, plugIn } from "./harness.js";

const PORT = { phases: 1, voltageV: 220, maxA: 32 } as const;
const STATIONS = ["p1", "p2", "p3"];

it("plans from where the last solve was, plan after plan", async () => {
  const given: (WarmStart | undefined)[] = [];
  const left: WarmStart[] = [];
  const optimizer = await policyByName("optimizer", 10_000);
  const policy: Policy = {
    name: "watched",
    plan: (problem, starting) => {
      given.push(starting?.warmStart);
      const onWarmStart = (warmStart: WarmStart): void => {
        left.push(warmStart);
        starting?.onWarmStart?.(warmStart);
      };
      return optimizer.plan(problem, { ...starting, onWarmStart });
    },
  };
  const harness = await harnessOf(communityOf(STATIONS.map((id) => stationOf(id, PORT))), policy);
  for (const id of STATIONS) connect(harness, id);
  await harness.run(MINUTE_MS);
  expect(given[0]).toBeUndefined();
  for (const id of STATIONS) await plugIn(harness, id);
  await harness.run(MINUTE_MS);
  const before = left.at(-1);
  expect(before?.sessions).toHaveLength(STATIONS.length);
  const plans = given.length;
  await harness.run(15 * MINUTE_MS);
  expect(given.length).toBeGreaterThan(plans);
  expect(given[plans]).toBe(before);
  expect(left.at(-1)?.startsMs[0]).toBeGreaterThan(before?.startsMs[0] ?? Infinity);
});
