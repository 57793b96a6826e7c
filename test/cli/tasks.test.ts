/** Several stations in place of an identity become a task; `youxu task` shows and cancels it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { severalOf } from "../../src/cli/station/selection.js";
import type { StationTask, TaskResult } from "../../src/domain/station-task.js";
import { type Answering, startAnswering } from "./answering.js";

const NONE = { stationIds: null, siteId: null, vendor: null, model: null, version: null };

describe("in place of an identity", () => {
  it.each<[string, object | null]>([
    ["CP1", null],
    ["home.1_a-b", null],
    [":all", {}],
    ["CP1,CP2", { stationIds: ["CP1", "CP2"] }],
    ["site:home", { siteId: "home" }],
    ["vendor:Acme,model:Wall Box 2", { vendor: "Acme", model: "Wall Box 2" }],
    ["version:2.0.1,:all", { version: "2.0.1" }],
    ["CP1,CP2,site:a", { stationIds: ["CP1", "CP2"], siteId: "a" }],
    ["model:a:b", { model: "a:b" }],
    ["site:yard,site:home", { siteId: ["yard", "home"] }],
    ["version:2.0.1,version:1.6,vendor:Acme", { version: ["2.0.1", "1.6"], vendor: "Acme" }],
  ])("%s", (text, selection) => {
    const rest = { atOnce: 8, waitForOfflineS: 0 };
    expect(severalOf(text)).toEqual(
      selection === null ? null : { selection: { ...NONE, ...selection }, ...rest },
    );
  });

  it("stand how many at once, and for how many minutes those are waited for that are away", () => {
    expect(severalOf(":all,wait:90,at-once:20")).toMatchObject({ atOnce: 20, waitForOfflineS: 5_400 });
  });

  it.each([
    "wait:5",
    "at-once:2",
    ",",
    "CP1,",
    "site:",
    "colour:red",
    ":all,wait:x",
    "version:3",
    ":all,at-once:0",
    ":all,at-once:2,at-once:3",
    ":all,wait:1,wait:2",
    "version:1.6,version:3",
  ])("%s names nobody in particular", (text) => {
    expect(() => severalOf(text)).toThrow(expect.objectContaining({ code: "usage.invalid" }));
  });
});

const counts = { waiting: 0, asking: 0, accepted: 1, refused: 1, unanswered: 0, offline: 0, cancelled: 0 };
const TASK: StationTask = {
  id: "t1",
  askedBy: "me",
  askedMs: 0,
  scope: "operate",
  command: { kind: "reset" },
  selection: { ...NONE, siteId: "home" },
  stations: 2,
  atOnce: 8,
  waitUntilMs: 0,
  cancelledMs: null,
  endedMs: 5,
  counts,
};
const RESULTS: TaskResult[] = [
  { stationId: "CP1", state: "accepted", detail: null, answer: { version: 2 }, atMs: 1 },
  { stationId: "CP2", state: "refused", detail: "Rejected", answer: null, atMs: 2 },
];

describe("youxu", () => {
  let answering: Answering;
  let asked: string[];
  let looks: number;
  beforeEach(async () => {
    asked = [];
    looks = 0;
    answering = await startAnswering(({ method, url = "" }, body) => {
      asked.push(`${method} ${url.replace("/api/v1", "")} ${body}`.trim());
      if (url.includes("/results?")) answering.answer(RESULTS);
      else if (url.endsWith("/tasks") && method === "GET") answering.answer([TASK]);
      // It is over at the second look.
      else answering.answer({ ...TASK, endedMs: method === "GET" && ++looks > 1 ? 5 : null });
    });
  });
  afterEach(() => answering.close());

  it("station reset site:home begins a task, looks at it until it is over and tells of each station", async () => {
    const told = await answering.station("reset", "site:home,wait:1", "--hard");
    const command = { kind: "reset", how: "hard", evseId: null };
    const selection = { ...NONE, siteId: "home" };
    expect(asked).toEqual([
      `POST /tasks ${JSON.stringify({ selection, atOnce: 8, waitForOfflineS: 60, command })}`,
      "GET /tasks/t1",
      "GET /tasks/t1",
      "GET /tasks/t1/results?limit=500",
    ]);
    expect(told).toMatch(/^CP1 +accepted +\{"version":2\}\nCP2 +refused +Rejected\n$/);
    expect(process.exitCode).toBe(1);
  });

  it("station reserve CP1,CP2 gives each the same number", async () => {
    await answering.station("reserve", "CP1,CP2", "CARD", "--number", "7");
    expect(asked[0]).toContain('"reservationId":7');
    expect(asked[0]).toContain('"stationIds":["CP1","CP2"]');
  });

  it("task list, show and cancel ask the server for what they say", async () => {
    expect(await answering.youxu("task", "list")).toMatch(
      /^t1 .* over +reset +by me +1 accepted, 1 refused\n$/,
    );
    expect(await answering.youxu("task", "show", "t1")).toMatch(/^CP1 +accepted/);
    expect(JSON.parse(await answering.youxu("task", "show", "t1", "--json"))).toMatchObject({
      id: "t1",
      results: RESULTS,
    });
    expect(await answering.youxu("task", "cancel", "t1")).toMatch(/^t1 .* runs /);
    expect(asked).toEqual([
      "GET /tasks",
      "GET /tasks/t1",
      "GET /tasks/t1/results?limit=500",
      "GET /tasks/t1",
      "GET /tasks/t1/results?limit=500",
      "POST /tasks/t1/cancel {}",
    ]);
  });
});
