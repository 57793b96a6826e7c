/** Charging profiles by hand over real websockets, in each version: told, kept to, told again, taken back. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { assignmentSchema } from "../../src/domain/hand-profile.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { type Call, until } from "../ocpp/harness.js";
import { openServed, PILES, type ServedStage } from "./served-stage.js";

const store = () => ({
  ledger: createMemoryLedger(),
  telemetry: createMemoryTelemetry(),
  documents: createMemoryDocuments(),
});

let kept: ReturnType<typeof store>;
let served: ServedStage;
beforeEach(async () => {
  kept = store();
  served = await openServed({ store: kept });
  await put(5);
});
afterEach(() => served.close());

const put = (limitKw: number) =>
  served.ask("/charging-profiles", {
    name: "calm",
    profile: { kind: "daily", periods: [{ startS: 0, limitKw }] },
  });
const assign = async (selection: object, evseId = 0) => {
  const { body } = await served.ask("/charging-profiles/calm/assignments", { selection, evseId });
  return z.array(assignmentSchema).parse(body);
};
const release = (id: string) => served.ask(`/stations/${id}/evses/0/charging-profile`, {}, "DELETE");
const releaseAt = (selection: object) => served.ask("/charging-profiles/releases", { selection });
const statesOf = async () => {
  const { body } = await served.ask("/charging-profiles/calm");
  return z
    .object({ assignments: z.array(assignmentSchema) })
    .parse(body)
    .assignments.map(({ stationId, evseId, state }) => `${stationId}/${evseId} ${state}`);
};
const limitsOf = (id: string) =>
  served.server.control
    .stations()
    .filter(({ stationId }) => stationId === id)
    .flatMap(({ outsideLimits = [] }) =>
      outsideLimits.map(({ source, chargeKw }) => `${source} ${chargeKw}`),
    );

/** Limits of maximums that it was told, in its unit. */
const maximums = (calls: readonly Call[]): string[] =>
  calls.flatMap(({ method, params }) => {
    const text = JSON.stringify(params);
    if (method === "ClearChargingProfile")
      return [`cleared ${/"(?:id|chargingProfileId)":(\d+)/.exec(text)?.[1]}`];
    if (method !== "SetChargingProfile" || !/MaxProfile/.test(text)) return [];
    return [/"limit":([\d.]+)/.exec(text)?.[1] ?? "none"];
  });
const awaitStates = async (wanted: readonly string[]): Promise<void> => {
  let states: readonly string[] = [];
  for (let tries = 0; tries < 400 && JSON.stringify(states) !== JSON.stringify(wanted); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    states = await statesOf();
  }
  expect(states).toEqual(wanted);
};

describe.each(PILES)("OCPP $version", ({ id, version }) => {
  it("is told as the station's maximum, told anew when it changes, and taken back", async () => {
    const { calls } = await served.connect(id);
    expect(await assign({ stationIds: [id] })).toMatchObject([
      { stationId: id, state: "held", assignedBy: "me" },
    ]);
    expect(limitsOf(id)).toEqual(["operator 5"]);
    await put(3);
    expect(limitsOf(id)).toEqual(["operator 3"]);
    expect((await release(id)).status).toBe(204);
    // It may be told once more when its abilities are known.
    expect([...new Set(maximums(calls))]).toEqual(["22.7", "13.6", "cleared 3006"]);
    const purpose = version === "1.6" ? "ChargePointMaxProfile" : "ChargingStationMaxProfile";
    expect(JSON.stringify(calls)).toContain(purpose);
    expect(limitsOf(id)).toEqual([]);
    expect(await statesOf()).toEqual([]);
    expect((await release(id)).status).toBe(404);
  });

  it("waits for a station that is away, is told again after it restarted, and to forget it when it comes", async () => {
    expect(await assign({ stationIds: [id] })).toMatchObject([{ state: "waiting" }]);
    expect(limitsOf(id)).toEqual(["operator 5"]);
    const first = await served.connect(id);
    await awaitStates([`${id}/0 held`]);
    expect(maximums(first.calls)).toEqual(["22.7"]);
    await first.client.close({ force: true });
    await until(() => served.server.control.stations().every(({ connected }) => !connected));
    const second = await served.connect(id);
    await until(() => maximums(second.calls).length > 0, "it is told again");
    expect(maximums(second.calls)).toEqual(["22.7"]);
    await second.client.close({ force: true });
    await until(() => served.server.control.stations().every(({ connected }) => !connected));
    await release(id);
    // It still holds it, as far as anybody knows.
    expect([await statesOf(), limitsOf(id)]).toEqual([[`${id}/0 releasing`], ["operator 5"]]);
    const third = await served.connect(id);
    await awaitStates([]);
    expect(maximums(third.calls)).toEqual(["cleared 3006"]);
    expect(limitsOf(id)).toEqual([]);
  });

  it("is over at once where the station never came", async () => {
    expect(await assign({ stationIds: [id] })).toMatchObject([{ state: "waiting", wasAsked: false }]);
    expect((await releaseAt({ stationIds: [id] })).body).toEqual([
      { stationId: id, evseId: 0, state: "released", detail: null },
    ]);
    expect([await statesOf(), limitsOf(id)]).toEqual([[], []]);
    const { calls } = await served.connect(id);
    expect(maximums(calls)).toEqual([]);
  });

  it("is kept to by the plan alone where the station refuses it", async () => {
    await served.connect(id, { SetChargingProfile: () => ({ status: "Rejected" }) });
    expect(await assign({ stationIds: [id] })).toMatchObject([
      { state: "plan", detail: expect.stringContaining("Rejected") },
    ]);
    expect(limitsOf(id)).toEqual(["operator 5"]);
  });

  it("is kept to by the plan alone at one EVSE", async () => {
    const { calls } = await served.connect(id);
    expect(await assign({ stationIds: [id] }, 1)).toMatchObject([{ state: "plan", evseId: 1 }]);
    expect([limitsOf(id), maximums(calls)]).toEqual([["operator 5"], []]);
  });
});

