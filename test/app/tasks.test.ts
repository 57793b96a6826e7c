/** Commands for many stations over real websockets, in each version. */
import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { stationTaskSchema, taskResultSchema } from "../../src/domain/station-task.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { createMemoryTelemetry } from "../../src/ports/telemetry-memory.js";
import { until } from "../ocpp/harness.js";
import { openServed, type Peer, PILES, type ServedStage } from "./served-stage.js";

let stage: ServedStage | null = null;
afterEach(() => stage?.close());

const newStore = () => ({
  ledger: createMemoryLedger(),
  telemetry: createMemoryTelemetry(),
  documents: createMemoryDocuments(),
});
const start = async (served: ServedStage, task: object) => {
  const { status, body } = await served.ask("/tasks", task);
  return { status, task: stationTaskSchema.parse(body) };
};
const countsOf = async ({ ask }: ServedStage, id: string) =>
  stationTaskSchema.parse((await ask(`/tasks/${id}`)).body).counts;
const statesOf = async ({ ask }: ServedStage, id: string) =>
  z
    .array(taskResultSchema)
    .parse((await ask(`/tasks/${id}/results`)).body)
    .map(({ stationId, state, detail }) => `${stationId} ${state}${detail === null ? "" : ` ${detail}`}`);
const overOf = async (served: ServedStage, id: string): Promise<string[]> => {
  for (let tries = 0; tries < 500; tries++) {
    const { endedMs } = stationTaskSchema.parse((await served.ask(`/tasks/${id}`)).body);
    if (endedMs !== null) return statesOf(served, id);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the task is not over");
};
const resetsOf = (peers: readonly Peer[]): number[] =>
  peers.map(({ calls }) => calls.filter(({ method }) => method === "Reset").length);
const reset = { kind: "reset", how: "soft", evseId: null };

it("each version is asked in its own words, and what each answers is told", async () => {
  const served = await openServed();
  stage = served;
  const [old, mid, newest] = await Promise.all(
    PILES.map(({ id }) =>
      served.connect(id, id === "mid-201" ? { Reset: () => ({ status: "Rejected" }) } : {}),
    ),
  );
  const { status, task } = await start(served, { command: reset, selection: {} });
  expect([status, task.askedBy, task.stations]).toEqual([201, "me", 3]);
  expect(await overOf(served, task.id)).toEqual([
    "old-16 accepted",
    "mid-201 refused Rejected",
    "new-21 accepted",
  ]);
  const asked = [old, mid, newest].map((peer) => peer?.calls.filter(({ method }) => method === "Reset"));
  expect(asked).toEqual([
    [{ method: "Reset", params: { type: "Soft" } }],
    [{ method: "Reset", params: { type: "Immediate" } }],
    [{ method: "Reset", params: { type: "Immediate" } }],
  ]);
});

it("stations are chosen by site, maker, model and version", async () => {
  const served = await openServed();
  stage = served;
  await Promise.all(PILES.map(({ id }) => served.connect(id)));
  const chosen = async (selection: object) => {
    const { body } = await served.ask("/tasks", { command: { kind: "clear-cache" }, selection });
    const { id } = z.object({ id: z.string() }).parse(body);
    return (await overOf(served, id)).map((line) => line.split(" ")[0]);
  };
  expect(await chosen({ siteId: "community" })).toHaveLength(3);
  expect(await chosen({ vendor: "Acme", model: "Mid" })).toEqual(["mid-201"]);
  expect(await chosen({ version: "1.6" })).toEqual(["old-16"]);
  expect(await chosen({ stationIds: ["new-21", "old-16"] })).toEqual(["old-16", "new-21"]);
  expect(await chosen({ version: ["1.6", "2.0.1"] })).toEqual(["old-16", "mid-201"]);
  const nobody = await served.ask("/tasks", { command: { kind: "clear-cache" }, selection: { model: "X" } });
  expect(nobody).toMatchObject({ status: 409, body: { code: "task.nobody" } });
});

it("who is away is asked once, when it comes, also after a restart of the server", async () => {
  const store = newStore();
  const before = await openServed({ store });
  stage = before;
  await before.connect("old-16");
  const { task } = await start(before, { command: reset, selection: {}, waitForOfflineS: 3_600 });
  await until(() => before.server.central.readings().callsInFlight === 0);
  for (let tries = 0; (await countsOf(before, task.id)).accepted === 0 && tries < 200; tries++)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await countsOf(before, task.id)).toMatchObject({ accepted: 1, waiting: 2 });
  await before.close();

  const after = await openServed({ store });
  stage = after;
  const peers = await Promise.all(PILES.map(({ id }) => after.connect(id)));
  expect(await overOf(after, task.id)).toEqual(["old-16 accepted", "mid-201 accepted", "new-21 accepted"]);
  expect(resetsOf(peers)).toEqual([0, 1, 1]);
});

it("a stop of the server asks nobody more: who was not asked yet is asked in the next life", async () => {
  const store = newStore();
  const before = await openServed({ store });
  stage = before;
  const silent = { Reset: () => new Promise<never>(() => undefined) };
  const asked = await Promise.all(PILES.map(({ id }) => before.connect(id, silent)));
  const { task } = await start(before, { command: reset, selection: {}, atOnce: 1 });
  await until(() => resetsOf(asked).includes(1));
  await before.server.close();
  expect(resetsOf(asked).toSorted((a, b) => a - b)).toEqual([0, 0, 1]);

  const after = await openServed({ store });
  stage = after;
  const peers = await Promise.all(PILES.map(({ id }) => after.connect(id)));
  const states = await overOf(after, task.id);
  expect(states.filter((state) => state.endsWith(" accepted"))).toHaveLength(2);
  expect(resetsOf(peers)).toEqual(resetsOf(asked).map((resets) => 1 - resets));
});
