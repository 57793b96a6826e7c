/** One timer pings every connection: each once in an interval since it began, and cuts off who is silent for two. */
import { describe, expect, it } from "vitest";
import { createPings, type PingedSocket } from "../../src/ocpp/server/pings.js";
import { type Clock, VirtualClock } from "../../src/ports/clock.js";

const SECOND = 1_000;
const EVERY = 60 * SECOND;

interface Peer extends PingedSocket {
  readonly answers: boolean;
  isPaused: boolean;
  isCut: boolean;
}

/** A clock, its date, and the seconds since the beginning at which each peer was pinged or cut off. */
const createStage = () => {
  const clock = new VirtualClock(0);
  let setBackMs = 0;
  // Timers go by the time that passes, whatever the date is.
  const dated: Clock = {
    now: () => clock.now() - setBackMs,
    after: (delayMs, run) => clock.after(delayMs, run),
  };
  const setBack = (seconds: number): void => {
    setBackMs += seconds * SECOND;
  };
  const pings = createPings(dated, EVERY);
  const seen: string[] = [];
  const seconds = (): number => clock.now() / SECOND;
  const begin = (name: string, answers: boolean, isPaused = false) => {
    const peer: Peer = {
      answers,
      isPaused,
      isCut: false,
      OPEN: 1,
      get readyState() {
        return peer.isCut ? 3 : 1;
      },
      ping: () => {
        seen.push(`${name} ping ${seconds()}`);
        if (answers) pinged.heardMs = dated.now();
      },
      terminate: () => {
        peer.isCut = true;
        pings.end(pinged);
      },
    };
    const pinged = pings.begin(peer, () => void seen.push(`${name} silent ${seconds()}`));
    return pinged;
  };
  const goTo = (second: number): void => {
    while (clock.step(second * SECOND));
  };
  return { clock, pings, seen, begin, goTo, setBack };
};

describe("pings", () => {
  it("go to each connection once in an interval since it began", () => {
    const { seen, begin, goTo } = createStage();
    begin("A", true);
    goTo(10);
    begin("B", true);
    goTo(135);
    expect(seen).toEqual(["A ping 60", "B ping 70", "A ping 120", "B ping 130"]);
  });

  it("end with a peer that answered none for two intervals, unless we do not read it ourselves", () => {
    const { seen, begin, goTo } = createStage();
    begin("silent", false);
    begin("paused", false, true);
    goTo(200);
    expect(seen.filter((line) => line.startsWith("silent"))).toEqual(["silent ping 60", "silent silent 120"]);
    expect(seen.filter((line) => line.startsWith("paused"))).toEqual([
      "paused ping 60",
      "paused ping 120",
      "paused ping 180",
    ]);
  });

  it("wait by one timer for all, and by none when nobody is left", () => {
    const { clock, pings, begin, goTo } = createStage();
    const first = Array.from({ length: 100 }, (_, index) => begin(`CP${index}`, true));
    goTo(10);
    const all = [...first, begin("later", true)];
    let turns = 0;
    while (clock.step(5 * EVERY)) turns += 1;
    expect(turns).toBe("60 70 120 130 180 190 240 250 300".split(" ").length);
    for (const one of all) pings.end(one);
    goTo(600);
    expect(clock.nextMs()).toBeNull();
  });

  it.each([
    ["an hour", 3_600],
    ["less than an interval", 20],
  ])("go on, and end with a silent peer, when the clock is set back %s", (_how, backS) => {
    const { seen, begin, goTo, setBack } = createStage();
    begin("A", true);
    begin("silent", false);
    goTo(90);
    setBack(backS);
    goTo(340);
    const secondsOf = (what: string): number[] =>
      seen.filter((line) => line.startsWith(what)).map((line) => Number(line.split(" ").at(-1)));
    const pingedS = secondsOf("A ping");
    pingedS.slice(1).forEach((atS, index) => expect(atS - pingedS[index]!).toBeLessThanOrEqual(80));
    expect(pingedS.length).toBeGreaterThanOrEqual(4);
    expect(secondsOf("silent silent")).toHaveLength(1);
    expect(secondsOf("silent silent")[0]).toBeLessThanOrEqual(240);
  });

  it("are none where none are wanted", () => {
    const clock = new VirtualClock(0);
    const pings = createPings(clock, null);
    const socket: PingedSocket = {
      isPaused: false,
      OPEN: 1,
      readyState: 1,
      ping: () => undefined,
      terminate: () => undefined,
    };
    pings.begin(socket, () => undefined);
    expect(clock.nextMs()).toBeNull();
  });
});
