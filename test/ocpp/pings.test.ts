/** One timer pings every connection: each once in an interval since it began, and cuts off who is silent for two. */
import { describe, expect, it } from "vitest";
import { createPings, type PingedSocket } from "../../src/ocpp/server/pings.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createJumpingClock } from "../fixtures/jumping-clock.js";

const SECOND = 1_000;
const EVERY = 60 * SECOND;

interface Peer extends PingedSocket {
  readonly answers: boolean;
  isPaused: boolean;
  isCut: boolean;
}

/** A clock and the seconds since the beginning at which each peer was pinged or cut off. */
const createStage = () => {
  const jumping = createJumpingClock();
  const { passing: clock } = jumping;
  const jump = (seconds: number): void => jumping.jump(seconds * SECOND);
  const pings = createPings(jumping, EVERY);
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
        if (answers) pings.heard(pinged);
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
  return { clock, pings, seen, begin, goTo, jump };
};

describe("pings", () => {
  it("keep nothing waiting once the last connection has ended, and go on with the next", () => {
    const { clock, pings, seen, begin, goTo } = createStage();
    const [first, second] = [begin("A", true), begin("B", true)];
    goTo(65);
    pings.end(first);
    expect(clock.nextMs()).not.toBeNull();
    pings.end(second);
    expect(clock.nextMs()).toBeNull();
    begin("C", false);
    goTo(250);
    expect(clock.nextMs()).toBeNull();
    expect(seen).toEqual(["A ping 60", "B ping 60", "C ping 125", "C silent 185"]);
  });

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

  it.each([-3_600, -20, 20, 120, 3_600, 86_400])(
    "go on as before, and end with a silent peer alone, when the date jumps by %i s",
    (jumpS) => {
      const { seen, begin, goTo, jump } = createStage();
      begin("A", true);
      begin("silent", false);
      goTo(90);
      jump(jumpS);
      goTo(250);
      expect(seen.filter((line) => line.startsWith("A"))).toEqual(
        [60, 120, 180, 240].map((s) => `A ping ${s}`),
      );
      expect(seen.filter((line) => line.startsWith("silent"))).toEqual([
        "silent ping 60",
        "silent silent 120",
      ]);
    },
  );

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
