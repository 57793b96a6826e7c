import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QueueState } from "../../src/domain/sharing.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { emptyQueue, reduceQueue } from "../../src/sharing/queue.js";
import type { PileView } from "../../src/sharing/steps.js";
import { entryOf, habits, PILE_KW, PLACE, play, START_MS, TERMS, wakeOf } from "./waiting.js";

const kindsOf = ({ effects }: ReturnType<typeof play>, to: string): string[] =>
  effects.flatMap(({ effect }) =>
    effect.kind === "notice" && effect.notice.to === to ? [effect.notice.kind] : [],
  );

describe("a shared pile", () => {
  it("starves nobody, whoever else comes for ever", () => {
    fc.assert(
      fc.property(habits(25), fc.integer({ min: 1, max: 20 }), (others, deadlineH) => {
        const patient = { joinsAtMinute: 60, needKwh: 7, deadlineH: 200, comesIn: 1, leavesIn: 1 };
        // A stream that is denser than the pile can serve: somebody urgent every half an hour.
        const stream = Array.from({ length: 60 }, (_, index) => ({
          ...(others[index % others.length] ?? patient),
          joinsAtMinute: 30 * index,
          deadlineH,
        }));
        const { pluggedAt } = play([patient, ...stream], 2_400);
        expect(pluggedAt.get(0)).toBeLessThan(60 + 12 * 60 + 26 * 90);
        expect(pluggedAt.has(0)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  it("is never blocked: once all have come, had their turn or missed it, it is free and nobody waits", () => {
    fc.assert(
      fc.property(habits(8), (drivers) => {
        const { end } = play(drivers, 600 + 31 * 60 + 120);
        expect(end.waiting).toEqual([]);
        expect(end.offer).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("gives the pile to one at a time, holds it for the one whose turn it is, and lets go of every hold once", () => {
    fc.assert(
      fc.property(habits(10), (drivers) => {
        const { effects, states } = play(drivers, 1_500);
        for (const { offer, turn } of states) expect(offer === null || turn === null).toBe(true);
        const said = new Map<string, string[]>();
        for (const { effect } of effects)
          if (effect.kind === "hold" || effect.kind === "let-go")
            said.set(effect.holder, [...(said.get(effect.holder) ?? []), effect.kind]);
        for (const kinds of said.values())
          expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? "hold" : "let-go")));
      }),
      { numRuns: 60 },
    );
  });

  it("changes nothing when it is looked at again", () => {
    fc.assert(
      fc.property(habits(6), fc.integer({ min: 1, max: 700 }), (drivers, minutes) => {
        const { end } = play(drivers, minutes);
        const pile: PileView = {
          isOccupied: false,
          isUsable: true,
          isReserved: false,
          session: null,
          unstopped: null,
          closed: null,
        };
        const rules = { terms: TERMS, pileKw: PILE_KW, nowMs: START_MS + minutes * MINUTE_MS };
        const once = reduceQueue(end, { kind: "look", pile }, rules);
        const twice = reduceQueue(once.state, { kind: "look", pile }, rules);
        expect(twice.state).toBe(once.state);
        expect(twice.effects).toEqual([]);
      }),
    );
  });

  it("wakes by itself for all that only time brings", () => {
    fc.assert(
      fc.property(habits(6), fc.integer({ min: 1, max: 700 }), (drivers, minutes) => {
        const { end } = play(drivers, minutes);
        const nowMs = START_MS + minutes * MINUTE_MS;
        const wakeMs = wakeOf(end, nowMs) ?? nowMs + 1_000 * HOUR_MS;
        const pile: PileView = {
          isOccupied: false,
          isUsable: true,
          isReserved: false,
          session: null,
          unstopped: null,
          closed: null,
        };
        const look = (atMs: number, state = end) =>
          reduceQueue(state, { kind: "look", pile }, { terms: TERMS, pileKw: PILE_KW, nowMs: atMs });
        const now = look(nowMs).state;
        const next = wakeOf(now, nowMs) ?? wakeMs;
        expect(look(Math.min(next, nowMs + 400 * HOUR_MS) - 1, now).state).toBe(now);
      }),
    );
  });

  it("calls nobody to a pile that an operator has held, until it is free again", () => {
    const { end } = play([{ joinsAtMinute: 0, needKwh: 2, deadlineH: 5, comesIn: null, leavesIn: 0 }], 1);
    const rules = { terms: TERMS, pileKw: PILE_KW, nowMs: START_MS + MINUTE_MS };
    const waiting = { ...end, offer: null };
    const look = (isReserved: boolean) =>
      reduceQueue(
        waiting,
        {
          kind: "look",
          pile: {
            isOccupied: false,
            isUsable: true,
            isReserved,
            session: null,
            unstopped: null,
            closed: null,
          },
        },
        rules,
      );
    expect(look(true)).toEqual({ state: waiting, effects: [] });
    expect(look(false).effects.map(({ kind }) => kind)).toContain("hold");
  });

  it("puts who does not come behind the next, and lets go of who does not come again", () => {
    const away = { joinsAtMinute: 0, needKwh: 2, deadlineH: 5, comesIn: null, leavesIn: 0 };
    const here = { joinsAtMinute: 1, needKwh: 2, deadlineH: 20, comesIn: 1, leavesIn: 1 };
    const played = play([away, here], 120);
    expect(kindsOf(played, "driver d0")).toEqual([
      "your-turn",
      "turn-missed",
      "turn-soon",
      "your-turn",
      "left-queue",
    ]);
    expect(played.pluggedAt).toEqual(new Map([[1, 11]]));
  });

  it("keeps a turn that ends early for the rest, behind those who waited meanwhile", () => {
    const long = { joinsAtMinute: 0, needKwh: 9, deadlineH: 20, comesIn: 0, leavesIn: 1 };
    const short = { joinsAtMinute: 5, needKwh: 2, deadlineH: 20, comesIn: 1, leavesIn: 1 };
    const played = play([long, short], 240);
    expect(kindsOf(played, "driver d0")).toEqual(["your-turn", "please-unplug", "turn-soon", "your-turn"]);
    expect(played.pluggedAt).toEqual(
      new Map([
        [0, 1],
        [1, 63],
      ]),
    );
  });

  it("lets a car that restarts its session keep the turn it has, and not begin a new one", () => {
    const rules = (minute: number) => ({
      terms: TERMS,
      pileKw: PILE_KW,
      nowMs: START_MS + minute * MINUTE_MS,
    });
    const at = (id: string, startedMs: number): PileView => ({
      isOccupied: true,
      isUsable: true,
      isReserved: false,
      unstopped: null,
      closed: null,
      session: {
        id,
        idToken: "card x",
        isAuthorized: true,
        startedMs,
        isDone: false,
        departureMs: START_MS + 20 * HOUR_MS,
        toGoKwh: 50,
        deliveredKwh: 0,
        planEndsMs: null,
      },
    });
    const begun = reduceQueue(emptyQueue(PLACE), { kind: "look", pile: at("s1", START_MS) }, rules(0)).state;
    const waits = reduceQueue(begun, { kind: "join", entry: entryOf("a") }, rules(1)).state;
    const again = at("s2", START_MS + 59 * MINUTE_MS);
    const restarted = reduceQueue(waits, { kind: "look", pile: again }, rules(59)).state;
    expect(restarted.turn?.startedMs).toBe(START_MS);
    const over = reduceQueue(restarted, { kind: "look", pile: again }, rules(60)).state;
    expect(over.turn?.asked?.why).toBe("turn-over");
  });

  it("counts the fee of a car that stayed until its EVSE was said to be free, and once where it goes on", () => {
    const at = (minute: number) => START_MS + minute * MINUTE_MS;
    const free = { isOccupied: false, isUsable: true, isReserved: false, session: null, closed: null };
    const unstopped = { id: "s0", freeSinceMs: at(20), isAwaited: false };
    const session = {
      id: "s0",
      idToken: "card a",
      isAuthorized: true,
      startedMs: at(0),
      isDone: true,
      departureMs: at(600),
      toGoKwh: 0,
      deliveredKwh: 7,
      planEndsMs: null,
    };
    const [own, next] = [entryOf("a"), entryOf("b")];
    const asked = { atMs: at(0), untilMs: at(10), why: "done" } as const;
    const turn = {
      sessionId: "s0",
      idToken: "card a",
      entry: own,
      startedMs: at(0),
      asked,
      idleSinceMs: at(10),
    };
    const stayed = { ...emptyQueue(PLACE), waiting: [next], turn };
    const look = (state: QueueState, pile: PileView, minute: number) => {
      const rules = { terms: TERMS, pileKw: PILE_KW, nowMs: at(minute) };
      const step = reduceQueue(state, { kind: "look", pile }, rules);
      const fees = step.effects.flatMap((effect) =>
        effect.kind === "notice" && effect.notice.kind === "idle-fee" ? [effect.notice.text] : [],
      );
      return { state: step.state, fees: [...new Set(fees)] };
    };
    const gone = look(stayed, { ...free, unstopped }, 25);
    expect(gone.fees).toEqual(["stayed 10 min after it was to be unplugged: 2.00 due"]);
    const back = look(gone.state, { ...free, isOccupied: true, session, unstopped: null }, 30);
    expect(back.state).toMatchObject({
      turn: { ...turn, idleSinceMs: at(30) },
      waiting: [next],
      offer: null,
    });
    expect(look(back.state, { ...free, unstopped: null }, 35).fees).toEqual([
      "stayed 5 min after it was to be unplugged: 1.00 due",
    ]);
  });

  it.each([
    ["of a station that is away nothing is asked", { isUsable: false, isOccupied: false }, [], null],
    ["nor where it was last heard to be plugged in", { isUsable: false, isOccupied: true }, [], null],
    [
      "a car that is there still is asked to unplug since its session is over",
      { isUsable: true, isOccupied: true },
      ["please unplug at p1/1: its session has ended, and others wait", "turn-soon"],
      "session-over",
    ],
    [
      "one that is gone is asked nothing, and the next is called",
      { isUsable: true, isOccupied: false },
      ["your-turn"],
      null,
    ],
  ])("a session is over before its car had what it wanted: %s", (_, seen, told, why) => {
    const pile: PileView = { ...seen, isReserved: false, session: null, unstopped: null, closed: null };
    const entry = entryOf("a", { energyNeedKwh: 20 });
    const base = { sessionId: "s0", idToken: "card a", entry, startedMs: START_MS };
    const turn = { ...base, asked: null, idleSinceMs: null };
    const state = { ...emptyQueue(PLACE), waiting: [entryOf("b")], turn };
    const nowMs = START_MS + MINUTE_MS;
    const step = reduceQueue(state, { kind: "look", pile }, { terms: TERMS, pileKw: PILE_KW, nowMs });
    const notices = step.effects.flatMap((effect) => (effect.kind === "notice" ? [effect.notice] : []));
    expect(notices.map(({ kind, text }) => (kind === "please-unplug" ? text : kind))).toEqual(told);
    expect(step.state.turn?.asked?.why ?? null).toBe(why);
  });
});
