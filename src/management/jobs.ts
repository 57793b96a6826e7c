import type { OperatorCommand } from "../domain/command.js";
import type { JobStatus, StationJob } from "../domain/station-file/jobs.js";
import type { StationNews } from "../domain/station-news.js";
import { DAY_MS, type EpochMs, HOUR_MS, MINUTE_MS } from "../domain/units.js";
import { effectOf, FIRST_STEPS, IDLE, mayFollow } from "./job-steps.js";

/** Newest jobs that are kept of a station, and newest statuses of a job. */
const MOST_JOBS = 50;
const MOST_STATUSES = 40;
/** A job of which nothing was told for so long, after the time for which it was planned, has timed out. */
const QUIET_MS: Readonly<Record<StationJob["kind"], number>> = {
  firmware: DAY_MS,
  "publish-firmware": DAY_MS,
  log: 6 * HOUR_MS,
};
const MOST_CHARACTERS = 500;

/** A station's jobs after some news; `version` is the firmware that it last told. */
export const reduceJobs = (
  jobs: readonly StationJob[],
  news: StationNews,
  version: string | null,
): readonly StationJob[] => {
  switch (news.kind) {
    case "commanded":
      return asked(jobs, news, version);
    case "job-told":
      return told(jobs, news);
    case "booted":
      return booted(jobs, news);
    default:
      return jobs;
  }
};

/** The jobs as they stand at a moment: those that were quiet for too long have timed out. */
export const jobsAt = (jobs: readonly StationJob[], nowMs: EpochMs): StationJob[] =>
  jobs.map((job) => timed(job, nowMs));

const timed = (job: StationJob, nowMs: EpochMs): StationJob => {
  const heardMs = Math.max(job.askedMs ?? 0, job.plannedMs ?? 0, job.statuses.at(-1)?.lastMs ?? 0);
  const endedMs = heardMs + QUIET_MS[job.kind];
  return job.result === "running" && nowMs > endedMs ? { ...job, result: "timed-out", endedMs } : job;
};

type Commanded = Extract<StationNews, { kind: "commanded" }>;

/** A new job takes the place of one of its kind that runs: the station ends that one. */
const asked = (
  jobs: readonly StationJob[],
  news: Commanded,
  versionBefore: string | null,
): readonly StationJob[] => {
  const { command, outcome, atMs } = news;
  const begun = jobOf(command);
  if (begun === null) return jobs;
  const ahead = jobs.findLastIndex((job) => isAhead(job, begun.kind, news));
  const before = jobsAt(jobs.toSpliced(ahead, ahead === -1 ? 0 : 1), atMs).map((job) =>
    job.kind === begun.kind && job.result === "running"
      ? { ...job, result: "replaced" as const, endedMs: atMs }
      : job,
  );
  const { requestId = null, fileName = null } = outcome;
  const { statuses, result, endedMs } = jobs[ahead] ?? blank(begun.kind);
  return kept([
    ...before,
    {
      ...blank(begun.kind),
      ...begun,
      requestId,
      fileName,
      askedMs: atMs,
      versionBefore,
      statuses,
      result,
      endedMs,
    },
  ]);
};

/** Some stations tell of a job before they answer that they accept it: it looked like one that nobody asked for. */
const isAhead = (job: StationJob, kind: StationJob["kind"], { outcome, atMs, sentMs = atMs }: Commanded) =>
  job.kind === kind &&
  job.askedMs === null &&
  (job.requestId === null
    ? (job.statuses[0]?.atMs ?? -Infinity) >= sentMs
    : job.requestId === outcome.requestId);

const blank = (kind: StationJob["kind"]): StationJob => ({
  kind,
  requestId: null,
  askedMs: null,
  what: "",
  location: null,
  fileName: null,
  plannedMs: null,
  expectedVersion: null,
  versionBefore: null,
  statuses: [],
  result: "running",
  endedMs: null,
});

const jobOf = (command: OperatorCommand): (Pick<StationJob, "kind"> & Partial<StationJob>) | null => {
  switch (command.kind) {
    case "update-firmware": {
      const { version: expectedVersion, retrieveMs, installMs } = command;
      const plannedMs = latest(retrieveMs, installMs);
      return {
        kind: "firmware",
        what: expectedVersion ?? "",
        location: shownLocation(command.location),
        plannedMs,
        expectedVersion,
      };
    }
    case "publish-firmware":
      return { kind: "publish-firmware", what: command.checksum, location: shownLocation(command.location) };
    case "get-log":
      return { kind: "log", what: command.logType, location: shownLocation(command.location) };
    default:
      return null;
  }
};

const latest = (...times: readonly (EpochMs | null)[]): EpochMs | null => {
  const stated = times.filter((each) => each !== null);
  return stated.length === 0 ? null : Math.max(...stated);
};

