/** What runs at a server, and what ran, from the command line. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../src/cli/run.js";
import { csvText } from "../../src/cli/csv.js";
import { momentText, timeText } from "../../src/cli/time-text.js";
import { communityLive, communityRows } from "../server/community.js";
import { type Answering, startAnswering } from "./answering.js";

let answering: Answering;
let asked: string[];
let told: string[];

beforeEach(async () => {
  asked = [];
  told = [];
  answering = await startAnswering(({ method, url = "" }, body) => {
    asked.push(url.replace("/api/v1", ""));
    told.push(`${method} ${url.replace("/api/v1", "")} ${body}`);
  });
});
afterEach(() => answering.close());

const youxu = (words: string): Promise<string> => answering.youxu(...words.split(" "));
const [FIRST] = communityRows();
const ROW = { ...FIRST!, connected: true, version: "2.0.1", powerKw: 6.94, plannedKw: 7 } as const;
const SESSION = { ...FIRST!.session!, stationId: "p,1", startedMs: 0, endedMs: null, departureMs: 3_600_000 };

describe("youxu station status", () => {
  it("tells state, power, plan, session and reason of each EVSE", async () => {
    answering.answer([
      { ...ROW, session: SESSION, reason: { key: "waiting-for-cheaper-slot", untilMs: 0, savingPerKwh: 1 } },
      {
        ...ROW,
        stationId: "CP2",
        connected: false,
        powerKw: null,
        session: null,
        reason: { key: "no-session" },
      },
    ]);
    const [first, second] = (await youxu("station status")).split("\n");
    expect(first).toMatch(/^CP01\/1 +OCPP 2\.0\.1 +\S+ +6\.9 kW +planned 7\.0 kW +transaction \S+, \d/);
    expect(first).toContain(`waiting-for-cheaper-slot until ${timeText(0)}`);
    expect(second).toMatch(/^CP2\/1 +not connected .* – kW .* no-session$/);
    expect(asked).toEqual(["/stations"]);
  });

  it.each([
    ["for its owner alone", { booking: null, isOpen: false }],
    [`for its owner and Bo until ${timeText(0)}`, { booking: { driver: "Bo", untilMs: 0 }, isOpen: false }],
    ["for all", { booking: { driver: "Bo", untilMs: 0 }, isOpen: true }],
  ])("tells that a lent pile is %s", async (who, lent) => {
    answering.answer([{ ...ROW, lent }, ROW]);
    const [first, second] = (await youxu("station status")).split("\n");
    expect(first?.endsWith(`  lent: ${who}`)).toBe(true);
    expect(second).not.toContain("lent");
  });

  it.each([
    ["station status CP01 --connected", 0],
    ["station status CP2 --connected", 1],
  ])("%s ends with %i", async (words, code) => {
    answering.answer({ stationId: "any", evses: [{ ...ROW, connected: words.includes("CP01") }] });
    await youxu(words);
    expect(process.exitCode ?? 0).toBe(code);
    expect(asked).toEqual([`/stations/${words.split(" ")[2]}`]);
  });
});

describe("what is not as it should be", () => {
  it("stands in the line of an EVSE that may still give back", async () => {
    answering.answer([{ ...ROW, notTakenBackSinceMs: 0 }, ROW]);
    const [first, second] = (await youxu("station status")).split("\n");
    expect(first).toContain(`may still give back, as told at ${timeText(0)}`);
    expect(second).not.toContain("give back");
  });

  it("stands in the line, and the table, of a session whose energy is estimated in part", async () => {
    const estimate = { importedKwh: 1.25, exportedKwh: 0, reason: "register-went-back" };
    answering.answer([
      { ...SESSION, estimate },
      { ...SESSION, estimate: null },
    ]);
    const [first, second] = (await youxu("session list")).split("\n");
    expect(first).toMatch(/ {2}of that estimated 1\.3 in, 0\.0 out \(register-went-back\) /);
    expect(second).not.toContain("estimated");
    expect(await youxu("session list --csv")).toMatch(
      /,estimatedImportKwh,.*\n.*,1\.25,0,register-went-back,.*\n.*,,,,/,
    );
  });
});

describe("youxu site show", () => {
  const inverter = {
    deviceId: "roof",
    ratedKw: 40,
    powerKw: 16.04,
    limitKw: 16,
    steered: true,
    following: true,
    reason: { key: "export-limit", limitKw: 6, nodeId: "piles" },
  } as const;
  const lost = {
    ...inverter,
    deviceId: "shed",
    powerKw: null,
    limitKw: null,
    steered: false,
    following: false,
  };
  const held = { startMs: 0, endMs: 900_000, curtailedKw: 3.2 };
  const standing = {
    ...communityLive(),
    inverters: [inverter, { ...lost, reason: null }, { ...inverter, steered: false, reason: null }],
    curtailments: [{ ...held, reason: { key: "negative-export-price", pricePerKwh: -0.1 } }],
  };

  const battery = {
    id: "cellar",
    siteId: "home",
    kind: "battery",
    over: "http",
    connected: true,
    power: { value: -3.04, atMs: 0 },
    soc: { value: 55.2, atMs: 0 },
    staleSinceMs: null,
    refused: 0,
    lastError: null,
    told: { powerKw: -3, atMs: 0, confirmed: true },
  } as const;
  const quiet = { ...battery, id: "attic", connected: false, power: null, soc: null, told: null };
  const charging = {
    ...battery,
    power: { value: 2, atMs: 0 },
    told: { powerKw: 0, atMs: 0, confirmed: false },
  };
  const meter = { ...quiet, id: "grid", kind: "site-import" };
  /** The server's answers; devices are a route of their own. */
  const answer = (site: object): void =>
    answering.answerBy((url) =>
      url.endsWith("/devices") ? [meter, battery, { ...quiet, staleSinceMs: 0 }, charging] : site,
    );

  it("tells import, limit, plan, each inverter and battery, and when PV is held back", async () => {
    answer({
      ...standing,
      measured: { importKw: 12.34, atMs: 0, stale: true },
      limitKw: 20,
      overLimitSinceMs: 0,
    });
    const lines = (await youxu("site show home")).trimEnd().split("\n");
    expect(lines).toContain(
      `import  12.3 kW at ${timeText(0)} (stale), limit 20.0 kW, above it since ${timeText(0)}`,
    );
    expect(
      lines.filter((line) => line.startsWith("inverter")).map((line) => line.replaceAll(/ +/g, " ")),
    ).toEqual([
      "inverter roof 16.0 kW of 40.0 kW told 16.0 kW follows steered export-limit of piles (6.0 kW)",
      "inverter shed – kW of 40.0 kW told nothing does not follow not steered",
      "inverter roof 16.0 kW of 40.0 kW told 16.0 kW follows not steered",
    ]);
    expect(
      lines.filter((line) => line.startsWith("battery")).map((line) => line.replaceAll(/ +/g, " ")),
    ).toEqual([
      `battery cellar gives 3.0 kW SoC 55 % told: gives 3.0 kW at ${timeText(0)}`,
      `battery attic – kW SoC – % told nothing not connected stale since ${timeText(0)}`,
      `battery cellar charges 2.0 kW SoC 55 % told: 0.0 kW at ${timeText(0)} (not confirmed)`,
    ]);
    expect(lines.at(-1)).toBe(
      `PV held back  ${timeText(0)} – ${timeText(900_000)}  3.2 kW  negative-export-price`,
    );
    expect(asked).toEqual(["/sites/home/live", "/sites/home/plan", "/sites/home/devices"]);
  });

  it("as JSON has neither the past nor the stations, which have commands of their own", async () => {
    answer(standing);
    const { past, planned, rows, ...rest } = standing;
    expect(past.length + planned.length + rows.length).toBeGreaterThan(0);
    const batteries = [battery, { ...quiet, staleSinceMs: 0 }, charging];
    expect(JSON.parse(await youxu("site show home --json"))).toEqual({ ...rest, batteries });
  });
});

