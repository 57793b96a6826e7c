import type { CommandOutcome, StationCommand } from "../../domain/command.js";
import { YouxuError } from "../../domain/errors.js";
import type { FleetEvent } from "../../domain/fleet.js";
import type { StationTask, TaskResult } from "../../domain/station-task.js";
import { MINUTE_MS, sum } from "../../domain/units.js";
import {
  afterRestart,
  countsOf,
  holdsSecret,
  resultOf,
  type SelectableStation,
  settledResult,
  waitingResult,
} from "../../management/station-task.js";
import type { Cancel, Clock } from "../../ports/clock.js";
import type { ResultPage, StationTasks, TaskRequest } from "../../ports/station-tasks.js";
import type { Log } from "../contract.js";
import { mustSelect } from "../selected.js";
import { type RunningTask, runningTask } from "./running-task.js";
import { type KeptTask, type StoredTask, taskStore, type TaskStoreParts } from "./task-store.js";

/** Tasks that run at the same time, tasks that are kept once they are over, and stations asked by all tasks at once. */
const MOST_RUNNING = 50;
const MOST_ENDED = 200;
const MOST_AT_ONCE = 200;
/** Stations of all tasks that run, and of all that are kept once they are over. */
const MOST_STATIONS = 100_000;
/** After a restart of ours stations come back one after the other: so long after its last sign of life a task waits. */
const COME_BACK_MS = 10 * MINUTE_MS;

export interface StationTaskParts extends TaskStoreParts {
  readonly clock: Clock;
  readonly log: Log;
  /** As the operator's single command goes; may throw for a station. */
  readonly command: (stationId: string, command: StationCommand) => Promise<CommandOutcome>;
  readonly isConnected: (stationId: string) => boolean;
  /** All stations of all sites. */
  readonly stations: () => Promise<readonly SelectableStation[]>;
  readonly newId: () => string;
  /** A task is over. */
  readonly ended: (task: StationTask) => void;
}

export interface KeptStationTasks extends StationTasks {
  /** Hears of the fleet: stations that were waited for have come. */
  heard(event: FleetEvent): void;
  /** Nobody more is asked; resolves once those that are being asked are over. */
  stop(): Promise<void>;
}

const stationsOf = (tasks: Iterable<StoredTask>): number => sum([...tasks].map(({ task }) => task.stations));

const isEnded = (kept: StoredTask | KeptTask): boolean => !("command" in kept);

const byEnd = (a: StoredTask, b: StoredTask): number => (a.task.endedMs ?? 0) - (b.task.endedMs ?? 0);

/** Of the stations after one, or from the first on. */
const pageOf = (stationIds: readonly string[], { after, limit }: ResultPage): readonly string[] => {
  const first = after === null ? 0 : stationIds.indexOf(after) + 1;
  if (after !== null && first === 0)
    throw new YouxuError("not-found.station", `the task is not for "${after}"`, "querystring.after");
  return stationIds.slice(first, first + limit);
};

const put = (task: RunningTask, result: TaskResult): void => {
  task.put(result);
  if (result.state === "waiting") task.away(result.stationId);
};