it("is taken back from a whole site, where one is in force", async () => {
  await served.connect("new-21");
  await assign({ stationIds: ["new-21", "old-16"] });
  expect((await releaseAt({ siteId: "community" })).body).toMatchObject([
    { stationId: "old-16", state: "released" },
    { stationId: "new-21", state: "released" },
  ]);
  expect(await statesOf()).toEqual([]);
  expect((await releaseAt({ siteId: "community" })).body).toMatchObject({ code: "not-found.assignment" });
  expect((await releaseAt({ siteId: "nowhere" })).body).toMatchObject({ code: "not-found.site" });
});

it("ranks above the rating of a station that has levels", async () => {
  await assign({ stationIds: ["old-16"] });
  const configurationKey = [{ key: "ChargeProfileMaxStackLevel", readonly: true, value: "8" }];
  const { calls } = await served.connect("old-16", { GetConfiguration: () => ({ configurationKey }) });
  await awaitStates(["old-16/0 held"]);
  const told = JSON.stringify(calls.filter(({ method }) => method === "SetChargingProfile"));
  expect(told).toContain('"stackLevel":1,"chargingProfilePurpose":"ChargePointMaxProfile"');
});

it("is in force after a restart of the server, and cannot be forgotten meanwhile", async () => {
  await assign({});
  await served.close();
  served = await openServed({ store: kept });
  expect(PILES.flatMap(({ id }) => limitsOf(id))).toEqual(["operator 5", "operator 5", "operator 5"]);
  expect((await served.ask("/charging-profiles/calm", {}, "DELETE")).body).toMatchObject({
    code: "charging-profile.assigned",
  });
  for (const { id } of PILES) await served.connect(id);
  await awaitStates(PILES.map(({ id }) => `${id}/0 held`));
  for (const { id } of PILES) await release(id);
  expect((await served.ask("/charging-profiles/calm", {}, "DELETE")).status).toBe(204);
  expect((await served.ask("/charging-profiles/calm")).status).toBe(404);
});

it.each([
  [{ stationIds: ["nowhere"] }, 0, "not-found.station"],
  [{ stationIds: ["old-16"] }, 7, "not-found.evse"],
  [{ siteId: "nowhere" }, 0, "not-found.site"],
])("%j at EVSE %s is refused by %s", async (selection, evseId, code) => {
  const { body } = await served.ask("/charging-profiles/calm/assignments", { selection, evseId });
  expect(body).toMatchObject({ code });
  expect(await statesOf()).toEqual([]);
});

it("names the EVSE at which one is in force where another was to be released", async () => {
  await assign({ stationIds: ["old-16"] }, 1);
  expect(await releaseAt({ stationIds: ["old-16", "new-21"] })).toMatchObject({
    status: 404,
    body: {
      code: "not-found.assignment",
      message:
        'no charging profile is in force of the whole station there, but "calm" at EVSE 1 at old-16; name that EVSE (evseId, --evse)',
    },
  });
  expect(await releaseAt({ stationIds: ["new-21"] })).toMatchObject({
    body: { message: "no charging profile is in force of the whole station there" },
  });
});
