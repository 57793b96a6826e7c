import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fc } from "@fast-check/vitest";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Attack, attacks, openTarget, type Target } from "./attack.js";

/** What ever did harm, or looked as if it might, a file each; `npm run fuzz` adds what it finds. */
const folder = fileURLToPath(new URL("corpus/", import.meta.url));
const corpus = readdirSync(folder).filter((name) => name.endsWith(".json"));

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

it("there is a corpus", () => expect(corpus.length).toBeGreaterThan(5));

it.each(corpus)("%s does no harm", async (name) => {
  const attack = JSON.parse(readFileSync(`${folder}${name}`, "utf8")) as Attack;
  expect(await target.attack(attack)).toBeNull();
});

it("neither does a part of what `npm run fuzz` tries", async () => {
  for (const attack of fc.sample(attacks, { numRuns: 60, seed: 1 }))
    expect(await target.attack(attack)).toBeNull();
});
