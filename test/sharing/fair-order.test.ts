import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QueueEntry } from "../../src/domain/sharing.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { AGEING, inFairOrder, orderKeyMs, slackMs } from "../../src/sharing/fair-order.js";
import { entryOf, PILE_KW, START_MS } from "./waiting.js";

const entry: fc.Arbitrary<QueueEntry> = fc
  .record({
    id: fc.integer({ min: 0, max: 999 }),
    joined: fc.integer({ min: 0, max: 20 }),
    deadline: fc.integer({ min: 0, max: 40 }),
    need: fc.integer({ min: 1, max: 60 }),
  })
  .map(({ id, joined, deadline, need }) =>
    entryOf(`e${id}`, {
      joinedMs: START_MS + joined * HOUR_MS,
      deadlineMs: START_MS + (joined + deadline) * HOUR_MS,
      energyNeedKwh: need,
    }),
  );
const entries = fc.uniqueArray(entry, { selector: ({ id }) => id, maxLength: 12 });
const ids = (order: readonly QueueEntry[]): string[] => order.map(({ id }) => id);

describe("the fair order", () => {
  it("is the same whatever order cars are told in, equals included", () => {
    fc.assert(
      fc.property(
        entries.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        ),
        ([all, shuffled]) => {
          expect(ids(inFairOrder(shuffled, PILE_KW))).toEqual(ids(inFairOrder(all, PILE_KW)));
        },
      ),
    );
  });

  it("is not changed for those who wait by others that come or go", () => {
    fc.assert(
      fc.property(entries, entry, (all, other) => {
        const rest = all.filter(({ id }) => id !== other.id);
        const withIt = ids(inFairOrder([...rest, other], PILE_KW)).filter((id) => id !== other.id);
        expect(withIt).toEqual(ids(inFairOrder(rest, PILE_KW)));
      }),
    );
  });

  it("lets nobody be overtaken by who joins later than its slack over one and the ageing", () => {
    fc.assert(
      fc.property(entry, entry, fc.integer({ min: 0, max: 60 }), (first, later, minutes) => {
        const joinedMs = first.joinedMs + slackMs(first, PILE_KW) / (1 + AGEING) + minutes * MINUTE_MS;
        const second = { ...later, joinedMs };
        expect(orderKeyMs(second, PILE_KW)).toBeGreaterThanOrEqual(orderKeyMs(first, PILE_KW));
      }),
    );
  });

  it("puts who must be ready sooner, or needs more by then, before others that came with it", () => {
    const calm = entryOf("a");
    const hurried = entryOf("b", { deadlineMs: START_MS + 3 * HOUR_MS });
    const hungry = entryOf("c", { energyNeedKwh: 28 });
    expect(ids(inFairOrder([calm, hungry, hurried], PILE_KW))).toEqual(["b", "c", "a"]);
    const late = entryOf("d", {
      joinedMs: START_MS + 5 * HOUR_MS,
      deadlineMs: START_MS + 7 * HOUR_MS,
    });
    expect(ids(inFairOrder([late, calm], PILE_KW))).toEqual(["a", "d"]);
  });
});
