import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fc } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { attacks, openTarget } from "./attack.js";

const seconds = Number(process.env["FUZZ_SECONDS"] ?? "10");
const seed = Number(process.env["FUZZ_SEED"] ?? "1");
const ROUND = 50;

it(`random frames, URLs and headers do no harm for ${seconds} s (seed ${seed})`, async () => {
  const target = await openTarget();
  const untilMs = performance.now() + seconds * 1_000;
  let tried = 0;
  try {
    for (let round = 0; performance.now() < untilMs; round++)
      for (const attack of fc.sample(attacks, { numRuns: ROUND, seed: seed + round })) {
        if (performance.now() >= untilMs) break;
        const fault = await target.attack(attack);
        tried++;
        if (fault === null) continue;
        const file = fileURLToPath(new URL(`corpus/found-${seed}-${tried}.json`, import.meta.url));
        writeFileSync(file, `${JSON.stringify(attack, null, 2)}\n`);
        expect.fail(`${fault}; kept as ${file}`);
      }
  } finally {
    await target.close();
  }
  console.log(`${tried} attacks`);
  expect(tried).toBeGreaterThan(0);
});
