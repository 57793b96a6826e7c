/** The detector finds what is planted, says what it is, and makes what did it small. */
import { expect, it } from "vitest";
import type { Attack } from "./attack.js";
import { GROWTH, hunt } from "./hunt.js";
import type { Plant } from "./plants.js";

const SEED = 20_261_130;
/** Every plant is found long before. */
const MOST = 2_000;
/** Enough to see that it becomes smaller; whatever hangs costs its whole patience at each. */
const MOST_TRIES = 10;
const MOST_TRIES_HUNG = 5;
const ANSWER_WITHIN_MS = 8_000;

const sizeOf = (attack: Attack): number => JSON.stringify(attack).length;
const textsIn = (attack: Attack): string => (attack.kind === "frames" ? attack.texts.join() : "");
const pathIn = (attack: Attack): string => (attack.kind === "upgrade" ? attack.path : "");

it.each<[Plant, RegExp, (least: Attack) => string, RegExp]>([
  ["crash", /the process has ended/, textsIn, /^\[2,"[^"]*","(StatusNotification|NotifyEvent)"/],
  ["rejection", /unhandled rejection: Error: planted/, textsIn, /^\[2,"[^"]*","BootNotification"/],
  ["hang", /neither answered nor hung up on/, textsIn, /"(idTag|idToken)"/],
  ["stall", /the process does nothing any more|another station is not answered/, pathIn, /%/],
  ["leak", new RegExp(GROWTH), textsIn, /"(idTag|idToken)"/],
  ["invalid-answer", /no valid answer to BootNotification/, textsIn, /^\[2,"[^"]*","BootNotification"/],
  ["lost-state", /of \d+ Wh that another station told \d+ are left/, textsIn, /Transaction|MeterValues/],
])("%s", async (plant, fault, partOf, left) => {
  const { found } = await hunt({
    seed: SEED,
    goesOn: (tried) => tried < MOST,
    plant,
    answerWithinMs: ANSWER_WITHIN_MS,
    mostTries: plant === "hang" || plant === "stall" ? MOST_TRIES_HUNG : MOST_TRIES,
  });
  expect(found?.fault).toMatch(fault);
  const { attack, least } = found ?? expect.fail("nothing was found");
  expect(partOf(least)).toMatch(left);
  expect(sizeOf(least)).toBeLessThan(sizeOf(attack));
});

it("and finds nothing where nothing is planted", async () => {
  const { tried, found } = await hunt({ seed: SEED, goesOn: (count) => count < 150 });
  expect([tried, found]).toEqual([150, null]);
});
