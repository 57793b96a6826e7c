import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exampleSiteFile, loadConfig } from "../../src/config/index.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "youxu-devices-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The devices of docs/devices.md, as they stand there. */
const EXAMPLES = [...readFileSync("docs/devices.md", "utf8").matchAll(/```yaml\n(devices:[\s\S]*?)```/g)].map(
  ([, text = ""]) => text,
);
const [EXAMPLE = ""] = EXAMPLES;

const KINDS = ["site-import", "pv", "battery"];

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => (line === "" ? line : `    ${line}`))
    .join("\n");

/** The example configuration with these devices in its site. */
const load = (devices: string) => {
  const path = join(folder, "youxu.yaml");
  const text = exampleSiteFile()
    .replace(/^ {4}nodes:/m, `${indented(devices)}\n    nodes:`)
    .replace(/^( +)- \{ id: home-grid.*$/m, "$&\n$1- { id: piles, parent: home-grid }");
  expect(text).toContain("devices:");
  writeFileSync(path, text);
  return loadConfig({ path, env: { BROKER_PASSWORD: "of-the-broker", CARPORT_TOKEN: "of-the-carport" } });
};

const faults = (devices: string): string[] => {
  const loaded = load(devices);
  return loaded.ok ? [] : loaded.errors.map(({ place, message }) => `${place} ${message}`);
};

describe("devices in the configuration", () => {
  it("of the documentation are taken, with factors to kW and the secret from where it lies", () => {
    const loaded = load(EXAMPLE);
    expect(loaded.ok ? [] : loaded.errors).toEqual([]);
    if (!loaded.ok) return;
    const [meter, roof, bank] = loaded.config.devices;
    expect(meter).toMatchObject({
      id: "grid-meter",
      kind: "site-import",
      staleMs: 60_000,
      access: {
        over: "modbus-tcp",
        port: 502,
        pollMs: 5_000,
        values: { power: { factor: 0.001, table: "input" } },
      },
    });
    expect(roof).toMatchObject({
      access: {
        unitId: 126,
        values: { power: { scaleAddress: 40_084 } },
        setpoint: { factor: 60 / 100 / 100, before: [{ address: 40_236, value: 1 }] },
      },
    });
    expect(bank).toMatchObject({
      access: {
        over: "mqtt",
        password: "of-the-broker",
        values: { power: { factor: -0.001, timePointer: "/time" }, soc: { factor: 1 } },
        setpoint: { factor: -0.001, key: "power", echo: { pointer: "/power" } },
      },
    });
    const [site] = loaded.config.sites;
    expect(site?.inverters).toEqual([{ id: "roof", ratedKw: 60, watchdogMs: 60_000, failsafeKw: 10 }]);
    expect(site?.storages).toEqual([
      {
        id: "bank",
        nodeId: site?.rootNodeId,
        capacityKwh: 100,
        minimumKwh: 15,
        maxChargeKw: 50,
        maxDischargeKw: 50,
        chargeEfficiency: 0.95,
        dischargeEfficiency: 0.95,
        wearPerKwh: 0.15,
        watchdogMs: 60_000,
        failsafeKw: 0,
      },
    ]);
  });

  it("of every example of the documentation are taken, over HTTP with its credentials and templates", () => {
    writeFileSync(join(folder, "cellar.password"), "of-the-cellar\n");
    const all = EXAMPLES.map((example) => load(example));
    expect(all.flatMap((loaded) => (loaded.ok ? [] : loaded.errors))).toEqual([]);
    const devices = all.flatMap((loaded) => (loaded.ok ? loaded.config.devices : []));
    expect(new Set(devices.map(({ kind, access }) => `${access.over} ${kind}`))).toEqual(
      new Set([
        ...["modbus-tcp", "http", "mqtt"].flatMap((way) => KINDS.map((kind) => `${way} ${kind}`)),
        "modbus-tcp node",
      ]),
    );
    expect(devices.find(({ id }) => id === "workshop")).toMatchObject({ kind: "node", nodeId: "piles" });
    expect(all.map((loaded) => (loaded.ok ? loaded.config.sites[0]?.meteredNodeIds : null))).toEqual([
      undefined,
      ["piles"],
      ...EXAMPLES.slice(2).map(() => undefined),
    ]);
    expect(devices.find(({ id }) => id === "carport")?.access).toMatchObject({
      authorization: "Bearer of-the-carport",
      setpoint: { factor: 0.2, method: "PUT", echo: { pointer: "/limit/percent", factor: 0.2 } },
    });
    expect(devices.find(({ id }) => id === "cellar")?.access).toMatchObject({
      authorization: `Basic ${Buffer.from("youxu:of-the-cellar").toString("base64")}`,
      values: { power: { factor: -1 }, soc: { factor: 100 } },
      setpoint: { factor: -1, body: '{"power": {value}}' },
    });
  });

  const BATTERY =
    "battery: { capacityKwh: 5, maxChargeKw: 3, maxDischargeKw: 3, wearPerKwh: 0.1, watchdogSeconds: 60";
  const INVERTER = "inverter: { failsafePowerKw: 0, ratedPowerKw: 8, watchdogSeconds: 60";
  const ACCESS = "host: a, power: { address: 0 }";

  it.each([
    ["no way to it", "- { id: a, measures: pv }", /no way to it: give mqtt, modbusTcp or http/],
    [
      "two ways",
      `- { id: a, measures: pv, modbusTcp: { ${ACCESS} }, mqtt: { broker: "mqtt://b", power: { topic: t } } }`,
      /give either mqtt or modbusTcp/,
    ],
    [
      "a meter with a charge",
      `- { id: a, measures: pv, modbusTcp: { ${ACCESS}, soc: { address: 1 } } }`,
      /only a device that measures: battery/,
    ],
    [
      "a meter that is commanded",
      `- { id: a, measures: site-import, modbusTcp: { ${ACCESS}, setpoint: { address: 1 } } }`,
      /only a device that measures: battery or pv/,
    ],
    [
      "a limit without a rating",
      `- { id: a, measures: pv, modbusTcp: { ${ACCESS}, setpoint: { address: 1 } } }`,
      /state its size and powers under `inverter`/,
    ],
    [
      "a rating without a limit",
      `- { id: a, measures: pv, modbusTcp: { ${ACCESS} }, ${INVERTER} } }`,
      /an inverter that is commanded needs setpoint/,
    ],
    [
      "a failsafe beyond the rating",
      `- { id: a, measures: pv, modbusTcp: { ${ACCESS}, setpoint: { address: 1 } }, ${INVERTER.replace("0", "9")} } }`,
      /beyond ratedPowerKw/,
    ],
    [
      "a battery told in percent",
      `- { id: a, measures: battery, modbusTcp: { ${ACCESS}, soc: { address: 2 }, setpoint: { address: 1, unit: percent } }, ${BATTERY} } }`,
      /percent is of an inverter's rated power/,
    ],
    [
      "an inverter under a battery",
      `- { id: a, measures: battery, modbusTcp: { ${ACCESS} }, ${INVERTER} } }`,
      /only a device that measures: pv has it/,
    ],
    [
      "a body without a place for the number",
      `- { id: a, measures: pv, http: { power: { url: "http://a" }, setpoint: { url: "http://a", body: "{}" } }, ${INVERTER} } }`,
      /without \{value\} it tells no power/,
    ],
    [
      "a body that is no JSON",
      `- { id: a, measures: pv, http: { power: { url: "http://a" }, setpoint: { url: "http://a", contentType: application/json, body: "{power: {value}}" } }, ${INVERTER} } }`,
      /no JSON with a number/,
    ],
    [
      "a user without a password",
      `- { id: a, measures: pv, http: { user: u, power: { url: "http://a" } } }`,
      /user and password go together/,
    ],
    [
      "a user in the address of a document",
      `- { id: a, measures: pv, http: { power: { url: "http://u:p@a" } } }`,
      /user and password have keys of their own/,
    ],
    [
      "an address of another kind",
      `- { id: a, measures: pv, http: { power: { url: "ftp://a" } } }`,
      /no address, e.g. http/,
    ],
    [
      "a meter of no node",
      `- { id: a, measures: node, modbusTcp: { ${ACCESS} } }`,
      /which node does it measure/,
    ],
    [
      "a meter of the root as of a node",
      `- { id: a, measures: node, node: home-grid, modbusTcp: { ${ACCESS} } }`,
      /the root's meter is measures: site-import/,
    ],
    [
      "the node of a site meter",
      `- { id: a, measures: site-import, node: piles, modbusTcp: { ${ACCESS} } }`,
      /only a device that measures: battery, pv or node/,
    ],
    [
      "PV at a node that nobody sees or commands",
      `- { id: a, measures: pv, node: piles, modbusTcp: { ${ACCESS} } }`,
      /PV that is not commanded needs a meter of "piles"/,
    ],
    [
      "a setpoint without a size",
      `- { id: a, measures: battery, modbusTcp: { ${ACCESS}, setpoint: { address: 1 } } }`,
      /state its size and powers/,
    ],
    [
      "a size without a charge",
      `- { id: a, measures: battery, modbusTcp: { ${ACCESS}, setpoint: { address: 1 } }, ${BATTERY} } }`,
      /needs soc/,
    ],
    [
      "a failsafe beyond its powers",
      `- { id: a, measures: battery, modbusTcp: { ${ACCESS}, soc: { address: 2 }, setpoint: { address: 1 } }, ${BATTERY}, failsafePowerKw: 4 } }`,
      /beyond maxChargeKw/,
    ],
    [
      "a user in the address",
      `- { id: a, measures: pv, mqtt: { broker: "mqtt://u:p@b", power: { topic: t } } }`,
      /user and password have keys of their own/,
    ],
    [
      "a wildcard",
      `- { id: a, measures: pv, mqtt: { broker: "mqtt://b", power: { topic: "+/t" } } }`,
      /without the wildcards/,
    ],
    [
      "a pointer that is none",
      `- { id: a, measures: pv, mqtt: { broker: "mqtt://b", power: { topic: t, pointer: power } } }`,
      /a JSON pointer/,
    ],
    [
      "a scale of nothing",
      "- { id: a, measures: pv, modbusTcp: { host: a, power: { address: 0, scale: 0 } } }",
      /not 0/,
    ],
    [
      "an unknown node",
      `- { id: a, measures: battery, node: nowhere, modbusTcp: { ${ACCESS} } }`,
      /no node is called "nowhere"/,
    ],
    [
      "two of one id",
      `- { id: a, measures: pv, modbusTcp: { ${ACCESS} } }\n  - { id: a, measures: pv, modbusTcp: { ${ACCESS} } }`,
      /"a" is taken/,
    ],
    [
      "PV of another node than the one with a meter",
      `- { id: a, measures: pv, node: piles, modbusTcp: { ${ACCESS} } }\n  - { id: b, measures: site-import, modbusTcp: { ${ACCESS} } }`,
      /measures: node/,
    ],
  ])("with %s are refused with their place", (_name, text, why) => {
    const found = faults(`devices:\n  ${text}`);
    expect(found.join("\n")).toMatch(why);
    expect(found.every((fault) => /^\S*youxu\.yaml:\d+:\d+ sites\[0\]\.devices/.test(fault))).toBe(true);
  });

  it("of PV below the root are taken with their nodes, and those at the root without", () => {
    const access = "host: a, power: { address: 0 }";
    const commanded = `modbusTcp: { ${access}, setpoint: { address: 1 } }, ${INVERTER} }`;
    const loaded = load(
      [
        "devices:",
        `- { id: roof, measures: pv, ${commanded} }`,
        `- { id: carport, measures: pv, node: piles, ${commanded} }`,
        `- { id: shed, measures: pv, node: piles, modbusTcp: { ${access} } }`,
        `- { id: board, measures: node, node: piles, modbusTcp: { ${access} } }`,
      ].join("\n  "),
    );
    if (!loaded.ok) throw new Error(loaded.errors.join("\n"));
    const [site] = loaded.config.sites;
    expect(site?.inverters?.map(({ id, nodeId = null }) => [id, nodeId])).toEqual([
      ["roof", null],
      ["carport", "piles"],
    ]);
    expect(site?.measuredPv).toEqual([{ id: "shed", nodeId: "piles" }]);
  });

  it("with a password that is nowhere are refused, and the fault holds no secret", () => {
    const found = faults(
      'devices:\n  - { id: a, measures: pv, mqtt: { broker: "mqtt://b", password: { env: NOT_SET }, power: { topic: t } } }',
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/devices\[0\]\.mqtt\.password the variable NOT_SET is not set/);
  });
});