describe("youxu session list", () => {
  it("asks for what is wanted, and tells it as text, JSON and CSV", async () => {
    answering.answer([SESSION]);
    expect(await youxu("session list --active --site home --limit 5")).toMatch(
      new RegExp(`^p,1/1 .*${timeText(0).replaceAll("+", "\\+")} – runs .* kWh  leaves `),
    );
    expect(asked).toEqual(["/sessions?active=true&siteId=home&limit=5"]);
    expect(JSON.parse(await youxu("session list --json"))).toEqual([SESSION]);
    expect(await youxu("session list --csv")).toMatch(
      /^id,station,evse,transaction,started,.*\n[^,]+,"p,1",1,[^,]+,1970-01-01T00:00:00\.000Z,,/,
    );
  });
});

describe("what a driver wants", () => {
  it.each<[string, string]>([
    [
      "session wish S/1 --departure 1970-01-01T02:00:00+00:00 --energy-kwh 20",
      'PATCH /sessions/S%2F1/preference {"departureMs":7200000,"energyNeedKwh":20}',
    ],
    ["session wish S --energy-kwh 5", 'PATCH /sessions/S/preference {"energyNeedKwh":5}'],
    ["session charge-now S", 'POST /sessions/S/charge-now {"on":true}'],
    ["session charge-now S --off", 'POST /sessions/S/charge-now {"on":false}'],
  ])("%s", async (words, request) => {
    answering.answer(SESSION);
    expect(await youxu(words)).toMatch(new RegExp(`^p,1/1 .* ${SESSION.id}\n$`));
    expect(told).toEqual([request]);
  });

  it.each([
    [
      "session charge-now S",
      {},
      "charges now at up to 7.0 kW, as far as limits allow: 4.0 kWh to go until D",
    ],
    [
      "session charge-now S",
      { mostChargeKw: null, energyToGoKwh: 0, departureMs: null },
      "charges now at full power, as far as limits allow: 0.0 kWh to go (`youxu session wish` says more)",
    ],
    ["session charge-now S --off", { chargeNow: false }, "goes by the plan: 4.0 kWh to go until D"],
  ])("%s says what it does from now on: %j", async (words, change, said) => {
    const departureMs = 3_600_000;
    answering.answer({ ...SESSION, chargeNow: true, departureMs, energyToGoKwh: 4, ...change });
    const stderr = vi.spyOn(console, "error").mockImplementation(() => undefined);
    try {
      await youxu(words);
      expect(stderr.mock.calls.map(String)).toContain(said.replace(/D$/, timeText(departureMs)));
    } finally {
      stderr.mockRestore();
    }
  });

  it.each(["3", "3h"])("leaves in so many hours: %s", async (hours) => {
    answering.answer(SESSION);
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000 });
    await youxu(`session wish S --departure ${hours}`).finally(() => vi.useRealTimers());
    expect(told).toEqual(['PATCH /sessions/S/preference {"departureMs":10801000}']);
  });

  it("is asked for nothing where nothing is wanted", async () => {
    await youxu("session wish S");
    expect(asked).toEqual([]);
  });
});

