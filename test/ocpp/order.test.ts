/**
 * Transaction messages out of order, replayed, and mixed with all else. The laws:
 *
 * 1. Every watt-hour counts once, whatever is sent again, from wherever in the queue, over reboots of the
 *    station and restarts of ours; of 2.x in any order, of 1.6 in the order that its ids leave open.
 * 2. What fits no transaction is answered, kept aside and counted nowhere.
 * 3. The fleet's state has the sessions that run in the ledger, and no other.
 * 4. No other message changes a bill, whenever it comes; and whatever comes twice is as if it came once.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { createMemoryLedger, type FlaggingLedger } from "../../src/ports/ledger-memory.js";
import { isObject, type Payload } from "../../src/ocpp/wire.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { bench, settle } from "./bench.js";
import { CODECS, validOf } from "./negative.js";
import {
  bills,
  createSender,
  DELIVERED_AT_MINUTE,
  meteredWh,
  type Queued,
  queueOf,
  runningIn,
  type Stay,
  stateOf,
  steady,
} from "./station-queue.js";
import { later, NOW, type Talk, talkTo } from "./talk.js";

const VERSIONS: readonly OcppVersion[] = ["1.6", "2.0.1", "2.1"];
const SAMPLED = { count: 3, seed: 20_261_130 };

/** Three stays at each of up to three EVSEs, one after the other, the registers going on. */
const stays = fc
  .array(
    fc.array(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 6 }), {
      minLength: 1,
      maxLength: 3,
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((evses) =>
    evses.map((atEvse, index) => {
      let [wh, fromMinute] = [100_000 * (index + 1), 0];
      return atEvse.map((steps): Stay => {
        const stay = { evseId: index + 1, registers: steps.map((step) => (wh += step)), fromMinute };
        fromMinute += steps.length;
        return stay;
      });
    }),
  );

/** What goes wrong at a step. */
interface Trouble {
  /** From which EVSE the next message comes. */
  readonly evse: number;
  /** So many of the last messages are sent again: their answers were lost, or the queue was not emptied. */
  readonly again: number;
  readonly boots: boolean;
  readonly restarts: boolean;
}
const step: fc.Arbitrary<Trouble> = fc.record({
  evse: fc.nat({ max: 2 }),
  again: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 6 })),
  boots: fc.boolean(),
  restarts: fc.boolean(),
});
const steps = fc.array(step, { minLength: 60, maxLength: 60 });

const expectedBills = (atEvses: readonly (readonly Stay[])[]) =>
  atEvses.flat().map((stay) => ({ evseId: stay.evseId, wh: meteredWh(stay), isOver: true }));
const sorted = (all: readonly object[]): string[] => all.map((one) => JSON.stringify(one)).toSorted();

/** The queues of the EVSEs merged into one, each in its own order. */
const merged = (
  queues: readonly (readonly Queued[])[],
  order: readonly { readonly evse: number }[],
): readonly Queued[] => {
  const left = queues.map((queue) => [...queue]);
  const all: Queued[] = [];
  for (let turn = 0; left.some((queue) => queue.length > 0); turn++) {
    const open = left.filter((queue) => queue.length > 0);
    all.push(...(open[(order[turn % order.length]?.evse ?? 0) % open.length]?.splice(0, 1) ?? []));
  }
  return all;
};

const deliver = async (
  talk: Talk,
  version: OcppVersion,
  {
    messages,
    trouble,
  }: {
    messages: readonly Queued[];
    trouble: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[];
  },
): Promise<void> => {
  const sender = createSender(talk, version);
  for (const [index, message] of messages.entries()) {
    const { again = 0, boots = false, restarts = false } = trouble[index % trouble.length] ?? {};
    await sender.send(message);
    if (restarts) await talk.restart();
    if (boots) await sender.boot();
    for (const old of messages.slice(Math.max(0, index + 1 - again), index + 1)) {
      const before = sender.given(old.stay);
      await sender.send(old);
      expect(sender.given(old.stay)).toBe(before);
    }
  }
};

