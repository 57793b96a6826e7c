import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  conformanceData,
  conformancePage,
  OCPP_VERSIONS,
  publishedMessages,
} from "../../src/app/conformance-page.js";
import { packageRoot } from "../../src/app/package-files.js";
import type { Codec } from "../../src/ocpp/common/codec.js";
import { codec as v16 } from "../../src/ocpp/v16/codec.js";
import { codec as v201 } from "../../src/ocpp/v201/codec.js";
import { codec as v21 } from "../../src/ocpp/v21/codec.js";

const CODECS: readonly Codec[] = [v16, v201, v21];
/** Holds every message of a station to a valid answer, whatever it is called. */
const EVERY_MESSAGE = "test/ocpp/conformance.test.ts";

const root = packageRoot();
const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** Sources that say a version's calls. */
const sayingOf = (version: string): string => {
  const folders = version === "1.6" ? ["v16"] : ["v2x", version === "2.1" ? "v21" : "v201"];
  const files = [...folders, "common", "server"].flatMap((folder) =>
    readdirSync(join(root, "src/ocpp", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith("inbound.ts"))
      .map((name) => textOf(join("src/ocpp", folder, name))),
  );
  return files.join("\n");
};

/** What stands in the strings of a source: names of tests are, comments are not. */
const stringsIn = (source: string): string =>
  (source.replaceAll(/\/\*[\s\S]*?\*\/|(?<![:"'`\w])\/\/.*$/gm, "").match(/"[^"\n]*"|`[^`]*`/g) ?? []).join(
    "\n",
  );
/** Requirements that a test names, in brackets in its name, with a comma between them. */
const namedIn = (path: string): readonly string[] =>
  [...stringsIn(textOf(path)).matchAll(/\[((?:[A-Z]\d{2}\.FR\.|(?:J )?§)[^\]]*)\]/g)].flatMap(
    ([, ids = ""]) => ids.split(", "),
  );
/** What a sentence says of messages: `GetReport is not sent`, `Heartbeat is answered`. */
const claimsIn = (why: string) =>
  [...why.matchAll(/\b([A-Z]\w+) is (not |never )?(sent|answered)\b/g)].map(
    ([, message = "", denial, verb = ""]) => ({ message, verb, isDenied: denial !== undefined }),
  );
/** What a table claims and what it does not, by the ids of the requirements. */
const sentencesOf = ({ requirements, unsupported }: ReturnType<typeof conformanceData>) => [
  ...requirements.map(({ id, does }) => [id, does] as const),
  ...unsupported.map(({ id, why }) => [id, why] as const),
];
const isOf = (version: string, id: string): boolean => id.includes("§") === (version === "1.6");

describe.each(CODECS)("the conformance table of OCPP $version", (codec) => {
  const { version } = codec;
  const data = conformanceData(version);
  const rows = [...Object.entries(data.fromStation), ...Object.entries(data.toStation)];

  it("has a row for each message of the published schemas, and no other", () => {
    const named = new Set(rows.map(([message]) => message));
    expect([...named].toSorted()).toEqual(publishedMessages(version));
    const both = Object.keys(data.fromStation).filter((message) => message in data.toStation);
    expect(both).toEqual(["DataTransfer"]);
  });

  it("names as from stations what the codec answers", () => {
    expect(Object.keys(data.fromStation).toSorted()).toEqual([...codec.inbound.keys()].toSorted());
  });

  it("calls not supported what is never sent, and only that", () => {
    const sources = sayingOf(version);
    const isSaid = (message: string): boolean => sources.includes(`"${message}"`);
    const unsaid = Object.keys(data.toStation).filter((message) => !isSaid(message));
    const unsupported = Object.entries(data.toStation).flatMap(([message, { support }]) =>
      support === "none" ? [message] : [],
    );
    expect(unsupported.toSorted()).toEqual(unsaid.toSorted());
  });

  it("links tests that are there and name the message", () => {
    const astray = rows.flatMap(([message, row]) => {
      if (!("test" in row) || (row.test === EVERY_MESSAGE && row.support === "neutral")) return [];
      return new RegExp(`\\b${message}\\b`).test(textOf(row.test)) ? [] : [`${message}: ${row.test}`];
    });
    expect(astray).toEqual([]);
    for (const { id, test } of data.requirements)
      expect([id, namedIn(test)]).toEqual([id, expect.arrayContaining([id])]);
    for (const { test } of data.useCases) expect(textOf(test)).not.toBe("");
  });

  it("says of the messages that its sentences name what the program does: sent or not, answered or not", () => {
    const sources = sayingOf(version);
    const astray = sentencesOf(data).flatMap(([id, words]) =>
      claimsIn(words)
        .filter(({ message, verb, isDenied }) => {
          const isDone = verb === "sent" ? sources.includes(`"${message}"`) : codec.inbound.has(message);
          return isDone === isDenied || !publishedMessages(version).includes(message);
        })
        .map(({ message }) => `${id}: ${message}`),
    );
    expect(astray).toEqual([]);
  });

  it("claims each requirement once, and none that it calls unsupported", () => {
    const ids = [...data.requirements, ...data.unsupported].map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids.filter((id) => !isOf(version, id))).toEqual([]);
  });
});

it("what a sentence says of messages is read", () => {
  expect(claimsIn("GetReport is not sent; Heartbeat is answered, and no boot is Rejected")).toEqual([
    { message: "GetReport", verb: "sent", isDenied: true },
    { message: "Heartbeat", verb: "answered", isDenied: false },
  ]);
  const all = OCPP_VERSIONS.flatMap((version) => sentencesOf(conformanceData(version)));
  expect(all.flatMap(([, words]) => claimsIn(words)).map(({ message }) => message)).toContain(
    "GetCertificateStatus",
  );
});

it("every requirement that a test names is claimed", () => {
  const claimed = new Set(
    OCPP_VERSIONS.flatMap((version) => conformanceData(version).requirements.map(({ id }) => id)),
  );
  const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".test.ts"),
  );
  const named = tests.flatMap((name) => namedIn(join("test", name)).map((id) => `${id}: ${name}`));
  expect(named.filter((line) => !claimed.has(line.split(": ")[0] ?? ""))).toEqual([]);
  expect(named.length).toBeGreaterThan(50);
});

it("a page tells every row", () => {
  for (const version of OCPP_VERSIONS)
    for (const message of publishedMessages(version))
      expect(conformancePage(version)).toContain(`| ${message} |`);
  for (const version of OCPP_VERSIONS)
    for (const { id } of [...conformanceData(version).requirements, ...conformanceData(version).unsupported])
      expect(conformancePage(version)).toContain(`| ${id} |`);
});
