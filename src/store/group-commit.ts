import { type Kysely, sql } from "kysely";
import { SECOND_MS } from "../domain/units.js";
import { createDistribution, type Distribution, SECONDS } from "../ports/distribution.js";
import type { Statements } from "./statements.js";
import type { Tables } from "./tables.js";

/** Writes share transactions: one sync to disk for all that comes within a few milliseconds. */
export interface GroupCommit {
  /** Runs a job in the next common transaction; resolves after its commit. */
  write<T>(job: Job<T>): Promise<T>;
  /**
   * The same for a job that may be run again after what it wrote was undone: it keeps nothing elsewhere but what
   * `onUndone` takes back. Those that stand one behind the other need no savepoint each.
   */
  writeRepeatably<T>(job: Job<T>): Promise<T>;
  /** Tells, before anything else is run, that writes of one or more jobs were undone. */
  onUndone(listener: () => void): void;
  /** Runs a reading job between commits, so that it sees whole transactions only. */
  read<T>(job: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Commits what waits; further writes are refused. */
  close(): Promise<void>;
  readonly readings: CommitReadings;
}

/** `statements` work on the same connection as `db`, and in its transaction. */
type Job<T> = (db: Kysely<Tables>, statements: Statements) => Promise<T>;

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
  readonly run: Job<void>;
  readonly settle: (failure: unknown) => void;
  readonly isRepeatable: boolean;
}

const MOST_PER_COMMIT = 1000;

/**
 * A failing job is rolled back to its savepoint and rejects alone; a failing commit rejects all jobs
 * of its group, since none of them is on disk.
 */
export const createGroupCommit = (
  db: Kysely<Tables>,
  statements: Statements,
  commitWithinMs: number,
): GroupCommit => {
  const listeners: (() => void)[] = [];
  const undone = (): void => listeners.forEach((listener) => listener());
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
    const isCommitted = await commitGroup({ db, statements, undone }, group);
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
  const enqueue = <T>(job: Job<T>, isRepeatable: boolean): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      if (closed) {
        reject(new Error("the store is closed"));
        return;
      }
      waiting.push(waitingJob(job, { resolve, reject, isRepeatable }));
      schedule();
    });
  return {
    readings,
    write: (job) => enqueue(job, false),
    writeRepeatably: (job) => enqueue(job, true),
    onUndone: (listener) => void listeners.push(listener),
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

interface Settling<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (failure: unknown) => void;
  readonly isRepeatable: boolean;
}

const waitingJob = <T>(job: Job<T>, { resolve, reject, isRepeatable }: Settling<T>): Waiting => {
  let result: { readonly value: T } | null = null;
  return {
    isRepeatable,
    run: async (connection, statements) => {
      result = { value: await job(connection, statements) };
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

/** What a group is written with. */
interface Writing {
  readonly db: Kysely<Tables>;
  readonly statements: Statements;
  /** Something was undone. */
  readonly undone: () => void;
}

/** False: none of the group is on disk. */
const commitGroup = async (writing: Writing, group: readonly Waiting[]): Promise<boolean> => {
  const failures = new Map<Waiting, unknown>();
  try {
    await writing.db.connection().execute(async (db) => {
      await sql`begin immediate`.execute(db);
      try {
        for (const run of runsOf(group)) await runJobs({ ...writing, db }, run, failures);
        await sql`commit`.execute(db);
      } catch (failure) {
        await sql`rollback`.execute(db).catch(() => undefined);
        throw failure;
      }
    });
  } catch (failure) {
    writing.undone();
    for (const job of group) job.settle(failure);
    return false;
  }
  for (const job of group) job.settle(failures.get(job) ?? null);
  return true;
};

/** Repeatable jobs that stand one behind the other belong together; every other job stands alone. */
const runsOf = (group: readonly Waiting[]): Waiting[][] => {
  const runs: Waiting[][] = [];
  for (const job of group) {
    const last = runs.at(-1);
    if (job.isRepeatable && last?.[0]?.isRepeatable === true) last.push(job);
    else runs.push([job]);
  }
  return runs;
};

/** Together first; where one of them fails each alone, so that it fails alone. */
const runJobs = async (writing: Writing, jobs: readonly Waiting[], failures: Map<Waiting, unknown>) => {
  const failure = await inSavepoint(writing, jobs);
  if (failure === null) return;
  const [only] = jobs;
  if (jobs.length === 1 && only !== undefined) failures.set(only, failure.why);
  else for (const job of jobs) await runJobs(writing, [job], failures);
};

/** Why one of them failed: then none of them wrote anything. */
const inSavepoint = async (
  { db, statements, undone }: Writing,
  jobs: readonly Waiting[],
): Promise<{ readonly why: unknown } | null> => {
  let failure: { readonly why: unknown } | null = null;
  statements.run("savepoint job", []);
  try {
    for (const job of jobs) await job.run(db, statements);
  } catch (why) {
    statements.run("rollback to job", []);
    undone();
    failure = { why: why ?? new Error("the write failed") };
  }
  statements.run("release job", []);
  return failure;
};
