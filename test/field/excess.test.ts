/**
 * The checker of the soak, held against controllers with planted faults: two piles of 7.04 kW beside 2 kW of base
 * load under a limit of 10 kW, the second of which may take what it likes whatever it accepts.
 *
 * 1. An excess that nobody's deceit makes is a breach from its first second.
 * 2. A deceiver excuses as much as it takes beyond what it was told, and nothing of anybody else's.
 * 3. It excuses for as long as is promised, all times of a transaction together.
 */
import { describe, expect, it } from "vitest";
import { createExcessBook, type Stretch } from "../../bench/soak/excess.js";
import { MINUTE_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { runLockStep } from "../../sims/run/lockstep.js";
import { createWorldRun } from "../../sims/run/world-run.js";
import type { Scenario } from "../../sims/scenario.js";
import { createDirectFleet } from "../../sims/station/direct.js";
import { communityOf, scheduleOfKw, stationOf } from "../fixtures/sites.js";
import { EVSE, NOON, visitOf } from "../fixtures/visits.js";
import { listener } from "../sims/direct-run.js";

const PROMISED_S = 130;
const BASE_KW = 2;
const LIMIT_KW = 10;
const HOURS = 1;
const PILES = ["s1", "s2"] as const;

/** What a controller tells both piles at a minute. */
type Order = readonly [minute: number, s1Kw: number, s2Kw: number];

interface Case {
  readonly deceives: boolean;
  readonly orders: readonly Order[];
}

const scenarioOf = (deceives: boolean): Scenario => {
  const site = communityOf(PILES.map((id) => stationOf(id)));
  const visits = PILES.map((id) =>
    visitOf({ id, stationId: id, arriveMs: NOON + MINUTE_MS, departMs: NOON + 50 * MINUTE_MS }),
  );
  return {
    name: "planted",
    seed: 1,
    policy: "planted",
    startMs: NOON,
    endMs: NOON + HOURS * 60 * MINUTE_MS,
    site: {
      ...site,
      nodes: site.nodes.map((node) =>
        node.importLimitKw === null ? node : { ...node, importLimitKw: LIMIT_KW },
      ),
      baseProfileKw: site.baseProfileKw.map(() => BASE_KW),
    },
    tariffFiles: [],
    priceFiles: [],
    stations: PILES.map((stationId) => ({
      stationId,
      version: "2.0.1",
      evse: EVSE,
      atMs: NOON,
      ignores: deceives && stationId === "s2",
    })),
    arrivals: (fromMs, toMs) => visits.filter(({ arriveMs }) => arriveMs >= fromMs && arriveMs < toMs),
    faults: [],
    events: [],
    sampleMs: MINUTE_MS,
    baseNoiseShare: 0,
    pvCloudShare: 0,
    sessions: null,
  };
};

/** Before the cars come each pile holds a default of nothing, so that none begins unsteered. */
const play = async ({ deceives, orders }: Case): Promise<readonly Stretch[]> => {
  const scenario = scenarioOf(deceives);
  const clock = new VirtualClock(NOON);
  const direct = createDirectFleet({ clock, stations: scenario.stations });
  direct.attach(listener().gateway);
  const book = createExcessBook(direct.fleet, PROMISED_S * 1000);
  const run = createWorldRun({
    scenario,
    clock,
    stations: direct.fleet,
    meter: async () => undefined,
    driver: { setPreference: async () => undefined },
    witness: book.witness,
  });
  const tell = (stationId: string, powerKw: number): void => {
    const schedule = scheduleOfKw(stationId, Array<number>(8).fill(powerKw), {
      startMs: clock.now() - MINUTE_MS,
      purpose: "default",
      transactionId: null,
    });
    void direct.link.send(stationId, { kind: "set-schedule", schedule });
  };
  for (const [minute, ...powersKw] of [[0.5, 0, 0] as const, ...orders])
    clock.after(minute * MINUTE_MS, () => PILES.forEach((id, index) => tell(id, powersKw[index] ?? 0)));
  run.start();
  await runLockStep({ clock, untilMs: scenario.endMs, idle: () => run.idle(), busy: () => run.busy() });
  run.truth();
  return book.stretches();
};

const shown = (stretches: readonly Stretch[]) =>
  stretches.map(({ fromMs, toMs, mostKw, mostUnexcusedKw, unexcusedS, deceits }) => ({
    minute: (fromMs - NOON) / MINUTE_MS,
    lastsS: (toMs - fromMs) / 1000,
    mostKw: Number(mostKw.toFixed(3)),
    unexcusedKw: Number(mostUnexcusedKw.toFixed(3)),
    unexcusedS,
    by: deceits.map(({ stationId }) => stationId),
  }));

const PLANTED: readonly (readonly [string, Case, ReturnType<typeof shown>])[] = [
  ["keeps the limit", { deceives: false, orders: [[2, 4, 4]] }, []],
  [
    "exceeds it by 1 kW without anybody's deceit",
    {
      deceives: false,
      orders: [
        [2, 4, 4],
        [10, 4.5, 4.5],
        [12, 4, 4],
      ],
    },
    [{ minute: 10, lastsS: 120, mostKw: 1, unexcusedKw: 1, unexcusedS: 120, by: [] }],
  ],
  [
    "makes room for a deceiver in time",
    {
      deceives: true,
      orders: [
        [1, 0, 7.04],
        [10, 4, 4],
        [12, 0, 4],
      ],
    },
    [{ minute: 10, lastsS: 120, mostKw: 3.04, unexcusedKw: 0, unexcusedS: 0, by: ["s2"] }],
  ],
  [
    "never reacts to a deceiver",
    {
      deceives: true,
      orders: [
        [1, 0, 7.04],
        [10, 4, 4],
      ],
    },
    [
      {
        minute: 10,
        lastsS: 40 * 60,
        mostKw: 3.04,
        unexcusedKw: 3.04,
        unexcusedS: 40 * 60 - PROMISED_S,
        by: ["s2"],
      },
    ],
  ],
  [
    "hides 1 kW of its own behind a deceiver",
    {
      deceives: true,
      orders: [
        [1, 0, 7.04],
        [10, 5, 4],
        [12, 0, 4],
      ],
    },
    [{ minute: 10, lastsS: 120, mostKw: 4.04, unexcusedKw: 1, unexcusedS: 120, by: ["s2"] }],
  ],
  [
    "could not see a deceiver for a minute and sees it the next time",
    {
      deceives: true,
      orders: [
        [1, 0, 7.04],
        [10, 4, 4],
        [11, 0, 7.04],
        [20, 4, 4],
        [22, 0, 4],
      ],
    },
    [
      { minute: 10, lastsS: 60, mostKw: 3.04, unexcusedKw: 0, unexcusedS: 0, by: ["s2"] },
      {
        minute: 20,
        lastsS: 120,
        mostKw: 3.04,
        unexcusedKw: 3.04,
        unexcusedS: 120 - (PROMISED_S - 60),
        by: ["s2"],
      },
    ],
  ],
  [
    "counts again on a deceiver that is known",
    {
      deceives: true,
      orders: [
        [1, 0, 7.04],
        [10, 0, 4],
        [20, 4, 4],
        [21, 0, 4],
      ],
    },
    [{ minute: 20, lastsS: 60, mostKw: 3.04, unexcusedKw: 3.04, unexcusedS: 60, by: ["s2"] }],
  ],
];

describe("the checker of the soak, of a controller that", () => {
  it.each(PLANTED)("%s", async (_, planted, expected) => {
    expect(shown(await play(planted))).toEqual(expected);
  });
});
