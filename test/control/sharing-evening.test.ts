import { describe, expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import type { SharedTerms } from "../../src/domain/sharing.js";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import type { Notice } from "../../src/ports/notices.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { connect, type Harness, harnessOf } from "./harness.js";
import { type VirtualPile, virtualPile } from "./shared-pile.js";

const BASE_KW = 86;
const TERMS: SharedTerms = {
  comeWithinMinutes: 10,
  unplugWithinMinutes: 10,
  mostTurnMinutes: 120,
  handoverMinutes: 15,
  idleFeePerMinute: 0.5,
};
/** Base load, with its margin, leaves 5.4 kW for a pile of 7 kW. */
const site = communityOf([stationOf("p1", { shared: TERMS })], {
  baseProfileKw: Array.from({ length: 96 }, () => BASE_KW),
});

interface Driver {
  readonly name: string;
  readonly needKwh: number;
  /** Hours after 17:00. */
  readonly deadlineH: number;
  /** Minutes until a notice is followed. */
  readonly comesIn: number;
  readonly leavesIn: number;
}

const DRIVERS: readonly Driver[] = [
  { name: "An", needKwh: 7, deadlineH: 12, comesIn: 4, leavesIn: 5 },
  { name: "Bo", needKwh: 7, deadlineH: 10, comesIn: 3, leavesIn: 5 },
  { name: "Chen", needKwh: 3.5, deadlineH: 3, comesIn: 4, leavesIn: 25 },
  // Is away when called, and comes when called again.
  { name: "Du", needKwh: 3.5, deadlineH: 5, comesIn: 15, leavesIn: 5 },
  { name: "Ya", needKwh: 4, deadlineH: 11, comesIn: 4, leavesIn: 5 },
];

const clockOf = (atMs: number): string => {
  const minutes = Math.round((atMs - EVENING_MS) / MINUTE_MS) + 17 * 60;
  return `${String(Math.floor(minutes / 60) % 24).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
};

interface Evening {
  readonly lines: string[];
  readonly heldFor: (string | null)[];
  readonly gotKwh: Map<string, number>;
  mostKw: number;
}

/** Drivers that do what they are told, some minutes late; `restartAt` minutes the server is started anew. */
const evening = async (policyName: string, restartAt: number | null): Promise<Evening> => {
  const policy = await policyByName(policyName, 20_000);
  const kept = { ledger: createMemoryLedger(), documents: createMemoryDocuments(), horizonSlots: 33 };
  let h: Harness = await harnessOf(site, policy, kept);
  let pile: VirtualPile = virtualPile(h, "p1");
  const seen: Evening = { lines: [], heldFor: [], gotKwh: new Map(), mostKw: 0 };
  const wake = (): void => {
    connect(h, "p1");
    h.control.report({
      kind: "status",
      stationId: "p1",
      evseId: 1,
      atMs: h.clock.now(),
      status: pile.isFree() ? "Available" : "Occupied",
    });
  };
  wake();
  await pile.pass(1);
  for (const { name, needKwh, deadlineH } of DRIVERS) {
    await h.control.sharing.join("community", {
      stationId: "p1",
      evseId: 1,
      driver: name,
      idToken: `card-${name}`,
      energyNeedKwh: needKwh,
      deadlineMs: EVENING_MS + deadlineH * HOUR_MS,
      readyFromMs: null,
      reachableUntilMs: null,
    });
    await pile.pass(1);
  }
  const due: { atMs: number; act: () => Promise<void> }[] = [];
  let lastId = 0;
  let plugged: string | null = null;
  const react = ({ to, kind, atMs, untilMs, id }: Notice): void => {
    lastId = id;
    const until = untilMs === null ? "" : ` until ${clockOf(untilMs)}`;
    seen.lines.push(`${clockOf(atMs)} ${to}: ${kind}${until}`);
    const driver = DRIVERS.find(({ name }) => name === to);
    if (driver === undefined) return;
    const calls = seen.lines.filter((line) => line.includes(`${to}: your-turn`)).length;
    if (kind === "your-turn")
      due.push({
        atMs: atMs + (calls > 1 ? 4 : driver.comesIn) * MINUTE_MS,
        act: async () => {
          if (!pile.isFree() || pile.heldFor() !== `card-${to}`) return;
          plugged = to;
          seen.lines.push(`${clockOf(h.clock.now())} ${to} plugs in`);
          await pile.plugIn(`card-${to}`, driver.needKwh);
        },
      });
    if (kind === "please-unplug")
      due.push({
        atMs: atMs + driver.leavesIn * MINUTE_MS,
        act: async () => {
          seen.lines.push(`${clockOf(h.clock.now())} ${to} unplugs`);
          plugged = null;
          await pile.unplug();
        },
      });
  };
  for (let minute = 0; minute < 6 * 60; minute++) {
    if (minute === restartAt) {
      await h.control.stop();
      const before = h;
      h = await harnessOf(site, policy, { ...kept, clock: before.clock });
      pile = pile.movedTo(h);
      lastId = 0;
      wake();
    }
    const fromKwh = pile.drawnKwh();
    await pile.pass(1);
    if (plugged !== null)
      seen.gotKwh.set(plugged, (seen.gotKwh.get(plugged) ?? 0) + pile.drawnKwh() - fromKwh);
    seen.mostKw = Math.max(seen.mostKw, BASE_KW + pile.powerKw());
    for (const notice of h.control.sharing.notices.of("community", { afterId: lastId, to: null, limit: 99 }))
      react(notice);
    for (const one of due.filter(({ atMs }) => atMs <= h.clock.now())) {
      due.splice(due.indexOf(one), 1);
      await one.act();
    }
    seen.heldFor.push(pile.heldFor());
  }
  await h.control.stop();
  return seen;
};

describe("an evening of five cars at one pile", () => {
  it("goes as the queue says, hand-over by hand-over", async () => {
    const { lines, gotKwh, mostKw } = await evening("optimizer", null);
    expect(lines).toEqual([
      "17:01 An: your-turn until 17:11",
      "17:07 An plugs in",
      "18:29 An: please-unplug until 18:39",
      "18:29 Chen: turn-soon",
      "18:34 An unplugs",
      "18:34 Chen: your-turn until 18:44",
      "18:38 Chen plugs in",
      "19:15 Chen: please-unplug until 19:25",
      "19:15 Du: turn-soon",
      "19:25 Chen: overstay",
      "19:25 operator: overstay",
      "19:40 Chen unplugs",
      "19:40 Chen: idle-fee",
      "19:40 operator: idle-fee",
      "19:40 Du: your-turn until 19:50",
      "19:50 Du: turn-missed",
      "19:50 Bo: your-turn until 20:00",
      "19:53 Bo plugs in",
      "21:14 Bo: please-unplug until 21:24",
      "21:14 Du: turn-soon",
      "21:19 Bo unplugs",
      "21:19 Du: your-turn until 21:29",
      "21:23 Du plugs in",
      "22:00 Du: please-unplug until 22:10",
      "22:00 Ya: turn-soon",
      "22:05 Du unplugs",
      "22:05 Ya: your-turn until 22:15",
      "22:09 Ya plugs in",
    ]);
    for (const { name, needKwh } of DRIVERS) expect(gotKwh.get(name)).toBeCloseTo(needKwh, 0);
    expect(mostKw).toBeLessThanOrEqual(100);
    expect(mostKw).toBeGreaterThan(90);
  });
  it("goes the same way over a restart at any time", async () => {
    const whole = await evening("least-laxity", null);
    // The rule gives the pile on before An has enough: An comes again for the rest, after all others.
    expect(whole.lines.filter((line) => line.endsWith("plugs in"))).toHaveLength(6);
    expect(whole.lines.at(-1)).toBe("22:53 An plugs in");
    for (const restartAt of [95, 230]) {
      const parts = await evening("least-laxity", restartAt);
      expect([restartAt, parts.lines]).toEqual([restartAt, whole.lines]);
      expect(parts.heldFor).toEqual(whole.heldFor);
    }
  });
});
