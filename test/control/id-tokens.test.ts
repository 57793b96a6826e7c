import { describe, expect, it } from "vitest";
import { openIdTokenBook } from "../../src/control/id-token-book.js";
import { plainToken } from "../../src/domain/id-token.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { fixedIdTokens } from "../../src/ports/id-tokens.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { connect, flatPolicy, harnessOf } from "./harness.js";

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const configured = fixedIdTokens([plainToken("Card")]);
const opened = (documents = createMemoryDocuments()) =>
  openIdTokenBook({ documents, configured, log }).then((book) => ({ book, documents }));

describe("id tokens", () => {
  it("of the site file and added ones are known in any case, over a restart; one that was added goes first", async () => {
    const { book, documents } = await opened();
    await book.put({ ...plainToken("NEW"), groupId: "G" });
    await book.put({ ...plainToken("cARD"), standing: "Blocked" });
    for (const each of [book, (await opened(documents)).book]) {
      expect(each.find("new")).toMatchObject({ idToken: "NEW", groupId: "G" });
      expect(each.find("CARD")).toMatchObject({ standing: "Blocked" });
      expect(each.find("other")).toBeNull();
      expect(each.list().map(({ token, fixed }) => [token.idToken, fixed])).toEqual([
        ["NEW", false],
        ["cARD", false],
      ]);
    }
    expect(await book.remove("CARD")).toBe(true);
    expect(await book.remove("CARD")).toBe(false);
    expect(book.find("card")).toMatchObject({ standing: "Accepted" });
    expect(book.othersMayCharge).toBe(false);
    expect(fixedIdTokens(null).othersMayCharge).toBe(true);
  });

  it("that cannot be read are told of and left out", async () => {
    const { documents } = await opened();
    await documents.put("id-token", "x", { idToken: "" });
    expect((await opened(documents)).book.list()).toHaveLength(1);
  });

  it("tell of each change", async () => {
    const { book } = await opened();
    let changes = 0;
    book.onChange(() => (changes += 1));
    await book.put(plainToken("A"));
    await book.remove("A");
    await book.remove("A");
    expect(changes).toBe(2);
  });
});

describe("whether a token may charge", () => {
  const shown = (beginsAt: number | null = null) => ({ type: null, beginsAt });
  const community = (idTokens: Parameters<typeof harnessOf>[2]) =>
    harnessOf(communityOf([stationOf("p1"), stationOf("p2")]), flatPolicy(3.3), idTokens);

  it("goes by what is known of it, where it is shown", async () => {
    const far = { ...plainToken("far"), siteIds: ["elsewhere"], groupId: "G" };
    const { control } = await community({ idTokens: fixedIdTokens([plainToken("A"), far]) });
    const status = async (idToken: string) => (await control.authorize("p1", idToken, shown())).status;
    expect([await status("a"), await status("far"), await status("b")]).toEqual([
      "Accepted",
      "Invalid",
      "Invalid",
    ]);
    expect(await control.authorize("p1", "FAR", shown())).toMatchObject({ groupId: "G" });
  });

  it("counts its sessions elsewhere, where it is to begin one", async () => {
    const once = { ...plainToken("A"), mostAtOnce: 1 };
    const stage = await community({ idTokens: fixedIdTokens([once]) });
    for (const id of ["p1", "p2"]) connect(stage, id);
    const begin = (stationId: string) =>
      stage.control.record({
        kind: "transaction-started",
        stationId,
        evseId: 1,
        atMs: stage.clock.now(),
        stationTimeMs: stage.clock.now(),
        transactionId: `t-${stationId}`,
        seqNo: 0,
        idToken: "a",
        meterWh: 0,
      });
    await begin("p1");
    const status = async (stationId: string, beginsAt: number | null) =>
      (await stage.control.authorize(stationId, "A", shown(beginsAt))).status;
    expect(await status("p2", 1)).toBe("ConcurrentTx");
    expect(await status("p2", null)).toBe("Accepted");
    // The same charge, told again.
    expect(await status("p1", 1)).toBe("Accepted");
    expect(await status("p1", 2)).toBe("ConcurrentTx");
  });
});
