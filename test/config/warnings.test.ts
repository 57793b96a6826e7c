import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { exampleSiteFile } from "../../src/config/example.js";
import { loadConfig } from "../../src/config/load.js";

const folder = mkdtempSync(join(tmpdir(), "youxu-warnings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const example = exampleSiteFile();
const swap = (from: string, to: string): string => example.replace(from, to);

describe("what can be, but is most likely not meant", () => {
  const warned = (text: string): string[] => {
    const path = join(folder, "youxu.yaml");
    writeFileSync(path, text);
    const loaded = loadConfig({ path });
    if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join("\n"));
    return loaded.warnings.map(({ place, message }) => `${place.replace(`${folder}/`, "")}: ${message}`);
  };

  it("is nothing in the example, and what is meant in hundreds of currencies", () => {
    expect(warned(example)).toEqual([]);
    expect(warned(example.replaceAll("CNY", "VND").replace("0.39", "2500"))).toEqual([]);
  });

  it.each([
    [
      "a limit in watts",
      swap("importLimitKw: 15,", "importLimitKw: 15000,"),
      "15000 kW for loads of 13.2 kW: is it in W?",
    ],
    ["a price per MWh", swap("0.39", "390"), "390 CNY per kWh: is it per MWh, or in hundredths?"],
    ["a price in hundredths", swap("0.39", "39"), "39 CNY per kWh"],
    [
      "base load above the limit",
      swap("importLimitKw: 15,", "importLimitKw: 2.4,"),
      "(baseProfileKw, up to 2.6 kW) is above 2.4 kW in 1 h of the day, first at 19:00: no car can charge then",
    ],
  ])("%s", (_name, text, message) => {
    const [only, ...more] = warned(text);
    expect(more).toEqual([]);
    expect(only).toMatch(/^youxu\.yaml:\d+:\d+ \S*(importLimitKw|pricePerKwh): /);
    expect(only).toContain(message);
  });
});

describe("a contract pool", () => {
  const TOKEN = "{ env: POOL_SECRET }";
  const warnedOf = (pool: string): string[] => {
    const path = join(folder, "pool.yaml");
    writeFileSync(path, `${example}\nplugAndCharge:\n  contractPool: ${pool}\n`);
    const loaded = loadConfig({ path, env: { POOL_SECRET: "a-long-enough-secret" } });
    if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join("\n"));
    return loaded.warnings.map(({ place, message }) => `${place.split(" ")[1]} ${message}`);
  };
  const plain = (key: string): string =>
    `plugAndCharge.contractPool.${key} everybody on the way reads our token or secret: is it https?`;

  it.each<[string, string[]]>([
    ["https://pool.example", []],
    ["http://pool.example", [plain("url")]],
    ["http://localhost.example/opcp", [plain("url")]],
    ["http://10.0.0.7", [plain("url")]],
    ["http://127.0.0.1:8080/opcp", []],
    ["http://localhost:8080", []],
    ["http://[::1]:8080", []],
  ])("at %s is warned of by %j", (url, said) => {
    expect(warnedOf(`{ url: "${url}", token: ${TOKEN} }`)).toEqual(said);
  });

  it.each<[string, string[]]>([
    ["https://login.example/token", []],
    ["http://login.example/token", [plain("oauth.tokenUrl")]],
    ["http://127.0.0.1/token", []],
  ])("whose token server is %s is warned of by %j", (tokenUrl, said) => {
    const oauth = `{ tokenUrl: "${tokenUrl}", clientId: us, secret: ${TOKEN} }`;
    expect(warnedOf(`{ url: "https://pool.example", oauth: ${oauth} }`)).toEqual(said);
  });
});

describe("what cannot be", () => {
  const refused = (text: string): string[] => {
    const path = join(folder, "youxu.yaml");
    writeFileSync(path, text);
    const loaded = loadConfig({ path });
    return loaded.ok ? [] : loaded.errors.map((error) => `${error.place} ${error.message}`);
  };

  it("are currencies that only look like ISO 4217", () => {
    for (const code of ["EUR", "VND"]) expect(refused(example.replaceAll("CNY", code))).toEqual([]);
    for (const code of ["RMB", "XQZ", "eur"])
      expect(refused(example.replaceAll("CNY", code))).toEqual([
        expect.stringMatching(/ sites\[0\]\.currency no ISO 4217 code/),
        expect.stringMatching(/ tariffs\[0\]\.currency no ISO 4217 code/),
      ]);
  });

  it.each([
    ["none of several values", swap("phases: 1", "phases: 2"), "phases 2: must be 1 or 3"],
    [
      "one bad value of a profile",
      swap("[0.4, 0.3,", "[0.4, -3,"),
      "baseProfileKw[1] -3: must be at least 0",
    ],
    ["a URL for a host", swap("host: 127", "host: http://127"), "server.host no address, e.g. 127.0.0.1"],
    ["milliamperes", swap("maxA: 32", "maxA: 32000"), "maxA 32000: must be at most 1000"],
    [
      "watt hours",
      swap("energyNeedKwh: 20", "energyNeedKwh: 20000"),
      "energyNeedKwh 20000: must be at most 1000",
    ],
  ])("%s", (_name, text, message) => {
    const said = refused(text);
    expect(said).toEqual([expect.stringMatching(/^\S+:\d+:\d+ /)]);
    expect(said[0]).toContain(message);
  });
});
