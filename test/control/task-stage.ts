import { openStationTasks } from "../../src/control/tasks/station-tasks.js";
import type { CommandOutcome } from "../../src/domain/command.js";
import type { StationSelection, StationTask } from "../../src/domain/station-task.js";
import { DEFAULT_CAPABILITIES } from "../../src/ocpp/common/codec.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import type { ResultPage, TaskRequest } from "../../src/ports/station-tasks.js";
import { commandRequest } from "../../src/server/schemas/command.js";

export const MINUTE = 60_000;
export const ALL: StationSelection = {
  stationIds: null,
  siteId: null,
  vendor: null,
  model: null,
  version: null,
};
export const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index + 1}`);
export const WHOLE: ResultPage = { after: null, limit: 1_000 };
export const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** It waits for who is away. */
export const REQUEST: TaskRequest = {
  askedBy: "me",
  scope: "operate",
  command: { kind: "reset", how: "soft", evseId: null },
  selection: ALL,
  atOnce: 2,
  waitMs: MINUTE,
};

interface Yard {
  readonly documents?: Documents;
  readonly clock?: VirtualClock;
  readonly count?: number;
  readonly away?: readonly string[];
}

/** A server's life with stations that answer when they are let. */
export const lifeOf = async (yard: Yard = {}) => {
  const { documents = createMemoryDocuments(), clock = new VirtualClock(0), count = 6 } = yard;
  const away = new Set(yard.away);
  const asked: string[] = [];
  const open = new Map<string, (outcome: CommandOutcome) => void>();
  const over: StationTask[] = [];
  const log: { message: string; fields: object }[] = [];
  const write = (fields: object, message: string) => void log.push({ fields, message });
  const kept = {
    command: async (stationId: string): Promise<CommandOutcome> => {
      asked.push(stationId);
      return new Promise((resolve) => open.set(stationId, resolve));
    },
  };
  let made = 0;
  const tasks = await openStationTasks({
    documents,
    clock,
    log: { info: write, warn: write, error: write },
    stations: async () =>
      ids(count).map((stationId) => ({ stationId, siteId: "home", vendor: "A", model: "M", version: "1.6" })),
    readCommand: (stored) => commandRequest.safeParse(stored).data ?? null,
    command: (stationId) => kept.command(stationId),
    isConnected: (stationId) => !away.has(stationId),
    newId: () => `t${++made}`,
    ended: (task) => void over.push(task),
  });
  const answer = async (stationId: string, outcome: CommandOutcome = { status: "accepted" }) => {
    open.get(stationId)?.(outcome);
    open.delete(stationId);
    await turns();
  };
  const start = async (change: Partial<TaskRequest> = {}): Promise<StationTask> => {
    const task = await tasks.start({ ...REQUEST, waitMs: 0, ...change });
    await turns();
    return task;
  };
  return {
    documents,
    clock,
    tasks,
    asked,
    open,
    over,
    log,
    kept,
    answer,
    start,
    come: async (stationId: string) => {
      away.delete(stationId);
      tasks.heard({ kind: "connected", stationId, atMs: clock.now(), version: "1.6" });
      await turns();
      const early = asked.includes(stationId);
      const capabilities = DEFAULT_CAPABILITIES;
      tasks.heard({ kind: "capabilities", stationId, atMs: clock.now(), capabilities });
      await turns();
      return early;
    },
    until: async (toMs: number) => {
      while (clock.step(toMs)) await turns();
      await turns();
    },
    states: async (id: string) =>
      (await tasks.results(id, WHOLE)).map(({ stationId, state }) => `${stationId} ${state}`),
  };
};