describe("youxu export", () => {
  it("asks for a month of quarters after the other, and writes one table", async () => {
    const quarter = { coveredMs: 900_000, valueCount: 1, meanKw: 2, leastKw: 1, mostKw: 3 };
    const registers = { importedWh: 7, exportedWh: null, socPercent: null };
    answering.answer([{ series: "pv", values: [], quarters: [{ startMs: 0, ...quarter, ...registers }] }]);
    const table = await youxu(
      "export measurements home --from 2026-01-01T00:00:00Z --to 2026-02-02T00:00:00Z",
    );
    expect(table.split("\n").slice(0, 2)).toEqual([
      "series,time,powerKw,leastKw,mostKw,measuredS,values,importedWh,exportedWh",
      "pv,1970-01-01T00:00:00.000Z,2,1,3,900,1,7,",
    ]);
    const [first, second, third] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1), Date.UTC(2026, 1, 2)];
    expect(asked).toEqual([
      `/sites/home/measurements?fromMs=${first}&toMs=${second}&resolution=quarter`,
      `/sites/home/measurements?fromMs=${second}&toMs=${third}&resolution=quarter`,
    ]);
  });

  it("says of each value for how long it counts, over the parts in which the server gives them", async () => {
    const at = (text: string) => Date.parse(`2026-01-${text}:00Z`);
    const given = [at("01T23:40"), at("01T23:59"), at("02T00:01"), at("02T12:00"), at("02T12:05")];
    answering.answerBy((url) => {
      const query = new URLSearchParams(url.split("?")[1]);
      const [fromMs, toMs] = [Number(query.get("fromMs")), Number(query.get("toMs"))];
      const within = given.filter((atMs) => atMs >= fromMs && atMs < toMs);
      const series = (name: string, all: readonly number[]) => ({
        series: name,
        values: all.map((atMs) => ({ atMs, powerKw: 2 })),
        quarters: [],
      });
      return [series("pv", within), series("ev", within.slice(1))];
    });
    const table = await youxu(
      "export measurements home --resolution raw --from 2026-01-01T00:00:00Z --to 2026-01-02T12:10:00Z",
    );
    const rows = table.trimEnd().split("\n").slice(1);
    const measuredS = (name: string) =>
      rows.filter((row) => row.startsWith(name)).map((row) => Number(row.split(",")[5]));
    expect(measuredS("pv")).toEqual([900, 120, 900, 300, 300]);
    expect(measuredS("ev")).toEqual([900, 300, 300]);
    expect(rows.every((row) => row.split(",")[6] === "1")).toBe(true);
  });

  it("has a value hold until now, not until a time to come", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1, 12, 3) });
    const values = [11, 12].map((hour) => ({ atMs: Date.UTC(2026, 0, 1, hour), powerKw: 2 }));
    answering.answer([{ series: "pv", values, quarters: [] }]);
    const table = await youxu(
      "export measurements home --resolution raw --from 2026-01-01T00:00:00Z --to 2026-01-01T20:00:00Z",
    ).finally(() => vi.useRealTimers());
    const rows = table.trimEnd().split("\n").slice(1);
    expect(rows.map((row) => row.split(",")[5])).toEqual(["900", "180"]);
  });

  it("writes transactions", async () => {
    answering.answer([SESSION]);
    const table = await youxu(
      "export transactions --from 2026-01-01T00:00:00Z --to 2026-02-02T00:00:00Z --csv",
    );
    expect(table).toMatch(/^id,station,.*\n[^,]+,"p,1",1,/);
  });
});