describe.each(VERSIONS)("the queue of an OCPP %s station", (version) => {
  it("is billed by its meter, however its EVSEs interleave and whatever of it is sent again", async () => {
    await fc.assert(
      fc.asyncProperty(stays, steps, async (atEvses, trouble) => {
        const ledger = createMemoryLedger();
        const talk = talkTo(ledger);
        const queues = atEvses.map((atEvse) => atEvse.flatMap((stay) => queueOf(version, stay)));
        await deliver(talk, version, { messages: merged(queues, trouble), trouble });
        expect(sorted(await bills(ledger))).toEqual(sorted(expectedBills(atEvses)));
        expect(await ledger.quarantined()).toEqual([]);
        expect([runningIn(talk), await ledger.openSessions()]).toEqual([[], []]);
      }),
      { numRuns: 60 },
    );
  });

  it("leaves the fleet with what runs in the ledger, wherever it breaks off", async () => {
    await fc.assert(
      fc.asyncProperty(stays, steps, fc.nat({ max: 40 }), async (atEvses, trouble, cut) => {
        const ledger = createMemoryLedger();
        const talk = talkTo(ledger);
        const queues = atEvses.map((atEvse) => atEvse.flatMap((stay) => queueOf(version, stay)));
        const messages = merged(queues, trouble).slice(0, cut);
        await deliver(talk, version, { messages, trouble });
        const open = (await ledger.openSessions()).map(({ evseId, transactionId }) => [
          evseId,
          transactionId,
        ]);
        expect(sorted(runningIn(talk))).toEqual(sorted(open));
        await talk.restart();
        expect(sorted(runningIn(talk))).toEqual(sorted(open));
      }),
      { numRuns: 60 },
    );
  });
});

