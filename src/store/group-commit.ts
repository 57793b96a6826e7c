import { type Kysely, sql } from "kysely";
import { SECOND_MS } from "../domain/units.js";
import { createDistribution, type Distribution, SECONDS } from "../ports/distribution.js";
import type { Tables } from "./tables.js";
import { runText } from "./texts.js";

/** Writes share transactions: one sync to disk for all that comes within a few milliseconds. */
export interface GroupCommit {
  /** Runs a job in the next common transaction; resolves after its commit. */
  write<T>(job: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Runs a reading job between commits, so that it sees whole transactions only. */
  read<T>(job: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Commits what waits; further writes are refused. */
  close(): Promise<void>;
  readonly readings: CommitReadings;
}

/** How the commits fare, since the process began. */
export interface CommitReadings {
  /** Writes that wait for their commit. */
  waiting(): number;
  /** How long commits took. */
  readonly seconds: Distribution;
  failed(): number;
  /** The last commit failed, and none came through since. */
  failing(): boolean;
  /** Time since one came through, ms by the wall; null before the first. */
  sinceLastMs(): number | null;
}

interface Waiting {
  readonly run: (db: Kysely<Tables>) => Promise<void>;
  readonly settle: (failure: unknown) => void;
}

const MOST_PER_COMMIT = 1000;

/**
 * A failing job is rolled back to its savepoint and rejects alone; a failing commit rejects all jobs
 * of its group, since none of them is on disk.
 */
export const createGroupCommit = (db: Kysely<Tables>, commitWithinMs: number): GroupCommit => {
  let waiting: Waiting[] = [];
  let last: Promise<void> = Promise.resolve();
  let scheduled = false;
  let closed = false;
  const { note, readings } = createReadings(() => waiting.length);

  const flush = async (): Promise<void> => {
    scheduled = false;
    const group = waiting.splice(0, MOST_PER_COMMIT);
    if (waiting.length > 0) schedule();
    if (group.length === 0) return;
    const beganMs = performance.now();
    const isCommitted = await commitGroup(db, group);
    note(isCommitted, performance.now() - beganMs);
  };
  const next = (): void => {
    last = last.then(flush);
  };
  const schedule = (): void => {
    if (scheduled) return;
    scheduled = true;
    if (commitWithinMs === 0) setImmediate(next);
    else setTimeout(next, commitWithinMs);
  };
  const write = <T>(job: (db: Kysely<Tables>) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (closed) {
        reject(new Error("the store is closed"));
        return;
      }
      waiting.push(waitingJob(job, resolve, reject));
      schedule();
    });
  return {
    readings,
    write,
    read: (job) => db.connection().execute(job),
    close: async () => {
      closed = true;
      while (waiting.length > 0) {
        last = last.then(flush);
        await last;
      }
      await last;
    },
  };
};

const waitingJob = <T>(
  job: (db: Kysely<Tables>) => Promise<T>,
  resolve: (value: T) => void,
  reject: (failure: unknown) => void,
): Waiting => {
  let result: { readonly value: T } | null = null;
  return {
    run: async (connection) => {
      result = { value: await job(connection) };
    },
    settle: (failure) => (result !== null && failure === null ? resolve(result.value) : reject(failure)),
  };
};

const createReadings = (waiting: () => number) => {
  const seconds = createDistribution(SECONDS);
  let failed = 0;
  let failing = false;
  let lastMs: number | null = null;
  const readings: CommitReadings = {
    waiting,
    seconds,
    failed: () => failed,
    failing: () => failing,
    sinceLastMs: () => (lastMs === null ? null : performance.now() - lastMs),
  };
  const note = (isCommitted: boolean, tookMs: number): void => {
    failing = !isCommitted;
    if (!isCommitted) return void failed++;
    seconds.note(tookMs / SECOND_MS);
    lastMs = performance.now();
  };
  return { note, readings };
};

/** False: none of the group is on disk. */
const commitGroup = async (db: Kysely<Tables>, group: readonly Waiting[]): Promise<boolean> => {
  const failures = new Map<Waiting, unknown>();
  try {
    await db.connection().execute(async (connection) => {
      await sql`begin immediate`.execute(connection);
      try {
        for (const job of group) await runInSavepoint(connection, job, failures);
        await sql`commit`.execute(connection);
      } catch (failure) {
        await sql`rollback`.execute(connection).catch(() => undefined);
        throw failure;
      }
    });
  } catch (failure) {
    for (const job of group) job.settle(failure);
    return false;
  }
  for (const job of group) job.settle(failures.get(job) ?? null);
  return true;
};

const runInSavepoint = async (connection: Kysely<Tables>, job: Waiting, failures: Map<Waiting, unknown>) => {
  await runText(connection, "savepoint job", []);
  try {
    await job.run(connection);
  } catch (failure) {
    failures.set(job, failure ?? new Error("the write failed"));
    await sql`rollback to job`.execute(connection);
  }
  await runText(connection, "release job", []);
};
