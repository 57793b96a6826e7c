import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { AcceptedOutcome, CommandOf, OperatorCommand } from "../../src/domain/command.js";
import type { StationJob } from "../../src/domain/station-file/jobs.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";
import { jobsAt } from "../../src/management/jobs.js";

const update = (over: Partial<CommandOf<"update-firmware">> = {}): OperatorCommand => ({
  kind: "update-firmware",
  location: "https://user:secret@example.org/fw.bin?key=secret",
  fileId: null,
  retrieveMs: null,
  installMs: null,
  signed: null,
  version: null,
  retries: null,
  retryIntervalS: null,
  ...over,
});
const log: OperatorCommand = {
  kind: "get-log",
  logType: "security",
  location: "https://here/files/upload/a-token/x.log",
  fromMs: null,
  toMs: null,
  extended: false,
  retries: null,
  retryIntervalS: null,
};

const at = (atMs: number) => ({ stationId: "CP1", atMs });
const asked = (
  atMs: number,
  command: OperatorCommand,
  requestId: number | null,
  { sentMs = atMs, ...more }: Partial<AcceptedOutcome> & { readonly sentMs?: number } = {},
): StationNews => ({
  ...at(atMs),
  kind: "commanded",
  command,
  sentMs,
  outcome: { status: "accepted", ...(requestId === null ? {} : { requestId }), ...more },
});
const told = (
  atMs: number,
  status: string,
  requestId: number | null = null,
  job: StationJob["kind"] = "firmware",
): StationNews => ({ ...at(atMs), kind: "job-told", job, requestId, status, detail: "" });
const booted = (atMs: number, firmwareVersion: string | null): StationNews => ({
  ...at(atMs),
  kind: "booted",
  vendor: "V",
  model: "M",
  serialNumber: null,
  firmwareVersion,
});

const after = (...news: readonly StationNews[]) => news.reduce(reduceFile, EMPTY_FILE).jobs;
/** `done: Downloading, Installed!`; an odd status has a mark, one told again its count. */
const drawn = (...news: readonly StationNews[]): string[] =>
  after(...news).map(
    ({ result, statuses }) =>
      `${result}: ${statuses.map(({ status, isOdd, times }) => `${status}${isOdd ? "!" : ""}${times > 1 ? `×${times}` : ""}`).join(", ")}`,
  );
const words = (...statuses: readonly string[]) => statuses.map((status, index) => told(index + 2, status));

