import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleSiteFile } from "../../src/config/example.js";
import { configEntries, loadConfig, type LoadQuery } from "../../src/config/load.js";
import { loadPrices } from "../../src/config/load-prices.js";
import { configReference } from "../../src/config/reference.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "youxu-config-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string, name = "youxu.yaml"): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

const load = (text: string, part: Partial<LoadQuery> = {}) => loadConfig({ path: write(text), ...part });

/** `place: message` of all that is wrong, the folder left out; every one has a code and a hint. */
const faults = (text: string, part: Partial<LoadQuery> = {}): string[] => {
  const loaded = load(text, part);
  if (loaded.ok) return [];
  return loaded.errors.map((error) => {
    expect(error.code).toMatch(/^config\./);
    expect(error.hint).not.toBe("");
    expect(error.place).not.toBeNull();
    return `${error.place?.replace(`${folder}/`, "") ?? ""}: ${error.message}`;
  });
};

const loaded = (text: string, part: Partial<LoadQuery> = {}) => {
  const result = load(text, part);
  if (!result.ok)
    throw new Error(result.errors.map(({ place, message }) => `${place}: ${message}`).join("\n"));
  return result;
};

const example = exampleSiteFile();
const swap = (from: string, to: string): string => {
  expect(example).toContain(from);
  return example.replace(from, to);
};

describe("the file that init writes", () => {
  it("loads without a problem, as the program wants it", () => {
    const { config } = loaded(example);
    expect(config.sites.map(({ id, rootNodeId }) => [id, rootNodeId])).toEqual([["home", "home-grid"]]);
    expect(config.sites[0]?.stations.map(({ id }) => id)).toEqual(["pile-1", "pile-2"]);
    expect(config.sites[0]?.nodes[0]?.failsafe).toBe("strict");
    expect(config.sites[0]?.baseProfileKw).toHaveLength(96);
    expect(config.sites[0]?.baseProfileKw.slice(4, 9)).toEqual([0.3, 0.3, 0.3, 0.3, 0.3]);
    expect(config.tariffs.map(({ id }) => id)).toEqual(["home-tariff"]);
    expect(config.planning).toMatchObject({ horizonSlots: 97, gatherMs: 2000, solver: "structured" });
    expect(config.store.path).toBe(join(folder, "youxu.db"));
    expect([config.idTokens, config.api.tokens]).toEqual([null, []]);
  });

  it("has no line that its own comments promise and the schema refuses", () => {
    const uncommented = example
      .replace("# wearPerKwh", "wearPerKwh")
      .replace("# prices:", "prices:")
      .replace("#   - { id: spot", "  - { id: spot");
    write("start,price\n2026-01-14T00:00,300\n", "prices.csv");
    expect(faults(uncommented)).toEqual([]);
  });
});

/** `line:column` of the first place where a text stands. */
const positionOf = (text: string, needle: string): string => {
  const before = text.slice(0, text.indexOf(needle)).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
};

const PILE_1 = "- id: pile-1";
const withPassword = (password: string): string => swap(PILE_1, `${PILE_1}\n        password: ${password}`);
const GRID = "{ id: home-grid, importLimitKw: 15, failsafe: strict }";