/** Commands for many stations: a few at a time, each result on disk before the next is asked. */
export const openStationTasks = async (parts: StationTaskParts): Promise<KeptStationTasks> => {
  const { clock, log } = parts;
  const store = taskStore(parts);
  const running = new Map<string, RunningTask>();
  const ended = new Map<string, StoredTask>();
  const timers = new Map<string, Cancel>();
  const underWay = new Set<Promise<void>>();
  /** Tasks that are about to begin, with for how many stations: they count while they are written down. */
  const beginning = new Map<string, number>();
  /** Stations that are being asked, by all tasks. */
  let asked = 0;
  let isStopped = false;
  /** By station, how often its abilities became known: one may come back while its answer is written down. */
  const comings = new Map<string, number>();

  const keep = async (taskId: string, result: TaskResult): Promise<boolean> => {
    try {
      await store.keepResult(taskId, result);
      return true;
    } catch (err) {
      log.error({ taskId, stationId: result.stationId, err }, "a result of a task could not be kept");
      return false;
    }
  };

  /** What the end waits for. */
  const track = (written: Promise<void>, failed: string): void => {
    const tracked = written
      .catch((err: unknown) => log.error({ err }, failed))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  /** One task after the other; what is not forgotten at the end is at the next start. */
  let forgotten: Promise<void> = Promise.resolve();
  const forget = (kept: StoredTask): void => {
    const removed = forgotten.then(() => store.remove(kept, () => isStopped));
    track(removed, "an old task could not be removed");
    forgotten = removed.catch(() => undefined);
  };

  const forgetOldest = (): void => {
    let stations = stationsOf(ended.values());
    for (const [id, kept] of ended) {
      if (ended.size <= MOST_ENDED && stations <= MOST_STATIONS) return;
      stations -= kept.task.stations;
      ended.delete(id);
      forget(kept);
    }
  };

  const end = (task: RunningTask): void => {
    running.delete(task.id);
    timers.get(task.id)?.();
    timers.delete(task.id);
    const kept = task.end(clock.now());
    ended.set(task.id, kept);
    track(store.keepOver(kept), "the end of a task could not be kept");
    log.info({ taskId: task.id, who: kept.task.askedBy, ...kept.task.counts }, "a task is over");
    forgetOldest();
    parts.ended(kept.task);
  };

  const outcomeAt = async (stationId: string, command: StationCommand): Promise<CommandOutcome> => {
    try {
      return await parts.command(stationId, command);
    } catch (err) {
      if (err instanceof YouxuError) return { status: "rejected", detail: err.message };
      log.error({ stationId, err }, "a station could not be asked for what a task is about");
      return { status: "error", detail: "internal" };
    }
  };

  /** That it is being asked is on disk first: after a restart nobody is asked a second time. */
  const ask = async (task: RunningTask, stationId: string): Promise<void> => {
    const { command } = task.kept();
    if (!parts.isConnected(stationId)) return put(task, waitingResult(stationId, clock.now()));
    const before = comings.get(stationId);
    const asking: TaskResult = { ...waitingResult(stationId, clock.now()), state: "asking" };
    task.put(asking);
    const outcome: CommandOutcome = (await keep(task.id, asking))
      ? await outcomeAt(stationId, command)
      : { status: "error", detail: "not asked: it could not be written down" };
    const result = resultOf(stationId, outcome, clock.now());
    await keep(task.id, result);
    put(task, result);
    if (comings.get(stationId) !== before) task.came(stationId);
  };

  const begin = (task: RunningTask, stationId: string): void => {
    asked += 1;
    const done = ask(task, stationId).finally(() => {
      asked -= 1;
      goOn();
    });
    track(done, "a task stands still at a station");
  };

  const goOn = (): void => {
    if (isStopped) return;
    for (const task of running.values()) {
      for (let id = next(task); id !== null; id = next(task)) begin(task, id);
      if (task.isDone(clock.now())) end(task);
    }
  };
  const next = (task: RunningTask): string | null => (asked < MOST_AT_ONCE ? task.next() : null);

  const add = (kept: KeptTask, known: readonly TaskResult[]): RunningTask => {
    const task = runningTask(kept, known);
    running.set(task.id, task);
    // One that was being written down at the end goes on in the next life.
    if (!isStopped) timers.set(task.id, clock.after(Math.max(0, kept.task.waitUntilMs - clock.now()), goOn));
    return task;
  };

  const mustHaveRoom = (stations: number): void => {
    if (running.size + beginning.size >= MOST_RUNNING)
      throw new YouxuError("task.too-many", `${MOST_RUNNING} tasks run already`, "body");
    const others =
      stationsOf([...running.values()].map((task) => task.kept())) + sum([...beginning.values()]);
    if (others + stations > MOST_STATIONS)
      throw new YouxuError("task.too-many", `tasks run for ${MOST_STATIONS} stations at most`, "body");
  };

  const start = async (request: TaskRequest): Promise<StationTask> => {
    const { command, scope, askedBy, selection, atOnce, waitMs } = request;
    if (holdsSecret(command))
      throw new YouxuError("task.secret", "what a task is about stands on disk and is shown", "body.command");
    const stationIds = mustSelect(await parts.stations(), selection);
    mustHaveRoom(stationIds.length);
    const askedMs = clock.now();
    const [waitUntilMs, stations] = [askedMs + waitMs, stationIds.length];
    const head = { id: parts.newId(), askedBy, askedMs, scope, selection, stations, atOnce, waitUntilMs };
    const counts = { ...countsOf([]), waiting: stations };
    const over = { cancelledMs: null, endedMs: null };
    const kept = { task: { ...head, ...over, command: { ...command }, counts }, command, stationIds };
    beginning.set(head.id, stations);
    try {
      await store.keep(kept);
    } finally {
      beginning.delete(head.id);
    }
    log.info({ taskId: head.id, who: askedBy, kind: command.kind, stations }, "a task begins");
    const task = add(kept, []);
    goOn();
    return task.view();
  };

  const find = (id: string): StationTask | null => running.get(id)?.view() ?? ended.get(id)?.task ?? null;

  const resultAt = async ({ task }: StoredTask, stationId: string): Promise<TaskResult> => {
    const now = running.get(task.id)?.resultOf(stationId) ?? null;
    const kept = await store.result(task.id, stationId);
    // What could not be written down is known here alone.
    if (now !== null) return kept?.state === now.state && kept.atMs === now.atMs ? kept : now;
    return settledResult(afterRestart(kept ?? waitingResult(stationId, task.askedMs)), task);
  };

  const resultsOf = async (id: string, page: ResultPage): Promise<readonly TaskResult[]> => {
    const stored = running.get(id)?.kept() ?? ended.get(id);
    if (stored === undefined) return [];
    return Promise.all(pageOf(stored.stationIds, page).map((stationId) => resultAt(stored, stationId)));
  };

  /**
   * Goes on with a task where it stood, but not with one whose time is over: what was asked for long ago, or stands in
   * a backup that was put back, is no longer what anybody expects.
   */
  const resume = async (kept: KeptTask): Promise<void> => {
    const { id, askedMs, cancelledMs, askedBy } = kept.task;
    const known = await store.results(id);
    const aliveMs = known.reduce((latest, { atMs }) => Math.max(latest, atMs), askedMs);
    const waitUntilMs = Math.max(kept.task.waitUntilMs, aliveMs + COME_BACK_MS);
    const results = known.map(afterRestart);
    for (const result of results) if (!known.includes(result)) await keep(id, result);
    const task = add({ ...kept, task: { ...kept.task, waitUntilMs } }, results);
    const isLate = clock.now() >= waitUntilMs;
    const fields = { taskId: id, who: askedBy, kind: kept.command.kind, ...task.view().counts };
    log.warn(fields, isLate ? "a task is given up: its time is over" : "a task goes on after a restart");
    if (cancelledMs !== null) task.cancel(cancelledMs);
    else if (isLate) task.giveUp();
  };

  const stored = await store.all();
  // In the order in which they were forgotten before the start, so that it goes on with the same.
  for (const kept of stored.filter(isEnded).toSorted(byEnd)) ended.set(kept.task.id, kept);
  for (const kept of stored) if ("command" in kept) await resume(kept);
  forgetOldest();
  goOn();

  return {
    start,
    find,
    list: () =>
      [...ended.values()]
        .map(({ task }) => task)
        .concat([...running.values()].map((task) => task.view()))
        .toSorted((a, b) => b.askedMs - a.askedMs),
    results: resultsOf,
    cancel: async (id) => {
      const task = running.get(id);
      if (task === undefined) return find(id);
      task.cancel(clock.now());
      try {
        await store.keep(task.kept());
      } finally {
        // Also where it could not be written down: nobody is left to ask, and it ends.
        goOn();
      }
      return find(id);
    },
    heard: ({ kind, stationId }) => {
      // Its abilities are known: it may be asked, and was not while it only was connected.
      if (kind !== "capabilities") return;
      comings.set(stationId, (comings.get(stationId) ?? 0) + 1);
      const came = [...running.values()].filter((task) => task.came(stationId));
      if (came.length > 0) goOn();
    },
    stop: async () => {
      isStopped = true;
      for (const cancel of timers.values()) cancel();
      await Promise.all(underWay);
    },
  };
};
