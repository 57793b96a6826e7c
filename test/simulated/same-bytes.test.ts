import { expect, it } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import { loadScenario } from "../../sims/index.js";
import { digestOf, plansOf, runEvening } from "./evening.js";

it("a night of every kind of fault and event gives the same bytes a second time in direct mode", async () => {
  const night = async () => {
    const { cycles, report } = await runEvening(loadScenario(builtInScenario("hard-night")), "direct");
    return { plans: digestOf(plansOf(cycles)), report: JSON.stringify(report), cycles: cycles.length };
  };
  const [first, second] = [await night(), await night()];
  expect(first.cycles).toBeGreaterThan(100);
  expect(second).toEqual(first);
}, 600_000);
