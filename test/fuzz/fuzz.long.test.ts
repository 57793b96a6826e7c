import { expect, it } from "vitest";
import { seedOf } from "../fixtures/seed.js";
import { keepInCorpus } from "./corpus.js";
import { hunt } from "./hunt.js";

const seconds = Number(process.env["FUZZ_SECONDS"] ?? "10");
/** Another in each run; that of an earlier one by FUZZ_SEED. */
const seed = seedOf(process.env["FUZZ_SEED"] ?? "random", "FUZZ_SEED");

it(`random frames, URLs and headers do no harm for ${seconds} s (FUZZ_SEED=${seed})`, async () => {
  console.log(`fuzzing with FUZZ_SEED=${seed}`);
  const untilMs = performance.now() + seconds * 1_000;
  const { tried, found } = await hunt({ seed, goesOn: () => performance.now() < untilMs });
  console.log(`${tried} attacks`);
  if (found !== null) {
    const file = keepInCorpus(`found-${seed}-${tried}`, found.least);
    expect.fail(
      `${found.fault}\nFUZZ_SEED=${seed}, attack ${tried}; the least of it is kept as ${file}: ${JSON.stringify(found.least)}`,
    );
  }
  expect(tried).toBeGreaterThan(0);
});
