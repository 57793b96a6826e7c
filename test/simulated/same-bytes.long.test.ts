import { expect, it } from "vitest";
import { digestOf, hardEvening, plansOf, runEvening } from "./evening.js";

it("the hard evening gives the same bytes a second time over the wire", async () => {
  const once = async (): Promise<string[]> => {
    const { cycles, report } = await runEvening(hardEvening(1), "wire");
    return [digestOf(plansOf(cycles)), JSON.stringify(report)];
  };
  expect(await once()).toEqual(await once());
});
