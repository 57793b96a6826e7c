/** Transfer hooks of the configuration: what is taken, and what would never be asked, with its place. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfig } from "../../src/app/read-config.js";
import { exampleSiteFile } from "../../src/config/example.js";
import { configEntries } from "../../src/config/load.js";
import { Faults } from "../../src/domain/faults.js";

const folder = mkdtempSync(join(tmpdir(), "youxu-transfers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const HOOK = { vendorId: "v", url: "https://example.org/t", secret: SECRET };

const read = (hooks: readonly object[], more = "") => {
  const path = join(folder, "youxu.yaml");
  writeFileSync(path, `transferHooks: ${JSON.stringify(hooks)}\n${more}\n${exampleSiteFile()}`);
  return readConfig(path);
};
const faults = (hooks: readonly object[], more = ""): string[] => {
  try {
    read(hooks, more);
    return [];
  } catch (error) {
    if (!(error instanceof Faults)) throw error;
    return error.faults.map(({ place, message }) => `${place?.replace(`${folder}/`, "") ?? ""} ${message}`);
  }
};

it("is taken with its defaults, and its secret is not shown", () => {
  const { config, file } = read([HOOK]);
  expect(config.transferHooks).toEqual([
    { ...HOOK, messageIds: null, stationIds: null, privateAddress: false, timeoutMs: 5_000 },
  ]);
  expect(JSON.stringify(configEntries(file))).not.toContain(SECRET);
});

it("what is no secret, no address and no station is told at its place", () => {
  const hook = { ...HOOK, secret: "whsec_short", stationIds: ["pile-1", "pile-3"] };
  expect(faults([hook])).toEqual([
    expect.stringMatching(
      /^youxu\.yaml:1:\d+ transferHooks\[0\]\.stationIds\[1\].*no station is called "pile-3"; did you mean/,
    ),
    expect.stringMatching(/^youxu\.yaml:1:\d+ transferHooks\[0\]\.secret.*whsec_ and 24 to 64 bytes/),
  ]);
});

describe("where only public addresses may be asked", () => {
  it.each(["http://example.org/", "https://127.0.0.1/", "https://[fd00::1]/", "https://localhost/"])(
    "%s is refused at its place",
    (url) => {
      expect(faults([{ ...HOOK, url }])).toEqual([
        expect.stringMatching(/^youxu\.yaml:1:\d+ .*unless privateAddress is true/),
      ]);
      expect(faults([{ ...HOOK, url }], "webhooks: { privateAddresses: true }")).toHaveLength(1);
      expect(faults([{ ...HOOK, url, privateAddress: true }])).toEqual([]);
    },
  );
});

describe("a hook after another of its vendor", () => {
  const NEVER = /^youxu\.yaml:1:\d+ transferHooks\[1\]\.vendorId.*transferHooks\[0\] takes all/;
  it.each<[string, object, object, boolean]>([
    ["all, all", {}, {}, false],
    ["all, another case of the vendor", {}, { vendorId: "V" }, false],
    ["all, another vendor", {}, { vendorId: "w" }, true],
    ["all, named", {}, { messageIds: ["a"] }, true],
    ["named, all", { messageIds: ["a"] }, {}, true],
    ["named, the same", { messageIds: ["a", "b"] }, { messageIds: ["b"] }, false],
    ["named, one more", { messageIds: ["a"] }, { messageIds: ["a", "b"] }, true],
    ["all, of one station", {}, { stationIds: ["pile-1"] }, false],
    ["of one station, all", { stationIds: ["pile-1"] }, {}, true],
    ["of one station, of the other", { stationIds: ["pile-1"] }, { stationIds: ["pile-2"] }, true],
  ])("%s", (_name, first, second, isAsked) => {
    const told = faults([
      { ...HOOK, ...first },
      { ...HOOK, ...second },
    ]);
    expect(told).toEqual(isAsked ? [] : [expect.stringMatching(NEVER)]);
  });
});