it("quotes in a table what would break it", () => {
  const columns = { a: (row: string) => row, b: () => null };
  expect(csvText(columns, ['say "x"', "two\nlines", "plain"])).toBe(
    'a,b\n"say ""x""",\n"two\nlines",\nplain,',
  );
});

it("has no cell of a table taken for a formula, and numbers below zero as they are", () => {
  const columns = { told: (row: string) => row, kw: () => -1 };
  expect(csvText(columns, ['=1+"1"', "+1", "-1", "@x", "x=1"])).toBe(
    `told,kw\n"'=1+""1""",-1\n'+1,-1\n'-1,-1\n'@x,-1\nx=1,-1`,
  );
});

it("asks for the EVSEs of one site", async () => {
  answering.answer([]);
  await answering.station("status", "--site", "jinan");
  expect(asked).toEqual(["/stations?siteId=jinan"]);
});

it("tells a moment with its offset", () => {
  expect(Date.parse(timeText(1_767_225_600_000))).toBe(1_767_225_600_000);
  expect(Date.parse(momentText(1_767_225_600_250))).toBe(1_767_225_600_250);
  expect(timeText(0)).toMatch(/^19(70|69)-\d\d-\d\dT\d\d:\d\d:00[+-]\d\d:\d\d$/);
});

describe("youxu station list", () => {
  it("says whether stations are connected when there is a token", async () => {
    const folder = mkdtempSync(join(tmpdir(), "youxu-list-"));
    const file = join(folder, "youxu.yaml");
    try {
      await runCommandLine(["init", "-c", file, "--quiet"]);
      answering.answer([{ ...ROW, stationId: "pile-1" }]);
      expect(await youxu(`station list -c ${file}`)).toMatch(
        /^pile-1 .* {2}connected\npile-2 .* {2}not connected\n$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
