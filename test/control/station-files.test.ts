import { expect, it } from "vitest";
import type { StationNews } from "../../src/domain/station-news.js";
import { createStationFiles, type KeptStationFiles } from "../../src/control/station-files.js";
import { VirtualClock } from "../../src/ports/clock.js";
import type { Documents } from "../../src/ports/documents.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";

const event = (stationId: string, type: string): StationNews => ({
  stationId,
  atMs: 0,
  kind: "event",
  event: { atMs: 0, stationMs: null, topic: "security", type, detail: "" },
});

const lines: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (_: object, message: string) => void lines.push(message),
};

const opened = (documents: Documents = createMemoryDocuments()) => {
  const clock = new VirtualClock(0);
  return { clock, documents, files: createStationFiles({ documents, clock, log }) };
};
const types = async (files: KeptStationFiles, id: string): Promise<string[]> =>
  (await files.of(id)).events.map(({ type }) => type);

it("what was told is known at once, and after a restart once it is written", async () => {
  const { files, documents } = opened();
  files.tell(event("CP1", "a"));
  files.tell(event("CP1", "b"));
  expect(await types(files, "CP1")).toEqual(["a", "b"]);
  expect(await types(opened(documents).files, "CP1")).toEqual([]);
  await files.flush();
  const later = opened(documents).files;
  later.tell(event("CP1", "c"));
  expect(await types(later, "CP1")).toEqual(["a", "b", "c"]);
  expect(await types(later, "CP2")).toEqual([]);
});

it("a file that cannot be read is told of and begun anew", async () => {
  const documents = createMemoryDocuments();
  await documents.put("station-file", "CP1", { events: "nonsense" });
  const { files } = opened(documents);
  files.tell(event("CP1", "a"));
  expect(await types(files, "CP1")).toEqual(["a"]);
  expect(lines).toContain("a station's file cannot be read");
});

it("what could not be written is tried again until it is, whether or not more is told", async () => {
  const memory = createMemoryDocuments();
  let failures = 2;
  const documents: Documents = {
    ...memory,
    put: async (collection, id, document) => {
      if (id === "CP1" && failures-- > 0) throw new Error("the disk is full");
      await memory.put(collection, id, document);
    },
  };
  const { files, clock } = opened(documents);
  files.tell(event("CP1", "a"));
  files.tell(event("CP2", "a"));
  const kept = async () => types(opened(memory).files, "CP1");
  const until = async (atMs: number): Promise<void> => {
    while (clock.step(atMs)) for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  await until(1_000);
  expect(await types(opened(memory).files, "CP2")).toEqual(["a"]);
  expect(await kept()).toEqual([]);
  await until(11_000);
  expect(await kept()).toEqual([]);
  await until(21_000);
  expect(await kept()).toEqual(["a"]);
  expect(lines.filter((line) => line === "a station's file could not be kept")).toHaveLength(2);
  await files.flush();
  expect(failures).toBe(-1);
});

it("of many stations the files in use are in memory, and none is lost", async () => {
  const memory = createMemoryDocuments();
  let reads = 0;
  const documents = {
    ...memory,
    get: async (collection: string, id: string) => ((reads += 1), memory.get(collection, id)),
  };
  const { files } = opened(documents);
  for (let n = 0; n < 700; n += 1) files.tell(event(`CP${n}`, "a"));
  await files.flush();
  expect(reads).toBe(700);
  for (let n = 0; n < 700; n += 1) files.tell(event(`CP${n}`, "b"));
  await files.flush();
  // Some had to be read again: not all of them were held.
  expect(reads).toBeGreaterThan(700);
  for (const n of [0, 350, 699]) expect(await types(files, `CP${n}`)).toEqual(["a", "b"]);
});
