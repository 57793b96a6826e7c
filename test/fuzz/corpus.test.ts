import { fc } from "@fast-check/vitest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { attacks } from "./attack.js";
import { readCorpus } from "./corpus.js";
import { openTarget, type Target } from "./target.js";

const corpus = readCorpus();

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

it("there is a corpus", () => expect(corpus.length).toBeGreaterThan(5));

it.each(corpus)("$name does no harm", async ({ attack }) => {
  expect(await target.attack(attack)).toBeNull();
});

it("neither does a part of what `npm run fuzz` tries", async () => {
  for (const attack of fc.sample(attacks, { numRuns: 60, seed: 1 }))
    expect(await target.attack(attack)).toBeNull();
});
