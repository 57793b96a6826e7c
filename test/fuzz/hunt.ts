import { fc } from "@fast-check/vitest";
import { type Attack, attacks } from "./attack.js";
import type { Plant } from "./plants.js";
import { shrink } from "./shrink.js";
import { openTarget, type Target } from "./target.js";

export interface Found {
  readonly fault: string;
  /** What did it, and the least that still does. */
  readonly attack: Attack;
  readonly least: Attack;
}

export interface Hunt {
  readonly seed: number;
  /** Whether to go on after so many attacks. */
  readonly goesOn: (tried: number) => boolean;
  /** For tests of the hunt itself. */
  readonly plant?: Plant;
  readonly answerWithinMs?: number;
  readonly mostTries?: number;
}

const ROUND = 50;
/** The server may hold so much more after any number of attacks. */
const SLACK_BYTES = 40_000_000;
/** One attack again and again may leave so much each time: entries of bounded books. */
const LEFT_BYTES = 100_000;
const WARM = 4;
const AGAIN = 20;
const MOST_TRIES = 200;
export const GROWTH = "the server holds more and more";

/** Attacks a server at random until one does harm, which is then made as small as it can be. */
export const hunt = async (how: Hunt): Promise<{ readonly tried: number; readonly found: Found | null }> => {
  const target = await open(how);
  try {
    let tried = 0;
    const flat = (await target.heapBytes()) + SLACK_BYTES;
    for (let round = 0; how.goesOn(tried); round++) {
      const drawn = fc.sample(attacks, { numRuns: ROUND, seed: (how.seed + round) | 0 });
      for (const [index, attack] of drawn.entries()) {
        if (!how.goesOn(tried)) break;
        const fault = await target.attack(attack);
        tried += 1;
        if (fault !== null) return { tried, found: await finding(how, fault, drawn.slice(0, index + 1)) };
      }
      if ((await target.heapBytes()) > flat) return { tried, found: await finding(how, GROWTH, drawn) };
    }
    return { tried, found: null };
  } finally {
    await target.close();
  }
};

const open = ({ plant, answerWithinMs }: Hunt): Promise<Target> => openTarget(plant ?? null, answerWithinMs);

/** The last that was tried does it, as a rule alone; else one of those before it. */
const finding = async (how: Hunt, fault: string, tried: readonly Attack[]): Promise<Found> => {
  const lab = createLab(how);
  const isHarmful = fault === GROWTH ? lab.grows : lab.harms;
  try {
    for (const attack of tried.toReversed())
      if (await isHarmful(attack))
        return { fault, attack, least: await shrink(attack, isHarmful, how.mostTries ?? MOST_TRIES) };
  } finally {
    await lab.close();
  }
  const [last] = tried.slice(-1);
  if (last === undefined) throw new Error(`${fault}, before anything was tried`);
  return { fault: `${fault}, and not again by any of the last attacks alone`, attack: last, least: last };
};

/** Tries attacks one by one; a server that was harmed makes way for another. */
const createLab = (how: Hunt) => {
  let target: Target | null = null;
  const close = async (): Promise<void> => {
    await target?.close();
    target = null;
  };
  const tryOn = async (look: (target: Target) => Promise<boolean>): Promise<boolean> => {
    target ??= await open(how);
    const isHarmed = await look(target);
    if (isHarmed) await close();
    return isHarmed;
  };
  return {
    close,
    harms: (attack: Attack) => tryOn(async (at) => (await at.attack(attack)) !== null),
    grows: (attack: Attack) =>
      tryOn(async (at) => {
        const before = await at.heapAfter(attack, WARM);
        return (await at.heapAfter(attack, AGAIN)) - before > AGAIN * LEFT_BYTES;
      }),
  };
};
