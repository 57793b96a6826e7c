import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { plainToken, type IdToken, tokenKey } from "../../src/domain/id-token.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { verdictOf, verdictOfUnknown } from "../../src/management/authorization.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";
import { entriesFor, listChanges } from "../../src/management/local-list.js";

const at = { type: null, siteId: "s", nowMs: 100, running: null };
const token = (change: Partial<IdToken>): IdToken => ({ ...plainToken("A"), ...change });

describe("a token that is shown", () => {
  it.each([
    ["is known", {}, {}, "Accepted"],
    ["is blocked, whatever else it is", { standing: "Blocked", expiresMs: 1 }, {}, "Blocked"],
    ["expires now", { expiresMs: 100 }, {}, "Expired"],
    ["expires later", { expiresMs: 101 }, {}, "Accepted"],
    ["is of its type", { type: "eMAID" }, { type: "emaid" }, "Accepted"],
    ["is of another type", { type: "eMAID" }, { type: "ISO14443" }, "Invalid"],
    ["is of a version without types", { type: "eMAID" }, {}, "Accepted"],
    ["may charge here", { siteIds: ["s"] }, {}, "Accepted"],
    ["may charge elsewhere", { siteIds: ["t"] }, {}, "Invalid"],
    ["is shown nowhere", { siteIds: ["t"] }, { siteId: null }, "Invalid"],
    ["charges as often as it may", { mostAtOnce: 2 }, { running: 2 }, "ConcurrentTx"],
    ["charges less often", { mostAtOnce: 2 }, { running: 1 }, "Accepted"],
    ["begins nothing", { mostAtOnce: 1 }, { running: null }, "Accepted"],
  ] as const)("and %s", (_name, change, where, status) => {
    const told = { groupId: "G", language: "zh-CN" };
    const shown = token({ ...change, ...told, siteIds: "siteIds" in change ? [...change.siteIds] : null });
    expect(verdictOf(shown, { ...at, ...where })).toMatchObject({ status, ...told, isKnown: true });
  });

  it("and is not known charges where all may", () => {
    expect(verdictOfUnknown(true).status).toBe("Accepted");
    expect(verdictOfUnknown(false).status).toBe("Invalid");
    expect(verdictOfUnknown(true)).not.toMatchObject({ isKnown: true });
  });
});

const tokens = fc.uniqueArray(
  fc.record({
    idToken: fc.stringMatching(/^[a-zA-Z0-9]{1,40}$/),
    type: fc.constantFrom(null, "eMAID"),
    standing: fc.constantFrom("Accepted" as const, "Blocked" as const),
    groupId: fc.constantFrom(null, "G", "x".repeat(30)),
    expiresMs: fc.constantFrom(null, 50, 150),
    language: fc.constant(null),
    mostAtOnce: fc.constant(null),
    siteIds: fc.constantFrom<string[] | null>(null, ["s"], ["t"]),
  }),
  { selector: ({ idToken }) => tokenKey(idToken), maxLength: 30 },
);
const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;

describe("a local list", () => {
  law.prop([
    fc.array(tokens, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(...VERSIONS),
    fc.integer({ min: 1, max: 9 }),
  ])(
    "becomes the wanted one by messages in order of version, whole at most once, and then nothing is left to send",
    (steps, version, mostPerMessage) => {
      let file = EMPTY_FILE;
      let held = 0;
      for (const known of steps) {
        const wanted = entriesFor(known, { siteId: "s", version, nowMs: 100 });
        const { localList } = file;
        const base = {
          held: localList.version === null ? null : localList.entries,
          version: held,
          mostPerMessage,
        };
        const messages = listChanges(base, wanted);
        for (const command of messages) {
          expect(command.version).toBe(held + 1);
          expect(command.entries.length).toBeLessThanOrEqual(mostPerMessage);
          expect(command.isWhole).toBe(file.localList.version === null);
          held = command.version;
          const outcome = { status: "accepted" as const };
          const news: StationNews = { kind: "commanded", stationId: "CP", atMs: 1, command, outcome };
          file = reduceFile(file, news);
        }
        const names = (list: readonly { idToken: string }[]) => list.map(({ idToken }) => idToken).sort();
        expect(names(file.localList.entries)).toEqual(names(wanted));
        expect(listChanges({ held: file.localList.entries, version: held, mostPerMessage }, wanted)).toEqual(
          [],
        );
      }
    },
  );

  it("has what its version and its site can be told, with the standing of now", () => {
    const all = [
      token({ idToken: "x".repeat(21) }),
      token({ idToken: "a", expiresMs: 100, type: "eMAID", groupId: "g".repeat(21) }),
      token({ idToken: "b", standing: "Blocked", siteIds: ["t"] }),
    ];
    const told = (version: (typeof VERSIONS)[number], siteId: string | null) =>
      entriesFor(all, { siteId, version, nowMs: 100 }).map(({ idToken, standing, type, groupId }) => [
        idToken.slice(0, 1),
        standing,
        type,
        groupId?.length ?? null,
      ]);
    expect(told("1.6", "s")).toEqual([["a", "Expired", null, null]]);
    expect(told("2.1", "t")).toEqual([
      ["x", "Accepted", null, null],
      ["a", "Expired", "eMAID", 21],
      ["b", "Blocked", null, null],
    ]);
    expect(told("2.0.1", null)).toHaveLength(2);
  });

  it("of which the station tells another version is not known any more", () => {
    const sent: StationNews = {
      kind: "commanded",
      stationId: "CP",
      atMs: 1,
      command: {
        kind: "send-local-list",
        version: 3,
        isWhole: true,
        entries: [{ idToken: "A", standing: "Accepted" }],
        isKept: true,
      },
      outcome: { status: "accepted" },
    };
    const told = (version: number): StationNews => ({
      ...sent,
      command: { kind: "local-list-version" },
      outcome: { status: "accepted", version },
    });
    const after = (...news: StationNews[]) => news.reduce(reduceFile, EMPTY_FILE).localList;
    expect(after(sent, told(3))).toMatchObject({ version: 3, isKept: true, entries: [{ idToken: "A" }] });
    expect(after(sent, told(4))).toMatchObject({ version: null, isKept: true, entries: [] });
  });
});
