/** `youxu sharing` against a running server: what is asked is done, and seen by who looks next. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { timeText } from "../../src/cli/time-text.js";
import { runCommandLine } from "../../src/cli/run.js";
import { connect, flatPolicy, type Harness, harnessOf } from "../control/harness.js";
import { communityOf, EVENING_MS } from "../fixtures/sites.js";
import { SHARED_PILES } from "../fixtures/shared-piles.js";
import { type Harness as ServerHarness, startHarness } from "../server/harness.js";

let community: Harness;
let server: ServerHarness;
let folder: string;
beforeEach(async () => {
  community = await harnessOf(communityOf(SHARED_PILES), flatPolicy(3.3));
  for (const { id } of SHARED_PILES) connect(community, id);
  const { control: operations, clock } = community;
  server = await startHarness({ operations, clock, sharing: operations.sharing });
  await server.app.listen({ host: "127.0.0.1", port: 0 });
  folder = await mkdtemp(join(tmpdir(), "sharing-"));
});
afterEach(async () => {
  process.exitCode = undefined;
  server.app.server.closeAllConnections();
  await server.app.close();
  await rm(folder, { recursive: true, force: true });
});

/** What `youxu sharing …` prints; the site stands behind the verb. */
const sharing = async (verb: string, ...words: string[]): Promise<string> => {
  let stdout = "";
  const log = vi.spyOn(console, "log").mockImplementation((text: string) => void (stdout += `${text}\n`));
  try {
    const url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
    const token = verb === "show" || verb === "notices" ? "token-read" : "token-operate";
    await runCommandLine(["sharing", verb, "community", ...words, "--url", url, "--token", token]);
    return stdout;
  } finally {
    log.mockRestore();
  }
};
const first = (text: string): string => /^\S+/.exec(text)?.[0] ?? "";
const inHours = (hours: number): string => new Date(EVENING_MS + hours * 3_600_000).toISOString();
const driver = (name: string, card: string): string[] => ["--driver", name, "--card", card, "--kwh", "5"];

it("a driver waits, is seen in the queue without the card, and leaves", async () => {
  const told = await sharing("queue", "shared", ...driver("An", "secret-card"), "--deadline", inHours(5));
  expect(told).toMatch(/^\S+ {2}place 1, /);
  const shown = await sharing("show");
  expect(shown).toContain(`1. ${first(told)}  An, ready by ${timeText(EVENING_MS + 5 * 3_600_000)}`);
  expect(shown).not.toContain("secret-card");
  await sharing("leave", first(told));
  expect(await sharing("show")).not.toContain(first(told));
});

it("a neighbour books, the owner grants, cancels for the evening, and lends no more", async () => {
  const times = ["--from", inHours(2), "--to", inHours(4)];
  const asked = await sharing("book", "lent", ...driver("Bo", "b"), ...times);
  expect(asked).toMatch(/ {2}asked\n$/);
  expect(await sharing("grant", first(asked))).toMatch(/ {2}booked\n$/);
  expect(await sharing("notices", "--to", "Bo")).toMatch(/^\S+ Bo +booking-confirmed +\S/);
  expect(await sharing("notices", "--to", "An")).toBe("");
  expect(await sharing("owner-returns", "lent", "--until", inHours(6))).toMatch(/ {2}cancelled: /);
  const second = await sharing(
    "book",
    "lent",
    ...driver("Cy", "c"),
    "--from",
    inHours(7),
    "--to",
    inHours(8),
  );
  expect(await sharing("refuse", first(second))).toMatch(/ {2}refused: /);
  const third = await sharing("book", "lent", ...driver("Cy", "c"), "--from", inHours(7), "--to", inHours(8));
  expect(await sharing("cancel", first(third))).toMatch(/ {2}cancelled/);
  const file = join(folder, "calendar.json");
  await writeFile(file, JSON.stringify({ hours: [], exceptions: [] }));
  expect(await sharing("set-calendar", "lent", file)).toBe("0 weekly hours\n");
  const late = await sharing("book", "lent", ...driver("Di", "d"), "--from", inHours(9), "--to", inHours(10));
  expect(late).toBe("");
  expect(await sharing("show")).not.toContain("Di");
});

it("a use of the emergency pile is priced, accepted, and seen", async () => {
  const priced = await sharing("quote", "fast", ...driver("Ya", "y"), "--minutes", "20");
  expect(priced).toMatch(/^\S+ {2}at most 2\.35 kWh in 20 min/);
  expect(priced).toMatch(/^ {2}at most \d+\.\d\d CNY, the price stands until /m);
  expect(await sharing("accept", first(priced))).toMatch(/^accepted until /);
  const shown = await sharing("show");
  expect(shown).toContain(`${first(priced)}  Ya, accepted`);
  expect(shown).toMatch(/lent +[\d.]+ CNY per kWh$/m);
  expect(shown).toMatch(/emergency +[\d.]+ CNY per kWh above the tariff$/m);
});
