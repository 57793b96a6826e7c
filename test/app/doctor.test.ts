import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instanceOf } from "../../src/accounts/secrets.js";
import { exampleSiteFile } from "../../src/config/index.js";
import { examine } from "../../src/app/doctor/examine.js";
import { nodeVersion } from "../../src/app/doctor/program.js";
import { addStation } from "../../src/app/stations.js";
import { addToken } from "../../src/app/tokens.js";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "youxu-doctor-"));
  file = join(folder, "youxu.yaml");
  write(exampleSiteFile());
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Port 0 is free for certain. */
const write = (text: string): void => writeFileSync(file, text.replace("port: 8180", "port: 0"));
const found = async (what: string) => (await examine(file)).filter((finding) => finding.what === what);
const change = (from: string, to: string): void => write(exampleSiteFile().replace(from, to));

describe("doctor", () => {
  it("warns after init of what keeps piles and people out, with the command that mends it", async () => {
    const findings = await examine(file);
    expect(findings.filter(({ state }) => state === "fault")).toEqual([]);
    const warned = findings.filter(({ state }) => state === "warning");
    expect(warned.map(({ what }) => what)).toEqual(["host", "passwords", "tokens"]);
    expect(warned.map(({ fix }) => fix)).toEqual([
      expect.stringContaining("0.0.0.0"),
      "youxu station add pile-1",
      expect.stringContaining("youxu token add"),
    ]);
  });

  it("changes nothing: neither database nor secret is made", async () => {
    await examine(file);
    expect(readdirSync(folder)).toEqual(["youxu.yaml"]);
  });

  it("leaves a database of an earlier version as it is, says so, and still sees who has a password", async () => {
    for (const id of ["pile-1", "pile-2"]) await addStation(file, { id, isNew: false });
    const path = join(folder, "youxu.db");
    const db = new Database(path);
    db.exec("pragma user_version = 1");
    db.exec("pragma wal_checkpoint(truncate)");
    db.close();
    const bytes = readFileSync(path);
    expect(await found("database")).toMatchObject([
      { state: "ok", detail: expect.stringMatching(/of version 1: the next start .* brings it to \d/) },
    ]);
    expect(await found("passwords")).toMatchObject([{ state: "ok" }]);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("takes an empty file for a database without anything, and leaves it empty", async () => {
    const path = join(folder, "youxu.db");
    writeFileSync(path, "");
    expect(await found("database")).toMatchObject([{ state: "ok" }]);
    expect(await found("passwords")).toMatchObject([{ state: "warning" }]);
    expect(readFileSync(path)).toHaveLength(0);
    expect(readdirSync(folder)).toEqual(["youxu.db", "youxu.yaml"]);
  });

  it("is content when every station has a password, somebody a token, and the network is heard", async () => {
    change("host: 127.0.0.1", "host: 0.0.0.0");
    for (const id of ["pile-1", "pile-2"]) await addStation(file, { id, isNew: false });
    await addToken(file, "me", "operator");
    const findings = await examine(file);
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(findings.every(({ fix, exit }) => fix === "" && exit === 0)).toBe(true);
  });

  it("finds passwords of stations that stand in no site", async () => {
    for (const id of ["pile-1", "pile-2"]) await addStation(file, { id, isNew: false });
    change("- id: pile-2", "- id: pile-3");
    expect(await found("passwords")).toMatchObject([
      { detail: expect.stringMatching(/^pile-3 cannot connect/) },
      {
        detail: expect.stringMatching(/^pile-2 .* in no site/),
        fix: expect.stringMatching(/remove pile-2$/),
      },
    ]);
  });

  it("finds a secret that is lost, cut short, or open to others", async () => {
    await addStation(file, { id: "pile-1", isNew: false });
    const secret = join(folder, "youxu.secret");
    chmodSync(secret, 0o644);
    expect(await found("secret")).toMatchObject([{ state: "warning", fix: `chmod 600 ${secret}` }]);
    writeFileSync(secret, "short");
    expect(await found("secret")).toMatchObject([{ state: "fault" }]);
    rmSync(secret);
    expect(await found("secret")).toMatchObject([
      { state: "fault", detail: expect.stringContaining("missing") },
    ]);
    expect(existsSync(secret)).toBe(false);
  });

  it("finds a folder for the database that cannot be", async () => {
    change("path: youxu.db", "path: youxu.yaml/data/youxu.db");
    expect(await found("folder")).toMatchObject([
      { state: "fault", fix: expect.stringContaining("store.path") },
    ]);
    change("path: youxu.db", "path: not/yet/youxu.db");
    expect(await found("folder")).toMatchObject([{ state: "ok" }]);
  });

  it("tells the hours in which a car gets nothing without the server", async () => {
    expect(await found("without server")).toMatchObject([{ state: "ok" }]);
    change("importLimitKw: 15", "importLimitKw: 13.5");
    expect(await found("without server")).toMatchObject([
      {
        state: "warning",
        detail: "home: a newly plugged car gets nothing 19:00–20:00 (local time)",
        fix: expect.stringMatching(
          /^the minimum currents of \d stations? need 2\.6\d kW at home-grid together, .* 25 % of what base load leaves free of its 13\.5 kW, is 2\.[56]\d kW at 19:\d\d: raise a limit if the connection bears more/,
        ),
      },
    ]);
    change("importLimitKw: 15", "importLimitKw: 9");
    expect(await found("without server")).toMatchObject([
      { state: "warning", detail: expect.stringContaining("00:00–24:00") },
    ]);
  });

  it("warns of what is valid but most likely not meant", async () => {
    change("importLimitKw: 15", "importLimitKw: 2.5");
    expect(await found("configuration")).toMatchObject([
      { state: "ok" },
      { state: "warning", detail: expect.stringMatching(/youxu\.yaml:\d+:\d+ .*base load alone/) },
    ]);
  });

  it("finds what is no database", async () => {
    writeFileSync(join(folder, "youxu.db"), "no database at all ".repeat(100));
    expect(await found("database")).toMatchObject([{ state: "fault", exit: 3 }]);
  });

  it("tells every fault of the site file, of tariff files and of price tables, with place and exit code", async () => {
    write("sites: []\ntariffFiles: [missing.yaml, broken.yaml]\nspeed: 3\n");
    writeFileSync(join(folder, "broken.yaml"), "id: [\n");
    const faults = await found("configuration");
    expect(faults.map(({ exit }) => exit)).toEqual(faults.map(() => 3));
    const said = faults.map(({ detail }) => detail).join("\n");
    expect(said).toMatch(/youxu\.yaml:1:8 sites/);
    expect(said).toMatch(/youxu\.yaml:2:15 tariffFiles\[0\] .*missing\.yaml/);
    expect(said).toMatch(/broken\.yaml:2:1/);
    expect(said).toMatch(/youxu\.yaml:3:1 speed unknown key/);
    writeFileSync(join(folder, "prices.csv"), "start,price\nnever,1\n");
    write(`${exampleSiteFile()}\nprices: [{ id: spot, file: prices.csv, unit: per-kWh }]\n`);
    expect(await found("prices")).toMatchObject([
      { state: "fault", exit: 3, detail: expect.stringContaining("prices.csv:2") },
    ]);
  });

  it("finds a port that another program or another youxu has, and knows its own server", async () => {
    let answer = "<html>";
    const other = createServer((_request, response) => response.end(answer));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    change("sites:", `metrics: { loopbackPort: ${port} }\nsites:`);
    expect(await found("port")).toMatchObject([
      { state: "ok" },
      { state: "fault", exit: 5, detail: expect.stringMatching(/^metrics\.loopbackPort .* is taken/) },
    ]);
    const tls = `tls: { host: 127.0.0.1, port: ${port}, certificates: [{ certFile: a, keyFile: b }] }`;
    change("port: 8180", `port: 0\n  ${tls}`);
    expect(await found("port")).toMatchObject([
      { state: "ok" },
      {
        state: "fault",
        detail: expect.stringMatching(/^server\.tls\.port .* is taken/),
        fix: expect.stringMatching(/the named key/),
      },
    ]);
    writeFileSync(file, exampleSiteFile().replace("port: 8180", `port: ${port}`));
    expect(await found("port")).toMatchObject([{ state: "fault", exit: 5 }]);
    const live = (secret: string): string => JSON.stringify({ status: "ok", instance: instanceOf(secret) });
    answer = live("that of a demonstration, of 32 bytes or more");
    const another = { state: "fault", exit: 5, detail: expect.stringContaining("another youxu") };
    expect(await found("port")).toMatchObject([another]);
    await addStation(file, { id: "pile-1", isNew: false });
    expect(await found("port")).toMatchObject([another]);
    answer = live(readFileSync(join(folder, "youxu.secret"), "utf8").trim());
    expect(await found("port")).toMatchObject([{ state: "ok" }]);
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
  });

  it("says of a host that is none what it is, and not that its port is taken", async () => {
    for (const host of ["0.0.0.0.0", "203.0.113.7"]) {
      write(exampleSiteFile().replace("host: 127.0.0.1", `host: ${host}`));
      expect(await found("port")).toMatchObject([
        { state: "fault", exit: 5, detail: expect.stringMatching(/^server\.host .* is no address/) },
      ]);
    }
  });

  it("sees that the clock stands behind what was written before", async () => {
    expect(await found("clock")).toMatchObject([{ state: "ok" }]);
    const tomorrow = new Date(Date.now() + 86_400_000);
    utimesSync(file, tomorrow, tomorrow);
    expect(await found("clock")).toMatchObject([{ state: "warning", detail: expect.stringContaining(file) }]);
  });

  it("knows which Node is new enough", () => {
    expect(["20.18.1", "20.19.0", "18.20.0", "22.0.0"].map((version) => nodeVersion(version).state)).toEqual([
      "fault",
      "ok",
      "fault",
      "ok",
    ]);
  });
});