/** Without what opens it: a user's password, what follows the path, a token of our file exchange. */
const shownLocation = (location: string | null): string | null =>
  location
    ?.replace(/\/\/[^/?#]*@/, "//")
    .replace(/[?#].*$/, "")
    .replace(/(\/files\/(?:upload|download)\/)[^/]+/, "$1•••")
    .slice(0, MOST_CHARACTERS) ?? null;

type Told = Extract<StationNews, { kind: "job-told" }>;

/** Of a job that we did not ask for, a maker's tool may have: it is kept, too, once it says something. */
const told = (jobs: readonly StationJob[], news: Told): readonly StationJob[] => {
  const index = jobs.findLastIndex((job) => isOf(job, news));
  const job = jobs[index];
  if (job !== undefined && !beginsAnew(job, news)) return jobs.with(index, withStatus(job, news));
  if (news.status === IDLE) return jobs;
  return kept([...jobs, withStatus({ ...blank(news.job), requestId: news.requestId }, news)]);
};

/** A station that names no request means the newest job; one whose request we do not know, another one. */
const isOf = (job: StationJob, { job: kind, requestId }: Told): boolean =>
  job.kind === kind && (requestId === null || job.requestId === null || job.requestId === requestId);

/** A first step that comes so long after an end without one is one of the same job that came late. */
const LATE_MS = MINUTE_MS;

/** A job that was done does not go on: a first step is that of another one. */
const beginsAnew = (job: StationJob, { status, atMs }: Told): boolean =>
  job.result === "done" &&
  status !== job.statuses.at(-1)?.status &&
  FIRST_STEPS.has(status) &&
  (job.statuses.some((each) => FIRST_STEPS.has(each.status)) || atMs - (job.endedMs ?? atMs) > LATE_MS);

const withStatus = (job: StationJob, { status, detail, atMs }: Told): StationJob => {
  const last = job.statuses.at(-1);
  const word = status.slice(0, MOST_CHARACTERS);
  const isOdd = !mayFollow(job.kind, last?.status ?? null, word);
  const statuses: JobStatus[] =
    last?.status === word
      ? [...job.statuses.slice(0, -1), { ...last, lastMs: atMs, times: last.times + 1 }]
      : [
          ...job.statuses,
          { atMs, lastMs: atMs, status: word, detail: detail.slice(0, MOST_CHARACTERS), times: 1, isOdd },
        ];
  return { ...job, statuses: statuses.slice(-MOST_STATUSES), ...resultAfter(job, word, { isOdd, atMs }) };
};

type Result = Pick<StationJob, "result" | "endedMs">;

/**
 * An end is an end, whenever it comes: stations leave steps out. What does not follow from an end changes it
 * no more, and neither does a job that another has replaced; a new try that the standard allows does.
 */
const resultAfter = (
  job: StationJob,
  status: string,
  { isOdd, atMs }: { isOdd: boolean; atMs: EpochMs },
): Result => {
  const { result, endedMs } = job;
  const as = (next: StationJob["result"]): Result =>
    next === result ? { result, endedMs } : { result: next, endedMs: next === "running" ? null : atMs };
  if (result === "done" || result === "replaced") return { result, endedMs };
  if (status === IDLE) return as(hasBegun(job) && result === "running" ? "lost" : result);
  const effect = effectOf(job.kind, status);
  if (effect === null || (effect === "running" && isOdd && result !== "lost")) return { result, endedMs };
  return as(effect);
};

const hasBegun = ({ kind, statuses }: StationJob): boolean =>
  statuses.some(({ status }) => effectOf(kind, status) === "running");

type Booted = Extract<StationNews, { kind: "booted" }>;

/** Some stations never say Installed: they start with their new firmware. */
const booted = (jobs: readonly StationJob[], { firmwareVersion, atMs }: Booted): readonly StationJob[] => {
  const index = jobs.findLastIndex(({ kind }) => kind === "firmware");
  const job = jobs[index];
  if (job === undefined || firmwareVersion === null || !isNew(job, firmwareVersion)) return jobs;
  const status = { atMs, lastMs: atMs, status: "Booted", detail: firmwareVersion, times: 1, isOdd: false };
  const statuses = [...job.statuses, status].slice(-MOST_STATUSES);
  return jobs.with(index, { ...job, statuses, result: "done", endedMs: atMs });
};

const isNew = (job: StationJob, version: string): boolean => {
  if (job.result !== "running" && job.result !== "lost") return false;
  if (job.expectedVersion !== null) return version === job.expectedVersion;
  return job.versionBefore !== null && version !== job.versionBefore;
};

const kept = (jobs: readonly StationJob[]): readonly StationJob[] => jobs.slice(-MOST_JOBS);
