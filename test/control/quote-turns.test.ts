import { describe, expect, it } from "vitest";
import type { YouxuError } from "../../src/domain/errors.js";
import { createQuoteTurns } from "../../src/control/sharing/quote-turns.js";

const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Work that ends when it is told to. */
const heldWork = () => {
  const ends: (() => void)[] = [];
  const begun: string[] = [];
  const work = (name: string) => async () => {
    begun.push(name);
    await new Promise<void>((resolve) => void ends.push(resolve));
    return name;
  };
  return { begun, work, endNext: async () => (ends.shift()?.(), settle()) };
};

describe("prices of many sites", () => {
  it("are worked out in the order of asking, one at a time", async () => {
    const { begun, work, endNext } = heldWork();
    const turns = createQuoteTurns();
    const all = Promise.all(["a", "b", "a"].map((site, one) => turns.take(site, work(`${site}${one}`))));
    for (const names of [["a0"], ["a0", "b1"], ["a0", "b1", "a2"]]) {
      await Promise.resolve();
      expect(begun).toEqual(names);
      await endNext();
    }
    expect(await all).toEqual(["a0", "b1", "a2"]);
    expect(turns.idle()).toBe(true);
  });

  it("are five of a site and twenty in all, and a place that is free again is given again", async () => {
    const { work, endNext } = heldWork();
    const turns = createQuoteTurns();
    const [told, refused]: [string[], string[]] = [[], []];
    const ask = async (sites: string): Promise<void> => {
      for (const site of sites)
        turns.take(site, work(site)).then(
          () => told.push(site),
          (err: unknown) => refused.push(`${site} ${(err as YouxuError).code}`),
        );
      await settle();
    };
    await ask("aaaabbbbccccddddaa");
    expect(refused).toEqual(["a emergency.too-many"]);
    await ask("efgh");
    expect(refused.slice(1)).toEqual(["h emergency.too-many"]);
    await endNext();
    await ask("hi");
    expect(refused.slice(2)).toEqual(["i emergency.too-many"]);
    expect(turns.idle()).toBe(false);
    for (let left = 20; left > 0; left--) await endNext();
    expect(told.join("")).toBe("aaaabbbbccccddddaefgh");
    expect(turns.idle()).toBe(true);
  });

  it("that fail leave the others their turn and their place", async () => {
    const turns = createQuoteTurns();
    for (let time = 0; time < 6; time++)
      await expect(turns.take("a", () => Promise.reject(new Error("no plan")))).rejects.toThrow("no plan");
    expect(await turns.take("a", async () => "told")).toBe("told");
    expect(turns.idle()).toBe(true);
  });
});
