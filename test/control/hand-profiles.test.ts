/** What a charging profile by hand at a station that is away costs the others in the fail-safe sum. */
import { describe, expect, it } from "vitest";
import type { CommandOutcome } from "../../src/domain/command.js";
import { openHandProfiles } from "../../src/control/hand-profiles/hand-profiles.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, type Harness, harnessOf, plugIn } from "./harness.js";
import { siteOf } from "./v2g-play.js";

const SELECTION = { siteId: null, vendor: null, model: null, version: null };
const AWAY = { selection: { ...SELECTION, stationIds: ["away"] }, evseId: 0 };
const OFFLINE: CommandOutcome = { status: "offline", detail: "the station is not connected" };
const TIMEOUT: CommandOutcome = { status: "timeout", detail: "no answer" };
const ACCEPTED: CommandOutcome = { status: "accepted" };

const SITE = siteOf("strict", { stations: [stationOf("p1"), stationOf("away", { maxA: 75 })] });

/** What an operator does before the car comes; `answer` is what comes of telling the station that is away. */
interface Operator {
  readonly assign: (answer: CommandOutcome, evseId?: number) => Promise<readonly string[]>;
  readonly release: (answer: CommandOutcome, evseId?: number) => Promise<readonly string[]>;
  readonly restart: () => Promise<void>;
}
interface Stage {
  readonly harness: Harness;
  readonly operator: Operator;
  /** Commands that the station that is away was to be told. */
  readonly told: string[];
}

/** The server's state is gone with a restart, what the operator assigned stands on disk. */
const stageOf = async (): Promise<Stage> => {
  const documents = createMemoryDocuments();
  const told: string[] = [];
  const comes: { to: CommandOutcome } = { to: OFFLINE };
  const begin = async () => {
    const harness = await harnessOf(SITE, flatPolicy(6));
    const book = await openHandProfiles({
      documents,
      clock: harness.clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      link: {
        send: async (_, { kind }) => {
          told.push(kind);
          return comes.to;
        },
      },
      sites: [SITE],
      stations: async () => SITE.stations.map(({ id }) => ({ ...SELECTION, stationId: id, siteId: SITE.id })),
      unitOf: () => "A",
      report: (event) => harness.control.report(event),
    });
    return { harness, book };
  };
  let { harness, book } = await begin();
  const periods = [{ startS: 0, limitKw: 2 }];
  await book.put("tight", { kind: "daily", startMs: null, endMs: null, periods });
  const operator: Operator = {
    assign: async (answer, evseId = 0) => {
      comes.to = answer;
      const all = await book.assign({ ...AWAY, evseId, name: "tight", assignedBy: "me" });
      return all.map(({ state }) => state);
    },
    release: async (answer, evseId = 0) => {
      comes.to = answer;
      return (await book.release({ ...AWAY, evseId })).map(({ state }) => state);
    },
    restart: async () => {
      book.stop();
      ({ harness, book } = await begin());
    },
  };
  return {
    get harness() {
      return harness;
    },
    operator,
    told,
  };
};

/** Most that a car at the other station is given, kW, and least room that the fail-safe row left for it. */
const roomBeside = async (done: (operator: Operator) => Promise<unknown>) => {
  const stage = await stageOf();
  await done(stage.operator);
  const { harness } = stage;
  connect(harness, "p1");
  await harness.run(10_000);
  await plugIn(harness, "p1");
  await harness.run(60_000);
  const given = harness.sent.filter(({ schedule }) => schedule.purpose === "session");
  const rows = harness.cycles.at(-1)?.problem.nodes.flatMap(({ failsafe }) => failsafe?.headroomKw ?? []);
  return {
    carKw: Math.round(
      Math.max(0, ...given.flatMap(({ schedule }) => schedule.periods.map((one) => one.powerKw))),
    ),
    roomKw: Math.min(...(rows ?? [])),
  };
};

const UNTOUCHED = { carKw: 6, roomKw: 20 };
/** The other station is rated for 16.5 kW. */
const MAY_BE_HELD = { carKw: 0, roomKw: 3.5 };

describe("a station that is away counts for", () => {
  it.each<[string, typeof UNTOUCHED, (operator: Operator) => Promise<unknown>]>([
    ["nothing without a profile", UNTOUCHED, async () => undefined],
    ["nothing where it was never asked", UNTOUCHED, ({ assign }) => assign(OFFLINE)],
    ["nothing where the plan alone keeps to it", UNTOUCHED, ({ assign }) => assign(OFFLINE, 1)],
    [
      "nothing where it was never asked and the server restarted",
      UNTOUCHED,
      async ({ assign, restart }) => {
        await assign(OFFLINE);
        await restart();
      },
    ],
    [
      "nothing where it was never asked and the profile was taken back",
      UNTOUCHED,
      async ({ assign, release }) => {
        await assign(OFFLINE);
        await release(OFFLINE);
      },
    ],
    [
      "its rating where it took the profile before the server restarted",
      MAY_BE_HELD,
      async ({ assign, restart }) => {
        await assign(ACCEPTED);
        await restart();
      },
    ],
    [
      "its rating where it never answered",
      MAY_BE_HELD,
      async ({ assign, restart }) => {
        await assign(TIMEOUT);
        await restart();
      },
    ],
    [
      "its rating where another profile took the place of one that it holds",
      MAY_BE_HELD,
      async ({ assign, restart }) => {
        await assign(ACCEPTED);
        await assign(OFFLINE);
        await restart();
      },
    ],
    [
      "its rating while it may hold a profile that was taken back",
      MAY_BE_HELD,
      async ({ assign, release, restart }) => {
        await assign(ACCEPTED);
        await release(OFFLINE);
        await restart();
      },
    ],
  ])("%s", async (_name, room, done) => {
    expect(await roomBeside(done)).toEqual(room);
  });
});

describe("a profile is taken back", () => {
  const awaited = { states: ["releasing"], commands: ["set-schedule", "clear-schedule"] };
  it.each([
    ["where nothing was ever told", OFFLINE, 0, { states: ["released"], commands: ["set-schedule"] }],
    ["from a single EVSE", ACCEPTED, 1, { states: ["released"], commands: [] }],
    ["where the station may hold it, once it has come", ACCEPTED, 0, awaited],
    ["where the station never answered, once it has come", TIMEOUT, 0, awaited],
  ] as const)("%s", async (_name, answer, evseId, expected) => {
    const { operator, told } = await stageOf();
    await operator.assign(answer, evseId);
    expect({ states: await operator.release(OFFLINE, evseId), commands: told }).toEqual(expected);
  });
});
