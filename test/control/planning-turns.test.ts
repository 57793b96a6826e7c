import { describe, expect, it } from "vitest";
import { createPlanningTurns } from "../../src/control/planning-turns.js";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("sites that plan at the same moment", () => {
  it("begin in their order, and the event loop turns between any two", async () => {
    const turns = createPlanningTurns();
    const seen: string[] = [];
    const tick = (): void => {
      seen.push("-");
      if (seen.length < 20) setImmediate(tick);
    };
    setImmediate(tick);
    const passes = ["a", "b", "c"].map((site) =>
      turns(async () => {
        seen.push(site);
        await Promise.resolve();
        seen.push(`${site} planned`);
      }),
    );
    await Promise.all(passes);
    const planned = seen.join(" ").replaceAll(/(- )+/g, "- ");
    expect(planned).toBe("a a planned - b b planned - c c planned");
  });

  it("do not wait for what another's pass waits for", async () => {
    const turns = createPlanningTurns();
    let answer: () => void = () => {};
    const slow = turns(() => new Promise<string>((resolve) => (answer = () => resolve("slow"))));
    expect(await turns(async () => "quick")).toBe("quick");
    answer();
    expect(await slow).toBe("slow");
  });

  it("alone begins at once, also after others have been", async () => {
    const turns = createPlanningTurns();
    for (let time = 0; time < 3; time += 1) {
      let hasBegun = false;
      const pass = turns(async () => void (hasBegun = true));
      expect(hasBegun).toBe(true);
      await pass;
      await turn();
      await turn();
    }
  });

  it("that fails leaves the others their turn", async () => {
    const turns = createPlanningTurns();
    const failing = turns(() => Promise.reject(new Error("a plan that failed")));
    const other = turns(async () => "planned");
    await expect(failing).rejects.toThrow("a plan that failed");
    expect(await other).toBe("planned");
  });
});
