import { expect, it } from "vitest";
import { builtInScenario } from "../../src/app/package-files.js";
import { loadScenario } from "../../sims/index.js";
import { digestOf, plansOf, runEvening } from "./evening.js";

it.each(["direct", "wire"] as const)(
  "a night of every kind of fault and event gives the same bytes a second time in %s mode",
  async (mode) => {
    const night = async () => {
      const { cycles, report } = await runEvening(loadScenario(builtInScenario("hard-night")), mode);
      return { plans: digestOf(plansOf(cycles)), report: JSON.stringify(report), cycles: cycles.length };
    };
    const [first, second] = [await night(), await night()];
    expect(first.cycles).toBeGreaterThan(100);
    expect(second).toEqual(first);
  },
  600_000,
);