describe.each(["2.0.1", "2.1"] as const)("the messages of OCPP %s in any order", (version) => {
  it("are billed by the meter, with every one of them twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        stays,
        fc.array(fc.nat(), { minLength: 120, maxLength: 120 }),
        async (atEvses, keys) => {
          const ledger = createMemoryLedger();
          const talk = talkTo(ledger);
          const sender = createSender(talk, version);
          const all = atEvses.flat().flatMap((stay) => queueOf(version, stay));
          const order = [...all, ...all].map((message, index) => ({
            message,
            key: keys[index % keys.length] ?? 0,
          }));
          for (const { message } of order.toSorted((a, b) => a.key - b.key)) await sender.send(message);
          expect(sorted(await bills(ledger))).toEqual(sorted(expectedBills(atEvses)));
          expect([runningIn(talk), await ledger.openSessions()]).toEqual([[], []]);
          expect((await ledger.flagged()).filter(({ missingMessages }) => missingMessages > 0)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const STAY: Stay = { evseId: 1, registers: [1_000, 1_400, 1_900, 2_500], fromMinute: 0 };
const NEXT: Stay = { evseId: 1, registers: [2_500, 2_600, 3_000], fromMinute: 10 };

/** A clock that was set back in the midst of a stay. */
const tooEarly = (message: Queued | undefined): Queued | undefined =>
  message && { ...message, payload: (id) => ({ ...message.payload(id), timestamp: later(-5) }) };

interface Scene {
  readonly ledger: FlaggingLedger;
  readonly talk: Talk;
  readonly send: (message: Queued | undefined) => Promise<Payload>;
  readonly given: (stay: Stay) => unknown;
}
const scene = (version: OcppVersion): Scene => {
  const ledger = createMemoryLedger();
  const talk = talkTo(ledger);
  const { send, given } = createSender(talk, version);
  return {
    ledger,
    talk,
    given,
    send: (message) => (message ? send(message) : Promise.reject(new Error("none"))),
  };
};

describe.each(VERSIONS)("message ids of an OCPP %s station", (version) => {
  it("tell nothing: of one id all are handled, and each is answered under it", async () => {
    const { ledger, talk } = scene(version);
    let wrote: unknown;
    const { session, sent } = bench({
      clock: new VirtualClock(NOW),
      version,
      handle: async (action, payload) => ({
        payload: await talk.ask(version, action, payload, DELIVERED_AT_MINUTE),
      }),
    });
    for (const { action, payload } of [...queueOf(version, STAY), ...queueOf(version, STAY)]) {
      session.receive(JSON.stringify([2, "again", action, payload(wrote)]));
      while (session.inbound() > 0) await settle();
      const answer = sent.at(-1)?.[2];
      if (action === "StartTransaction" && isObject(answer)) wrote = answer["transactionId"];
    }
    expect(sent.map(([type, id]) => [type, id])).toEqual(sent.map(() => [3, "again"]));
    expect(sent).toHaveLength(2 * STAY.registers.length);
    expect(await bills(ledger)).toEqual([{ evseId: 1, wh: 1_500, isOver: true }]);
  });
});

describe.each(VERSIONS)("of OCPP %s", (version) => {
  const [start, first, second, end] = queueOf(version, STAY);
  const [nextStart, , nextEnd] = queueOf(version, NEXT);
  const billed = (wh: number, isOver = true) => ({ evseId: 1, wh, isOver });

  it.each<[string, readonly (Queued | undefined)[], readonly object[]]>([
    ["as it should be", [start, first, second, end], [billed(1_500)]],
    ["a start, twice", [start, start, first, second, end], [billed(1_500)]],
    ["a start again in the midst", [start, first, start, second, end], [billed(1_500)]],
    ["a start again after the end", [start, first, second, end, start], [billed(1_500)]],
    ["values, twice", [start, first, first, second, second, end], [billed(1_500)]],
    ["values out of order", [start, second, first, end], [billed(1_500)]],
    ["values after the end", [start, end, second, first], [billed(1_500)]],
    ["an end, twice", [start, first, end, end], [billed(1_500)]],
    [
      "an end again after the next start",
      [start, end, nextStart, end, nextEnd],
      [billed(1_500), billed(500)],
    ],
    [
      "an end that comes after the next start",
      [start, nextStart, end, nextEnd],
      [billed(1_500), billed(500)],
    ],
    ["all of it again", [start, first, end, start, first, end], [billed(1_500)]],
    ["an end at a time before its start", [start, first, second, tooEarly(end)], [billed(1_500)]],
    ["no end", [start, first], [billed(400, false)]],
    ["no end, and the next one", [start, first, nextStart, nextEnd], [billed(400), billed(500)]],
  ])("%s", async (_, messages, expected) => {
    const { ledger, talk, send } = scene(version);
    for (const message of messages) await send(message);
    expect(await bills(ledger)).toEqual(expected);
    expect(await ledger.quarantined()).toEqual([]);
    const open = (await ledger.openSessions()).map(({ evseId }) => evseId);
    expect(runningIn(talk).map(([evseId]) => evseId)).toEqual(open);
  });
});

it("an end and values of an OCPP 1.6 transaction that never began are answered and counted nowhere", async () => {
  const { ledger, talk, send } = scene("1.6");
  for (const message of queueOf("1.6", STAY).slice(1))
    expect(await send({ ...message, payload: () => message.payload(4_242) })).toEqual({});
  expect([await bills(ledger), runningIn(talk)]).toEqual([[], []]);
  expect(await ledger.quarantined()).toHaveLength(3);
});

it.each(["2.0.1", "2.1"] as const)(
  "of OCPP %s, where the station chooses the id, whatever comes first opens the transaction",
  async (version) => {
    const { ledger, talk, send } = scene(version);
    const [start, first, , end] = queueOf(version, STAY);
    for (const message of [end, first]) await send(message);
    expect(await bills(ledger)).toEqual([{ evseId: 1, wh: 1_100, isOver: true }]);
    expect(await ledger.flagged()).toMatchObject([{ startUnseen: true, missingMessages: 1 }]);
    await send(start);
    expect(await bills(ledger)).toEqual([{ evseId: 1, wh: 1_500, isOver: true }]);
    expect([runningIn(talk), await ledger.quarantined()]).toEqual([[], []]);
  },
);

/** The message as if it were about the EVSE that charges. */
const atFirstEvse = (payload: Payload): Payload =>
  Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      if (key === "evseId" || key === "connectorId") return [key, 1];
      return [key, key === "evse" && isObject(value) ? { ...value, id: 1 } : value];
    }),
  );

describe.each(CODECS)("every message of OCPP $version", ({ version, inbound }) => {
  const actions = [...inbound.keys()];
  /** What it is answered, or what it is refused with. */
  const say = (talk: Talk, action: string, payload: Payload): Promise<unknown> =>
    talk
      .ask(version, action, payload, DELIVERED_AT_MINUTE)
      .then(steady, (refused: unknown) => String(refused));

  it.each(actions)("%s: the same again is answered as before, and changes nothing", async (action) => {
    for (const payload of validOf(version, `urn:${action}.req`, SAMPLED)) {
      const ledger = createMemoryLedger();
      const talk = talkTo(ledger);
      const answer = await say(talk, action, payload);
      const once = await stateOf(talk, ledger);
      const again = await say(talk, action, payload);
      // One that told too little was refused, and is let go at its second coming.
      if (typeof answer !== "string") expect(again).toEqual(answer);
      expect(await say(talk, action, payload)).toEqual(again);
      expect(await stateOf(talk, ledger)).toEqual(once);
    }
  });

  it.each(actions)("%s: whenever it comes, the bill of a transaction is its meter's", async (action) => {
    const queue = queueOf(version, STAY);
    const sent = validOf(version, `urn:${action}.req`, SAMPLED);
    for (const payload of [...sent, ...sent.map(atFirstEvse)])
      for (let place = 0; place <= queue.length; place++) {
        const { ledger, talk, send, given } = scene(version);
        for (const [index, message] of queue.entries()) {
          if (index === place) await say(talk, action, payload);
          await send(message);
        }
        if (place === queue.length) await say(talk, action, payload);
        const ours = (await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).filter(
          ({ transactionId }) => transactionId === String(given(STAY)),
        );
        expect(ours).toMatchObject([{ importedKwh: 1.5, evseId: 1, endedMs: Date.parse(later(3)) }]);
      }
  });
});