/* What is wrong, the file, the text that the place points at, path and message. */
describe("each mistake has its place and says what to do", () => {
  it.each([
    ["an unknown key", swap("host:", "hots:"), "hots", "server.hots: unknown key; did you mean host?"],
    [
      "a wrong unit",
      swap("importLimitKw: 15", "importLimitW: 15000"),
      "importLimitW",
      "sites[0].nodes[0].importLimitW: unknown key; wrong unit W: write importLimitKw, the value divided by 1000",
    ],
    ["a wrong type", swap("port: 8180", "port: http"), "http", 'server.port: "http": expected number'],
    [
      "a number out of range",
      swap("horizonHours: 24", "horizonHours: 2400"),
      "2400",
      "planning.horizonHours: 2400: must be at most 72",
    ],
    [
      "no time zone",
      swap("timeZone: Asia/Shanghai # IANA", "timeZone: Asia/Shanghi # IANA"),
      "Asia/Shanghi",
      "sites[0].timeZone: not an IANA time zone, e.g. Asia/Shanghai",
    ],
    [
      "a port in the host",
      swap("host: 127.0.0.1", "host: 0.0.0.0:8291"),
      "0.0.0.0:8291",
      "server.host: the port has a key of its own, server.port",
    ],
    [
      "none of the choices",
      swap("solver: structured", "solver: magic"),
      "magic",
      'planning.solver: "magic": expected one of "structured"|"highs"|"simplex"',
    ],
    [
      "a missing key",
      swap("    timeZone: Asia/Shanghai # IANA name, e.g. Europe/Berlin\n", ""),
      "id: home\n",
      "sites[0].timeZone: is missing",
    ],
    [
      "a bad identity",
      swap("id: pile-2", "id: 'pile:2'"),
      "'pile:2'",
      'sites[0].stations[1].id: "pile:2": an OCPP identity: 1–48 characters of A–Z a–z 0–9 - _ .',
    ],
    [
      "an identity twice",
      swap("- id: pile-2", "- id:  pile-1"),
      "pile-1\n        evses: [{ phases: 1, voltageV: 220, minA: 6, maxA: 16",
      'sites[0].stations[1].id: "pile-1" is taken: stations[0] has it already',
    ],
    [
      "min above max",
      swap("minA: 6, maxA: 16", "minA: 66, maxA: 16"),
      "66",
      "sites[0].stations[1].evses[0].minA: minA 66 is above maxA 16",
    ],
    [
      "an unknown node",
      swap(PILE_1, `${PILE_1}\n        node: cellar`),
      "cellar",
      'sites[0].stations[0].node: no node is called "cellar"; there are home-grid',
    ],
    [
      "an unknown parent",
      swap(GRID, `${GRID}\n      - { id: a, parent: attic }`),
      "attic",
      'sites[0].nodes[1].parent: no node is called "attic"; there are home-grid, a',
    ],
    [
      "two roots",
      swap(GRID, `${GRID}\n      - { id: other }`),
      "{ id: other }",
      'sites[0].nodes[1].parent: a second root beside "home-grid": name the node above this one',
    ],
    [
      "a grace of a node that is not graced",
      swap(GRID, `${GRID}\n      - { id: other, parent: home-grid, failsafe: strict, graceSeconds: 60 }`),
      "60 }",
      "sites[0].nodes[1].graceSeconds: only a node with failsafe: graced has it",
    ],
    [
      "an unknown tariff",
      swap("tariff: home-tariff", "tariff: hom-tariff"),
      "hom-tariff",
      'sites[0].tariff: no tariff is called "hom-tariff"; there are home-tariff',
    ],
    [
      "no tariff",
      swap("    tariff: home-tariff\n", ""),
      "id: home\n",
      "sites[0].tariff: no price: give `tariff`, or `meteringPoints`",
    ],
    [
      "an unknown price table",
      swap("tariff: home-tariff", "tariff: home-tariff\n    sellPrice: spot"),
      "spot\n",
      'sites[0].sellPrice: no price table is called "spot"; there are none',
    ],
    [
      "another currency",
      swap("currency: CNY\n\n", "currency: EUR\n\n"),
      "home-tariff",
      "sites[0].tariff: tariff in CNY, site in EUR",
    ],
    [
      "discharge without wear",
      swap("maxA: 32 }", "maxA: 32, maxDischargeKw: 7 }"),
      "id: home\n",
      "sites[0].wearPerKwh: stations can discharge: state what a kWh discharged costs the battery",
    ],
    [
      "a hole in the tariff",
      swap('to: "18:00"', 'to: "17:00"'),
      '- { from: "22:00"',
      "tariffs[0].seasons[0].days[0].periods: no price from 17:00 to 18:00",
    ],
    [
      "a profile of the wrong length",
      swap("1.2, 0.6]", "1.2]"),
      "[0.4, 0.3",
      "sites[0].baseProfileKw: [0.4,0.3,0.3,0.3,0.3,0.4,0.8,1.2,1,0.…: a number, or 24 (hourly)",
    ],
    ["a password too short", withPassword("short"), "short", "sites[0].stations[0].password: 16–40 visible"],
    [
      "a token that anybody guesses",
      `${example}\napi: { tokens: [{ name: me, token: tok-1, scopes: [read] }] }\n`,
      "tok-1",
      "api.tokens[0].token: 16 or more",
    ],
    [
      "a token that no header carries",
      `${example}\napi: { tokens: [{ name: me, token: "sixteen and more é", scopes: [read] }] }\n`,
      '"sixteen',
      "api.tokens[0].token: 16 or more",
    ],
    [
      "a client's secret that anybody guesses",
      `${example}\napi: { clients: [{ id: grid, secret: sec-1, scopes: [read_all] }] }\n`,
      "sec-1",
      "api.clients[0].secret: 16 or more characters",
    ],
    [
      "a secret that is not set",
      withPassword("{ env: PILE_1 }"),
      "{ env",
      "sites[0].stations[0].password: the variable PILE_1 is not set",
    ],
    [
      "a secret file that is not there",
      withPassword("{ file: none }"),
      "{ file",
      "sites[0].stations[0].password: no secret in the file none",
    ],
    [
      "a tariff file that is not there",
      `${example}\ntariffFiles: [none.yaml]\n`,
      "none.yaml",
      "tariffFiles[0]: cannot read the tariff",
    ],
    [
      "a price file that is not there",
      `${example}\nprices: [{ id: spot, file: none.csv }]\n`,
      "none.csv",
      "prices[0].file: no file none.csv",
    ],
    ["a key twice", `${example}\nserver: {}\n`, "server: {}", "Map keys must be unique"],
  ])("%s", (_, text, pointsAt, message) => {
    const found = faults(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
    expect(found[0]?.startsWith(`youxu.yaml:${positionOf(text, pointsAt)}`), found[0]).toBe(true);
  });

  it.each([
    ["nothing in the file", "", "youxu.yaml:1:1 sites: is missing"],
    ["no root", swap(GRID, "{ id: home-grid, parent: home-grid }"), "sites[0].nodes: no root"],
    ["a list instead of keys", "- a\n", 'youxu.yaml:1:1: ["a"]: expected object'],
    [
      "a loop of nodes",
      swap(GRID, `${GRID}\n      - { id: a, parent: b }\n      - { id: b, parent: a }`),
      '"a" is above itself',
    ],
  ])("%s", (_, text, expected) => expect(faults(text)[0]).toContain(expected));

  it("tells all of them at once, also beside broken values", () => {
    const text = swap("host:", "hots:")
      .replace("importLimitKw: 15", "importLimitW: 15")
      .replace("maxA: 16", "maxA: 5")
      .replace("maxA: 32", "maxA: much")
      .replace("tariff: home-tariff", "tariff: none")
      .replace("kind: flat", "kind: flt")
      .replace("solver: structured", "solver: magic");
    expect(faults(text, { env: { YOUXU_SERVER_PRT: "1" }, flags: { "no.key": 1 } })).toHaveLength(9);
  });

  it("a file that is not there, a tariff file that is wrong in itself", () => {
    const missing = loadConfig({ path: join(folder, "none.yaml") });
    expect(missing.ok ? [] : missing.errors.map(({ code }) => code)).toEqual(["config.not-found"]);
    write("id: t\ncurrency: CNY\n", "t.yaml");
    const found = faults(`${example}\ntariffFiles: [t.yaml]\n`);
    expect(found).toEqual([
      "t.yaml:1:1 timeZone: is missing",
      "t.yaml:1:1 source: is missing",
      "t.yaml:1:1 seasons: is missing",
    ]);
  });

  it("ids that clash between sites", () => {
    const second = example
      .slice(example.indexOf("  - id: home\n"), example.indexOf("# Prices by the local clock"))
      .replace("id: pile-2", "id: pile-9");
    const text = example.replace("# Prices by the local clock", `${second}\n# Prices by the local clock`);
    const messages = faults(text).map((fault) => fault.replace(/^[^:]*:\d+:\d+ /, ""));
    expect(messages.map((message) => message.split(" is there")[0])).toEqual([
      'sites[1].id: site "home"',
      'sites[1].nodes[0].id: node "home-grid"',
      'sites[1].stations[0].id: station "pile-1"',
    ]);
  });
});

describe("file, then environment, then flags", () => {
  const text = swap("port: 8180", "port: 1111");
  it.each([
    [{}, {}, 1111, /^.*youxu\.yaml:7:9$/],
    [{ YOUXU_SERVER_PORT: "2222" }, {}, 2222, /^YOUXU_SERVER_PORT$/],
    [{ YOUXU_SERVER_PORT: "2222" }, { "server.port": 3333 }, 3333, /^flag server\.port$/],
    [{ YOUXU_SERVER_PORT: "2222" }, { "server.port": undefined }, 2222, /^YOUXU_SERVER_PORT$/],
    [{ YOUXU_CONFIG: "x", PATH: "y" }, { "server.port": "3333" }, 3333, /^flag server\.port$/],
  ])("%j %j", (env, flags, port, origin) => {
    const { config, originOf } = loaded(text, { env, flags });
    expect(config.server.port).toBe(port);
    expect(originOf("server.port")).toMatch(origin);
    expect(originOf("ocpp.callTimeoutSeconds")).toBe("default");
  });

  it("faults name where the value came from", () => {
    expect(faults(text, { env: { YOUXU_SERVER_PORT: "many" } })).toEqual([
      'YOUXU_SERVER_PORT: "many": expected number',
    ]);
    expect(faults(text, { flags: { "server.port": 70_000 } })).toEqual([
      "flag server.port: 70000: must be at most 65535",
    ]);
    expect(faults(text, { env: { YOUXU_SERVER_PRT: "1" } })).toEqual([
      "YOUXU_SERVER_PRT: unknown variable; did you mean YOUXU_SERVER_PORT?",
    ]);
  });
});

describe("secrets", () => {
  const password = "0123456789abcdefghij";
  const text = swap("- id: pile-1", "- id: pile-1\n        password: { env: YOUXU_PILE }").replace(
    "- id: pile-2",
    "- id: pile-2\n        password: { file: pile.key }",
  );

  it("come from the environment or a file and are hidden when shown", () => {
    write(`${password}2\nnot this line\n`, "pile.key");
    const { config, file } = loaded(text, { env: { YOUXU_PILE: `${password}1` } });
    expect([...config.stationPasswords]).toEqual([
      ["pile-1", `${password}1`],
      ["pile-2", `${password}2`],
    ]);
    expect(JSON.stringify(configEntries(file))).not.toContain(password);
    const inPlace = loaded(swap("- id: pile-1", `- id: pile-1\n        password: ${password}`));
    expect(JSON.stringify(configEntries(inPlace.file))).not.toContain(password);
    expect(inPlace.config.stationPasswords.get("pile-1")).toBe(password);
  });
});

const priceFile = (name: string) => ({
  id: name,
  file: join(folder, name),
  currency: "CNY",
  timeZone: "UTC",
  unit: null,
});

describe("price tables of a configuration", () => {
  it("are read with the zone and currency of the site that sells by them", () => {
    write("start,price\n2026-01-14T00:00,300\n2026-01-14T00:15,-20\n", "prices.csv");
    const text = swap("tariff: home-tariff", "tariff: home-tariff\n    sellPrice: spot");
    const { config } = loaded(`${text}\nprices: [{ id: spot, file: prices.csv, unit: per-MWh }]\n`);
    const prices = loadPrices(config.prices);
    expect(prices.ok ? prices.series : prices.errors).toMatchObject([
      {
        id: "spot",
        currency: "CNY",
        points: [{ startMs: Date.UTC(2026, 0, 13, 16), pricePerKwh: 0.3 }, { pricePerKwh: -0.02 }],
      },
    ]);
  });

  it("tell all their faults at once", () => {
    write("start,price\nnoon,x\n", "bad.csv");
    const prices = loadPrices([priceFile("bad.csv"), priceFile("gone.csv")]);
    expect(prices.ok).toBe(false);
    if (!prices.ok) expect(prices.errors.length).toBeGreaterThanOrEqual(4);
  });
});

describe("the reference page", () => {
  it("names every key of a loaded configuration and every variable", () => {
    const page = configReference();
    for (const { path } of configEntries(loaded(example).file)) {
      const key = path.replaceAll(/\[\d+\]/g, "[]").replace(/^(sites|tariffs)\[\]\.?/, "");
      expect(page, path).toContain(`\`${key === "" ? path.replace(/\[.*/, "[]") : key}`);
    }
    expect(page).toContain("| `YOUXU_PLANNING_GATHER_SECONDS` | `planning.gatherSeconds` |");
    expect(page).not.toMatch(/\| +\|$/m);
  });
});