describe("an update of firmware", () => {
  it("is followed from what was asked to its end", () => {
    const [job] = after(
      booted(0, "1.0"),
      asked(1, update({ version: "2.0", installMs: 9 }), 7),
      told(2, "Downloading", 7),
      told(3, "Downloaded", 7),
      told(4, "Installing", 7),
      told(5, "Installed", 7),
    );
    expect(job).toMatchObject({
      kind: "firmware",
      requestId: 7,
      askedMs: 1,
      what: "2.0",
      location: "https://example.org/fw.bin",
      plannedMs: 9,
      versionBefore: "1.0",
      result: "done",
      endedMs: 5,
    });
    expect(job?.statuses.map(({ status, atMs }) => [status, atMs])).toEqual([
      ["Downloading", 2],
      ["Downloaded", 3],
      ["Installing", 4],
      ["Installed", 5],
    ]);
  });

  it.each([
    [
      ["Downloading", "Downloaded", "SignatureVerified", "InstallScheduled", "Installing"],
      "running: Downloading, Downloaded, SignatureVerified, InstallScheduled, Installing",
    ],
    [["Downloading", "Downloading", "DownloadFailed"], "failed: Downloading×2, DownloadFailed"],
    [["Downloading", "DownloadFailed", "Downloading"], "running: Downloading, DownloadFailed, Downloading"],
    [["Downloaded", "InvalidSignature", "Installing"], "failed: Downloaded, InvalidSignature, Installing!"],
    [["Installed"], "done: Installed"],
    [["Installing", "Installed", "Downloaded"], "done: Installing, Installed, Downloaded!"],
    [["Downloading", "Idle"], "lost: Downloading, Idle"],
    [["Idle"], "running: Idle"],
    [["Downloading", "Idle", "Installed"], "done: Downloading, Idle, Installed"],
    [["Downloading", "Installing", "Downloaded"], "running: Downloading, Installing!, Downloaded!"],
    [["toString"], "running: toString!"],
  ])("%j is %s", (statuses, expected) => {
    expect(drawn(asked(1, update(), null), ...words(...statuses))).toEqual([expected]);
  });

  it.each([
    ["any other version ends it", null, "2.0", "done"],
    ["the same version does not", null, "1.0", "running"],
    ["a boot that tells none does not", null, null, "running"],
    ["the version that is expected ends it", "2.0", "2.0", "done"],
    ["another than the expected one does not", "2.0", "1.9", "running"],
  ])("at a boot: %s", (_, version, firmwareVersion, result) => {
    const job = after(
      booted(0, "1.0"),
      asked(1, update({ version }), 1),
      told(2, "InstallRebooting", 1),
      booted(3, firmwareVersion),
    )[0];
    expect(job?.result).toBe(result);
  });

  it("gives way to a later one of its kind, and is not moved by what comes of that", () => {
    const news = [asked(1, update(), 1), told(2, "Downloading", 1), asked(3, update(), 2), asked(3, log, 3)];
    expect(drawn(...news, told(4, "Installed", 2))).toEqual([
      "replaced: Downloading",
      "done: Installed",
      "running: ",
    ]);
    expect(drawn(...news, told(4, "Installed", 1))[0]).toBe("replaced: Downloading, Installed!");
  });

  it("that nobody here asked for is kept as well, and a new one begins where one was done", () => {
    expect(drawn(told(1, "Idle"))).toEqual([]);
    expect(drawn(told(1, "Downloading", 9))).toEqual(["running: Downloading"]);
    const done = [asked(1, update(), null), told(2, "Installed")];
    expect(drawn(...done, told(2 * MINUTE_MS, "Downloading"))).toEqual([
      "done: Installed",
      "running: Downloading",
    ]);
    expect(drawn(...done, told(3, "Installed"))).toEqual(["done: Installed×2"]);
  });

  it("times out when nothing was told for a day after it was planned, unless something comes", () => {
    const begun = after(asked(1, update({ installMs: DAY_MS }), 1), told(5, "Downloading", 1));
    expect(jobsAt(begun, 2 * DAY_MS)[0]).toMatchObject({ result: "running" });
    expect(jobsAt(begun, 2 * DAY_MS + 1)[0]).toMatchObject({ result: "timed-out", endedMs: 2 * DAY_MS });
    const later = after(asked(1, update(), 1), told(5, "Downloading", 1), told(3 * DAY_MS, "Downloaded", 1));
    expect(jobsAt(later, 3 * DAY_MS)[0]).toMatchObject({ result: "running" });
    expect(drawn(asked(1, update(), 1), asked(2 * DAY_MS, update(), 2))[0]).toBe("timed-out: ");
  });
});

describe("an upload of a log", () => {
  it("has its file's name, and no token of ours", () => {
    const [job] = after(asked(1, log, 3, { fileName: "s.log" }), told(2, "Uploading", 3, "log"));
    expect(job).toMatchObject({
      kind: "log",
      what: "security",
      fileName: "s.log",
      location: "https://here/files/upload/•••/x.log",
    });
    expect(jobsAt([job!], 2 + 6 * HOUR_MS + 1)[0]?.result).toBe("timed-out");
  });

  it.each([
    ["Uploaded", "done"],
    ["UploadFailure", "failed"],
    ["UploadFailed", "failed"],
    ["BadMessage", "failed"],
    ["NotSupportedOperation", "failed"],
    ["PermissionDenied", "failed"],
    ["AcceptedCanceled", "failed"],
  ])("%s: %s", (status, result) => {
    expect(after(asked(1, log, 3), told(2, status, 3, "log"))[0]).toMatchObject({ result, endedMs: 2 });
  });
});

