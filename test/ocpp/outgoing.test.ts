/** What is written in a turn of the event loop goes out at its end, in its order, and before anybody is cut off. */
import { describe, expect, it } from "vitest";
import { createOutgoing, type Outgoing } from "../../src/ocpp/server/outgoing.js";

const stage = (): { outgoing: Outgoing; say: (who: string, text: string) => void; written: string[] } => {
  const outgoing = createOutgoing();
  const written: string[] = [];
  const writers = new Map<string, { write(text: string): void }>();
  const writerOf = (who: string) => {
    const writer = writers.get(who) ?? { write: (text: string) => void written.push(`${who}: ${text}`) };
    writers.set(who, writer);
    return writer;
  };
  return { outgoing, written, say: (who, text) => outgoing.add(writerOf(who), text) };
};
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const SAID = [
  ["CP1", "a"],
  ["CP2", "b"],
  ["CP1", "c"],
] as const;
const WRITTEN = ["CP1: a", "CP2: b", "CP1: c"];

describe("what is to go out", () => {
  it("waits for the end of the turn, and is then written in its order", async () => {
    const { outgoing, say, written } = stage();
    for (const [who, text] of SAID) say(who, text);
    expect([outgoing.waiting(), written]).toEqual([3, []]);
    await nextTurn();
    expect([outgoing.waiting(), written]).toEqual([0, WRITTEN]);
  });

  it("is written at once when it is told to, and no second time at the end of the turn", async () => {
    const { outgoing, say, written } = stage();
    for (const [who, text] of SAID) say(who, text);
    outgoing.flush();
    expect(written).toEqual(WRITTEN);
    await nextTurn();
    expect(written).toEqual(WRITTEN);
  });

  it("goes on after a writer that hands over more while it writes", async () => {
    const { outgoing, written, say } = stage();
    outgoing.add({ write: () => say("CP2", "from within") }, "a");
    say("CP1", "b");
    await nextTurn();
    await nextTurn();
    expect([outgoing.waiting(), written]).toEqual([0, ["CP1: b", "CP2: from within"]]);
  });
});
