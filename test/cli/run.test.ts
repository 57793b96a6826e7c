import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ROLES } from "../../src/accounts/scopes.js";
import { builtInScenario, packageVersion } from "../../src/app/package-files.js";
import { runCommandLine } from "../../src/cli/run.js";

const home = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "youxu-cli-"));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

/** Runs a command in this process, in a folder of its own. */
const run = async (args: readonly string[]) => {
  let [stdout, stderr] = ["", ""];
  const spies = [
    vi.spyOn(console, "log").mockImplementation((text: string) => void (stdout += `${text}\n`)),
    vi.spyOn(console, "error").mockImplementation((text: string) => void (stderr += `${text}\n`)),
    vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text)))),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text)))),
  ];
  try {
    const code = await runCommandLine(args);
    return { code, stdout, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
};

/** Command, exit code, and what stderr says: place, fault, hint. */
const PILE = builtInScenario("one-pile");
const FAULTS: [string[], number, RegExp][] = [
  [["nonsense"], 2, /unknown command 'nonsense'\n.*--help/],
  [["simm"], 2, /did you mean sim/i],
  [["serve"], 3, /^youxu\.yaml there is no such file.*\n.*youxu init/],
  [["serve", "--port", "http"], 2, /^--port "http": must be a whole number from 0 to 65535.*\n.*--help/],
  [["serve", "--config", "broken.yaml"], 3, /^broken\.yaml:3:1 /],
  [
    ["config", "check", "-c", "unit.yaml"],
    3,
    /^unit\.yaml:4:18 sites\[0\]\.nodes\[0\]\.importLimitW .*wrong unit W: write importLimitKw.*\n.*youxu init/m,
  ],
  [["plan"], 2, /^file name a problem file/],
  [["plan", "missing.json"], 2, /^missing\.json there is no such file.*\n.*is the path right/],
  [["plan", "broken.json"], 2, /^broken\.json:2:\d+ .*\n.*--schema/],
  [["plan", "wrong.json"], 2, /^wrong\.json:2:\d+ horizon .*problem\.invalid/],
  [["plan", "wrong.json", "--solver", "higs"], 2, /^--solver .*did you mean highs\?/],
  [["plan", "wrong.json", "--time-limit", "0"], 2, /^--time-limit "0": must be a number from 0\.01/],
  [["plan", "wrong.json", "--tradeoff", "cost,peek"], 2, /^--tradeoff .*"peek"; did you mean peak\?/],
  [["plan", "wrong.json", "--tradeoff", "cost,cost"], 2, /^--tradeoff "cost,cost": name two different ones/],
  [["plan", "wrong.json", "--tradeoff", "cost"], 2, /^--tradeoff "cost": name two different ones/],
  [["plan", "wrong.json", "--tradeoff", "cost,peak"], 2, /^wrong\.json:2:\d+ horizon .*problem\.invalid/],
  [["plan", "wrong.json", "--points", "1"], 2, /^--points "1": must be a whole number from 2 to 50/],
  [["plan", "wrong.json", "--points", "4"], 2, /^--points there are points only between two terms/],
  [["sim", "run"], 2, /missing required argument 'scenario'\n.*--help/],
  [["sim", "run", "missing.yaml"], 2, /^missing\.yaml there is no such file.*\n.*is the path right/],
  [["sim", "run", "broken.yaml"], 3, /^broken\.yaml:3:1 .*scenario\.invalid/],
  [["sim", "run", "unit.yaml"], 3, /unit\.yaml:\d+:\d+ .*unknown key/],
  [["sim", "run", PILE, "--mode", "sideways"], 2, /^--mode must be direct or wire/],
  [["sim", "run", PILE, "--seed", "one"], 2, /^--seed "one": must be a whole number/],
  [["sim", "run", PILE, "--hours", "0"], 2, /^--hours "0": must be a number from 0\.25/],
  [["sim", "run", PILE, "--policy", "optimiser"], 2, /^--policy .*did you mean optimizer\?/],
  [
    ["sim", "compare", PILE, "--policies", "optimizer,magic"],
    2,
    /^--policies .*"magic"; there are optimizer/,
  ],
  [["sim", "run", PILE, "--sessions", "missing.csv"], 2, /^missing\.csv there is no such file/],
  [
    ["sim", "run", PILE, "--sessions", "broken.csv"],
    3,
    /^broken\.csv:1 there is no column .*\n.*scenarios\/README/,
  ],
  [["station", "simulate", "x", "--ocpp", "2.1"], 2, /--password-file/],
  [["station", "simulate", "x", "--password-file", "x"], 3, /^youxu\.yaml there is no such file/],
  [
    ["station", "simulate", "x", "--password-file", "missing", "--url", "ws://127.0.0.1:9/ocpp"],
    2,
    /^missing cannot be read.*\n.*path right/,
  ],
  [["station", "add", "x"], 3, /^youxu\.yaml there is no such file/],
  [
    ["init", "-c", "no/such/folder/youxu.yaml"],
    1,
    /^no\/such\/folder\/youxu\.yaml there is no such file or folder.*\n.*may write/,
  ],
  [["station", "status", "--url", "foo"], 2, /^--url "foo": an address such as/],
  [["quirks", "check", "missing.yaml"], 2, /^missing\.yaml there is no such file.*\n.*path right/],
  [["quirks", "check", "broken.yaml"], 3, /^broken\.yaml:3:1 .*quirks\.invalid.*\n.*docs\/field\.md/],
  [["station", "certificate", "install", "s", "broken.yaml"], 2, /^broken\.yaml is no PEM certificate/],
  [
    ["sharing", "set-calendar", "home", "p", "broken.json", "--url", "http://127.0.0.1:9", "--token", "t"],
    2,
    /^broken\.json:2:\d+ /,
  ],
  [["event", "--help"], 2, /unknown command 'event'/],
  [["station", "ad", "--help"], 2, /unknown command 'ad'\n\(Did you mean add\?\)/],
  [["token", "add", "me", "--role", "viewr"], 2, /^--role .*did you mean viewer\?/],
];

describe("the command line", () => {
  it("tells its version and what can plan", async () => {
    expect((await run(["--version"])).stdout.trim()).toBe(packageVersion());
    for (const args of [["--help"], ["plan", "--help"], ["sim", "compare", "--help"]])
      expect((await run(args)).stdout).toMatch(/optimizer .*\n(.*\n)*.* least-laxity /);
  });

  it("prints commands that run as they are printed", async () => {
    vi.stubEnv("npm_command", "exec");
    expect((await run(["init"])).stderr).toMatch(
      /^ {2}npx youxu station add pile-1 .*\n {2}npx youxu serve /m,
    );
    expect(readFileSync("youxu.yaml", "utf8")).toContain("npx youxu config check");
    expect((await run(["station", "list"])).stdout).toMatch(/no password: npx youxu station add pile-1$/m);
    expect((await run(["doctor"])).stdout).toMatch(/→ npx youxu station add pile-1$/m);
    expect((await run(["token", "remove", "x"])).stderr).toContain("`npx youxu token list`");
    vi.unstubAllEnvs();
  });

  it("counts what a site file holds", async () => {
    await run(["init"]);
    expect((await run(["config", "check"])).stderr).toContain("is well: 1 site, 2 stations, 1 tariff\n");
  });

  it("gives, lists and takes back tokens", async () => {
    await run(["init"]);
    const { id } = JSON.parse((await run(["token", "add", "me", "--json"])).stdout) as {
      id: string;
    };
    await run(["token", "add", "grid", "--role", "grid-operator"]);
    const listed = async () =>
      (JSON.parse((await run(["token", "list", "--json"])).stdout) as { name: string }[])
        .map(({ name }) => name)
        .toSorted();
    expect(await listed()).toEqual(["grid", "me"]);
    const again = await run(["token", "add", "me", "--role", "viewer"]);
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringMatching(/name "me" already.*\n.*token remove/),
    ]);
    expect(await listed()).toEqual(["grid", "me"]);
    expect((await run(["token", "remove", id])).code).toBe(0);
    expect((await run(["token", "remove", "grid"])).code).toBe(0);
    expect(await listed()).toEqual([]);
    expect((await run(["token", "remove", "me"])).code).toBe(1);
  });

  it("plans a problem file below a header of slots, and ends with 4 where a rule breaks limits", async () => {
    const problem = join(home, "scenarios/one-evening.problem.json");
    const kept = await run(["plan", problem, "--solver", "least-laxity"]);
    expect(kept.code).toBe(0);
    expect(kept.stdout).toMatch(/^slot +0 +1 .* 9\nstarts \(UTC\) +09:00 10:00 .* 18:00\ncommuter +\S+ /m);
    const broken = await run(["plan", problem, "--solver", "uncontrolled"]);
    expect(broken.code).toBe(4);
    expect(broken.stdout).toMatch(
      /^limits-broken by uncontrolled.*\n.*\nnote: fail-safe of node garage: over by/,
    );
  });

  it("tells what a swap station lends, refuses and charges, bay by bay", async () => {
    const { code, stdout } = await run(["plan", join(home, "scenarios/swap-station.problem.json")]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^note: swap station swap-1: 1 of 20 batteries not lent full in slot 2: node swap-/m,
    );
    expect(stdout).toMatch(/^swap-1 .*  swap station: 332\.0 kWh, \d+\.\d at the end$/m);
    expect(stdout).toMatch(
      /^  lent full \/ asked for +1\/1 .* lent 19 of 20 · stock-outs 1 \(cost 120\.00\)$/m,
    );
    expect(stdout).toMatch(/^  full before swaps +4 /m);
    expect(stdout.match(/^  bay \d .*(full|stock-out)/gm)).toHaveLength(8);
    expect(stdout).toMatch(/^  bay \d .* full 22:00, lent in slot 1; /m);
  });

  it("tells of each metering point its peak and its carbon", async () => {
    const { stdout } = await run(["plan", join(home, "scenarios/one-evening.problem.json")]);
    expect(stdout).toMatch(/^\S+: buys at most \d+\.\d kW · CO₂ unknown$/m);
  });

  it("trades two objectives, as a table and as JSON, one rising as the other falls", async () => {
    const args = ["plan", join(home, "scenarios/one-evening.problem.json"), "--tradeoff", "cost,peak"];
    const { code, stdout } = await run([...args, "--points", "4", "--json"]);
    expect(code).toBe(0);
    const { terms, points } = JSON.parse(stdout) as {
      terms: string[];
      points: { cost: number; peakKw: number; carbonKg: number | null }[];
    };
    expect(points.map(({ carbonKg }) => carbonKg)).toEqual(points.map(() => null));
    expect(terms).toEqual(["cost", "peak"]);
    expect(points.length).toBeGreaterThan(1);
    for (const [index, { cost, peakKw }] of points.entries()) {
      expect(cost).toBeGreaterThanOrEqual(points[index - 1]?.cost ?? 0);
      expect(peakKw).toBeLessThanOrEqual(points[index - 1]?.peakKw ?? Infinity);
    }
    const table = (await run([...args, "--points", "4"])).stdout.split("\n");
    expect(table[1]).toMatch(/^ *weight cost +weight peak +cost +peak kW +kg CO₂ +mean wait h/);
    expect(table).toHaveLength(2 + points.length + 1);
    expect(table[2]).toContain(points[0]!.cost.toFixed(2));
    expect(table[2]).toMatch(/ unknown /);
    const broken = await run([...args, "--points", "2", "--solver", "uncontrolled"]);
    expect(broken.code).toBe(4);
    expect(broken.stdout).toMatch(/^1 plan between cost and peak;.*\n.*status\n.*limits-broken$/m);
  }, 240_000);

  it("lists every role of a token with its scopes", async () => {
    const { stdout } = await run(["token", "add", "--help"]);
    for (const [role, scopes] of Object.entries(ROLES))
      expect(stdout.split("\n")).toContain(`  ${role.padEnd(13)}  ${scopes.join(", ")}`);
  });

  it("reads a problem file that begins as some editors begin texts", async () => {
    const text = readFileSync(join(home, "scenarios/one-evening.problem.json"), "utf8");
    writeFileSync(join(folder, "marked.json"), `\uFEFF${text}`);
    expect((await run(["plan", join(folder, "marked.json"), "--solver", "least-laxity"])).code).toBe(0);
  });

  it("tells every fault of a problem file in one form on stdout with --json, whatever its kind", async () => {
    const example = readFileSync(join(home, "scenarios/one-evening.problem.json"), "utf8");
    const files: [string, string, RegExp][] = [
      ["syntax.json", '{\n  "horizon": [,]\n}\n', /^syntax\.json:2:\d+/],
      ["empty.json", " \n", /^empty\.json:1:1$/],
      ["number.json", '{\n  "supplyPu": NaN\n}\n', /^number\.json:2:\d+/],
      [
        "twice.json",
        '{\n  "currency": "CNY",\n  "horizon": {},\n  "currency": "EUR"\n}',
        /^twice\.json:4:3$/,
      ],
      [
        "key.json",
        example.replace(/"firstSlot"/, '"fristSlot"'),
        /^key\.json:\d+:\d+ sessions\[0\]\.fristSlot$/,
      ],
      [
        "negative.json",
        example.replace(/"importLimitKw": \[\s*\d+/, '"importLimitKw": [-1'),
        /^negative\.json:\d+:\d+ nodes\[0\]\.importLimitKw\[0\]$/,
      ],
      [
        "currency.json",
        example.replace(/"currency": "CNY"/, '"currency": ""'),
        /^currency\.json:\d+:\d+ currency$/,
      ],
      ["schema.json", '{\n  "horizon": 3\n}\n', /^schema\.json:2:14 horizon$/],
      [
        "meaning.json",
        example.replace(/"firstSlot": \d+/, '"firstSlot": 99'),
        /^meaning\.json:\d+:\d+ sessions\[0\]\.firstSlot$/,
      ],
    ];
    for (const [name, text, place] of files) {
      writeFileSync(join(folder, name), text);
      const { code, stdout, stderr } = await run(["plan", name, "--json"]);
      const problems = [
        { place: expect.stringMatching(place) as string, message: expect.any(String) as string },
      ];
      const outcome = JSON.parse(stdout) as { problems: { place: string; message: string }[] };
      expect([name, code, outcome]).toEqual([
        name,
        2,
        { status: "invalid", problems: expect.arrayContaining(problems) as unknown },
      ]);
      for (const fault of outcome.problems) {
        expect(Object.keys(fault)).toEqual(["place", "message"]);
        expect(stderr).toContain(`${fault.place} ${fault.message}`);
      }
    }
  });

  it("says what became of a table of sessions, in words and in the result", async () => {
    const header = "session_id,station_id,arrival_5min,departure_5min,requested_kWh,max_kW,batt_capacity_kWh";
    const rows = ["a,P,210,220,3,11,3,0", "b,P,220,230,3,7,3,0", "c,P,900,910,3,7,3,0"];
    writeFileSync(join(folder, "t.csv"), `${header},batt_init_kWh\n${rows.join("\n")}\n`);
    const args = ["sim", "run", PILE, "--sessions", "t.csv", "--policy", "uncontrolled", "--json"];
    const { code, stdout, stderr } = await run(args);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^t\.csv: 3 rows, 2 replayed\n {2}1 left out.*\n {2}1 with max_kW/),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ sessions: { rows: 3, used: 2, outsideRun: 1, abovePile: 1 } });
  });

  it("says when one more pile takes the default of all away", async () => {
    await run(["init"]);
    const third = await run(["station", "add", "pile-3", "--new", "--max-a", "16"]);
    const closed = /without the server, home: a newly plugged car gets nothing \d\d:\d\d–.*raise a limit /;
    expect(third.stderr).toMatch(closed);
    // One more gets nothing in the same hours.
    const fourth = await run(["station", "add", "pile-4", "--new", "--json"]);
    expect(JSON.parse(fourth.stdout)).toMatchObject({ consequence: expect.stringMatching(closed) as string });
    expect((await run(["station", "add", "pile-1"])).stderr).not.toContain("without the server");
  });

  it("says of a station whose password is taken away whether the site file still names it", async () => {
    await run(["init"]);
    for (const id of ["pile-1", "pile-3"])
      await run(["station", "add", id, ...(id === "pile-3" ? ["--new"] : [])]);
    expect((await run(["station", "remove", "pile-1"])).stderr).toContain("it still stands in youxu.yaml");
    const file = join(folder, "youxu.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("- id: pile-3", "- id: pile-4"));
    expect((await run(["station", "remove", "pile-3"])).stderr).toContain(
      "it stands in no site of youxu.yaml",
    );
  });

  it("gives every station without a password one at once, as a table that can be read", async () => {
    await run(["init"]);
    await run(["station", "add", "pile-2"]);
    const table = (await run(["station", "add", "--all"])).stdout;
    expect(table).toMatch(
      /^identity,url,password\npile-1,ws:\/\/127\.0\.0\.1:8180\/ocpp\/pile-1,[0-9a-f]{32}\n$/,
    );
    expect(JSON.parse((await run(["station", "add", "--all", "--json"])).stdout)).toEqual([]);
    for (const wrong of [[], ["--all", "pile-1"], ["--all", "--new"]])
      expect(await run(["station", "add", ...wrong])).toMatchObject({ code: 2 });
  });

  it("checks the files that the site file names", async () => {
    await run(["init"]);
    const file = join(folder, "youxu.yaml");
    const tls = "port: 8180\n  tls: { certificates: [{ certFile: no.crt, keyFile: no.key }] }";
    writeFileSync(file, readFileSync(file, "utf8").replace("port: 8180", tls));
    const checked = await run(["config", "check"]);
    expect(checked.code).toBe(3);
    expect(checked.stderr).toMatch(/^server\.tls\.certificates\[0\]\.certFile .*no\.crt/);
  });

  it("leaves the site file as it is when a name is mistyped", async () => {
    await run(["init"]);
    const file = join(folder, "youxu.yaml");
    const before = readFileSync(file, "utf8");
    for (const [args, place, advice] of [
      [["pil-1"], "youxu.yaml", "did you mean pile-1?"],
      [["pile-9", "--new", "--site", "hme"], "--site", "did you mean home?"],
      [["pile-9", "--new", "--node", "home-grd"], "--node", "did you mean home-grid?"],
      [["pile-9", "--new", "--phase", "3"], "--phase", "--phases"],
      [["pile-1", "--new"], "youxu.yaml", "leave out --new"],
      [["pile-1", "--max-a", "16"], "--max-a", "only with --new"],
      [["pile 9", "--new"], '<identity> not a station identity: "pile 9"', "1–48 characters"],
    ] as const) {
      const { code, stderr } = await run(["station", "add", ...args]);
      expect(code).not.toBe(0);
      expect(stderr).toContain(place);
      expect(stderr).toContain(advice);
      expect(readFileSync(file, "utf8")).toBe(before);
    }
    const stations = JSON.parse((await run(["station", "list", "--json"])).stdout) as {
      hasPassword: boolean;
    }[];
    expect(stations.map(({ hasPassword }) => hasPassword)).toEqual([false, false]);
  });

  it.each(FAULTS)("exits for %j with %i and says place and hint", async (args, expected, says) => {
    const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    write("broken.yaml", "sites:\n  - id: [home\n");
    write("unit.yaml", "sites:\n  - id: home\n    nodes:\n      - { id: n, importLimitW: 3000 }\n");
    write("broken.json", '{\n  "horizon": [,]\n}\n');
    write("wrong.json", '{\n  "horizon": 3\n}\n');
    write("broken.csv", "session_id,station_id\na,b\n");
    const { code, stderr } = await run(args);
    expect(stderr).toMatch(says);
    expect(code).toBe(expected);
  });
});
