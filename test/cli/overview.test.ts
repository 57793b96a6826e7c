/** All stations and sessions at once. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { csvLine } from "../../src/cli/station/csv.js";
import { communityRows } from "../server/community.js";
import { type Answering, startAnswering } from "./answering.js";

let answering: Answering;
let asked: string[];

beforeEach(async () => {
  asked = [];
  answering = await startAnswering(({ method, url }) => {
    asked.push(`${method} ${url?.replace("/api/v1", "")}`);
  });
});
afterEach(() => answering.close());

it("status tells every EVSE in a line", async () => {
  const rows = communityRows();
  answering.answer(rows);
  const lines = (await answering.station("status", "--site", "jinan")).trimEnd().split("\n");
  expect(asked).toEqual(["GET /stations?siteId=jinan"]);
  expect(lines).toHaveLength(rows.length);
  for (const [index, { stationId, connected, status, session }] of rows.entries()) {
    expect(lines[index]).toContain(stationId);
    expect(lines[index]).toContain(connected ? status : "not connected");
    expect(lines[index]?.includes("session ")).toBe(session !== null);
  }
});

it("sessions are a table for a spreadsheet", async () => {
  const [session] = communityRows().flatMap((row) => row.session ?? []);
  const ended = {
    startedMs: 0,
    endedMs: 3_600_000,
    deliveredKwh: 7.0004,
    exportedKwh: 0,
    endReason: "Local",
  };
  answering.answer([
    { ...session, ...ended, id: "a", stationId: "CP1", evseId: 2, transactionId: '=1+"1"' },
    { ...session, ...ended, id: "b", stationId: "CP2", evseId: 1, transactionId: "7", endedMs: null },
  ]);
  const table = await answering.station(
    "sessions",
    "--csv",
    "--from",
    "1970-01-01T00:00:00Z",
    "--to",
    "1970-01-02T00:00:00Z",
  );
  expect(asked).toEqual(["GET /sessions?fromMs=0&toMs=86400000"]);
  expect(table.trimEnd().split("\n")).toEqual([
    "session,station,evse,transaction,started,ended,delivered_kWh,exported_kWh,end_reason",
    `a,CP1,2,"'=1+""1""",1970-01-01T00:00:00.000Z,1970-01-01T01:00:00.000Z,7.000,0.000,Local`,
    "b,CP2,1,7,1970-01-01T00:00:00.000Z,,7.000,0.000,Local",
  ]);
});

it.each([
  [["a", 1, ""], "a,1,"],
  [["a,b", 'say "x"', "two\nlines"], '"a,b","say ""x""","two\nlines"'],
  [["=cmd()", "+1", "-1", "@x", -1], "'=cmd(),'+1,'-1,'@x,-1"],
])("a line of %j", (values, line) => {
  expect(csvLine(values)).toBe(line);
});
