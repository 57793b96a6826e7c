/** What a refused station's owner finds in the log; whoever asked is told nothing of it. */
import { afterEach, describe, expect, it } from "vitest";
import { createStationRegistry } from "../../src/accounts/station-registry.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { openStage, PASSWORD, type Stage, until } from "./harness.js";
import { basic, rawStation, upgradeStatus } from "./raw.js";

let stage: Stage;
afterEach(() => stage.close());

const openWithRegistry = async (): Promise<void> => {
  const registry = createStationRegistry({
    documents: createMemoryDocuments(),
    pepper: "a pepper of the installation",
    configured: [{ id: "CP1", password: PASSWORD }],
  });
  stage = await openStage({ registry, configured: new Set(["CP1", "CP2"]) });
};
const withIdentities = {
  authenticate: async () => true,
  identities: async () => ["CP1", "CP2"],
};
const refusals = () => stage.lines.filter(({ message }) => message === "a connection was refused");

it.each([
  [
    "an identity that nobody knows",
    "yard-9",
    basic("yard-9"),
    /no station of this identity/,
    /^is the URL in the station right\? `youxu station add yard-9 --new`/,
  ],
  [
    "a hyphen too many",
    "CP-1",
    basic("CP-1"),
    /no station of this identity/,
    /^did you mean CP1\? If not, .*--new/,
  ],
  ["a station without a password", "CP2", basic("CP2"), /has no password yet/, /station add CP2`/],
  ["a wrong password", "CP1", basic("CP1", "wrong"), /the password is wrong/, /station remove CP1/],
  ["no password", "CP1", null, /no password was sent/, /into the station/],
  ["another user", "CP1", basic("CP2"), /user is not the identity/, /user is CP1/],
] as const)("%s is told in the log, and not in the answer", async (...[, id, authorization, cause, hint]) => {
  await openWithRegistry();
  const answer = await upgradeStatus(stage.port, `/ocpp/${id}`, { authorization });
  const usual = await upgradeStatus(stage.port, "/ocpp/CP7", { authorization: basic("CP7") });
  expect({ ...answer, headers: { ...answer.headers, date: null } }).toEqual({
    ...usual,
    headers: { ...usual.headers, date: null },
  });
  await until(() => refusals().length === 2);
  expect(refusals()[0]?.fields).toMatchObject({
    cause: expect.stringMatching(cause),
    hint: expect.stringMatching(hint),
  });
});

it("after too many attempts the answer and the log say until when", async () => {
  stage = await openStage({ settings: { maxFailuresPerIdentity: 1, failureWindowMs: 90_000 } });
  const attempt = (password?: string) =>
    upgradeStatus(stage.port, "/ocpp/CP1", { authorization: basic("CP1", password) });
  expect((await attempt("guess")).status).toBe(401);
  const { status, headers } = await attempt();
  expect(status).toBe(429);
  const waitS = Number(headers["retry-after"]);
  expect(waitS).toBeGreaterThan(60);
  expect(waitS).toBeLessThanOrEqual(90);
  await until(() => refusals().length === 2);
  const { until: told } = refusals()[1]?.fields ?? {};
  expect(Math.abs(Date.parse(String(told)) - Date.now() - waitS * 1000)).toBeLessThan(5_000);
});

it("the log tells who closed a connection", async () => {
  stage = await openStage();
  const leaving = await rawStation(stage.port, "CP1", "ocpp1.6");
  await rawStation(stage.port, "CP2", "ocpp1.6");
  leaving.socket.close(1000);
  const left = () => stage.lines.filter(({ message }) => message === "a station disconnected");
  await until(() => left().length === 1);
  await stage.central.close();
  await until(() => left().length === 2);
  expect(left().map(({ fields }) => fields)).toEqual([
    { stationId: "CP1", version: "1.6", connection: 1, why: "closed by the station" },
    { stationId: "CP2", version: "1.6", connection: 2, why: "the central system stops" },
  ]);
});

describe("a station with a password that stands in no site", () => {
  const refusedFor = (id: string) => refusals().filter(({ fields }) => fields["url"] === `/ocpp/${id}`);

  it("is refused with the cause in the log, and told less than 401 tells whoever guesses", async () => {
    stage = await openStage({ configured: new Set(["CP1"]) });
    const answer = await upgradeStatus(stage.port, "/ocpp/CP2", { authorization: basic("CP2") });
    expect(answer.status).toBe(403);
    await until(() => refusedFor("CP2").length === 1);
    expect(refusedFor("CP2")[0]?.fields).toMatchObject({
      cause: expect.stringMatching(/in no site of the running server/),
      hint: expect.stringMatching(/restart .* or|station remove CP2/),
    });
    const guess = await upgradeStatus(stage.port, "/ocpp/CP2", { authorization: basic("CP2", "guess") });
    expect(guess.status).toBe(401);
  });

  it("comes in while a transaction of it runs, and goes when that is over", async () => {
    stage = await openStage({
      configured: new Set(["CP1"]),
      settings: { pingIntervalMs: 50 },
      registry: withIdentities,
    });
    stage.gateway.open = [{ evseId: 1, transactionId: "7" }];
    const { socket } = await rawStation(stage.port, "CP2", "ocpp1.6");
    await rawStation(stage.port, "CP1", "ocpp1.6");
    expect(stage.central.connections()).toHaveLength(2);
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    stage.gateway.open = [];
    expect(await closed).toBe(1008);
    await until(() => stage.central.connections().length === 1);
    expect(stage.central.connections()[0]?.stationId).toBe("CP1");
  });
});