describe("one job, with all its steps, whatever comes first", () => {
  const accepted = (atMs: number, sentMs: number, requestId: number | null = null) =>
    asked(atMs, log, requestId, { sentMs });
  const step = (atMs: number, status: string, requestId: number | null = null) =>
    told(atMs, status, requestId, "log");

  it.each<[string, readonly StationNews[], readonly string[]]>([
    [
      "the answer",
      [accepted(2, 1), step(3, "Uploading"), step(4, "Uploaded")],
      ["2 done: Uploading, Uploaded"],
    ],
    [
      "its first step",
      [step(2, "Uploading"), accepted(3, 1), step(4, "Uploaded")],
      ["3 done: Uploading, Uploaded"],
    ],
    [
      "all its steps",
      [step(2, "Uploading"), step(3, "Uploaded"), accepted(4, 1)],
      ["4 done: Uploading, Uploaded"],
    ],
    [
      "its last step",
      [accepted(2, 1), step(3, "Uploaded"), step(4, "Uploading")],
      ["2 done: Uploaded, Uploading!"],
    ],
    [
      "the request that it names, however early",
      [step(1, "Uploading", 7), accepted(9, 5, 7), step(10, "Uploaded", 7)],
      ["9 done: Uploading, Uploaded"],
    ],
    [
      "a step after another job that was done",
      [accepted(2, 1), step(3, "Uploading"), step(4, "Uploaded"), step(6, "Uploading"), accepted(7, 5)],
      ["2 done: Uploading, Uploaded", "7 running: Uploading"],
    ],
    // Told before it was sent, under another request, or long after the end: of a job that a maker's tool asked for.
    [
      "a step of another",
      [step(2, "Uploading"), accepted(4, 3)],
      ["null replaced: Uploading", "4 running: "],
    ],
    [
      "another request",
      [step(2, "Uploading", 9), accepted(4, 1, 7)],
      ["null replaced: Uploading", "4 running: "],
    ],
    [
      "an end, and long after it a step",
      [accepted(2, 1), step(3, "Uploaded"), step(3 + MINUTE_MS + 1, "Uploading")],
      ["2 done: Uploaded", "null running: Uploading"],
    ],
  ])("%s", (_, news, expected) => {
    const tables = drawn(...news);
    expect(after(...news).map(({ askedMs }, index) => `${askedMs} ${tables[index]}`)).toEqual(expected);
  });
});

const STATUSES = [
  "Idle",
  "Downloading",
  "Downloaded",
  "Installing",
  "Installed",
  "DownloadFailed",
  "Uploading",
  "odd",
];
const newsOf = fc
  .record({
    kind: fc.constantFrom("told", "asked", "booted", "log"),
    status: fc.constantFrom(...STATUSES),
    requestId: fc.option(fc.integer({ min: 1, max: 4 })),
    job: fc.constantFrom<StationJob["kind"]>("firmware", "publish-firmware", "log"),
  })
  .map(({ kind, status, requestId, job }) => (atMs: number): StationNews => {
    if (kind === "told") return told(atMs, status, requestId, job);
    if (kind === "booted") return booted(atMs, status);
    return asked(atMs, kind === "log" ? log : update(), requestId);
  });

law.prop([fc.array(newsOf, { maxLength: 300 })])(
  "whatever a station tells, jobs stay bounded, none of a kind runs beside another asked for, and an end has its time",
  (makers) => {
    const jobs = after(...makers.map((make, index) => make(index + 1)));
    expect(jobs.length).toBeLessThanOrEqual(50);
    for (const job of jobs) {
      expect(job.statuses.length).toBeLessThanOrEqual(40);
      expect(job.endedMs === null).toBe(job.result === "running");
      const times = job.statuses.map(({ atMs }) => atMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    }
    const askedFor = jobs.filter(({ askedMs, result }) => askedMs !== null && result === "running");
    for (const kind of ["firmware", "log"]) {
      const newest = jobs.findLast((job) => job.kind === kind && job.askedMs !== null);
      for (const job of askedFor.filter((each) => each.kind === kind)) expect(job).toBe(newest);
    }
  },
);
