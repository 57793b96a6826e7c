import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, it as law } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HOUR_MS } from "../../src/domain/units.js";
import { VirtualClock } from "../../src/ports/clock.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import {
  type ExchangeSettings,
  type OpenFileExchange,
  openFileExchange,
} from "../../src/store/files/exchange.js";

let folder: string;
let clock: VirtualClock;
let exchange: OpenFileExchange;
const documents = createMemoryDocuments();

const open = async (over: Partial<ExchangeSettings> = {}): Promise<OpenFileExchange> =>
  openFileExchange({
    settings: {
      publicUrl: "https://charge.example.org",
      folder,
      mostFileBytes: 1_000,
      mostBytes: 2_500,
      keepMs: 10 * HOUR_MS,
      linkMs: HOUR_MS,
      ...over,
    },
    documents,
    clock,
    log: { error: () => undefined },
  });

const passTo = (atMs: number): void => {
  while (clock.step(atMs));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
  clock = new VirtualClock(0);
  for (const name of ["files", "file-links"])
    for (const each of (await documents.list(name)) as { id?: string; hash?: string }[])
      await documents.remove(name, each.id ?? each.hash ?? "");
  exchange = await open();
});
afterEach(async () => {
  exchange.close();
  await rm(folder, { recursive: true, force: true });
});

const PATH = /^https:\/\/charge\.example\.org\/files\/(?:upload|download)\/([\w-]{43})\/([\w.-]+)$/;
const tokenOf = (url: string): string => PATH.exec(url)?.[1] ?? "";
async function* chunks(...parts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const part of parts) yield Buffer.from(part);
}
async function* broken(): AsyncIterable<Uint8Array> {
  yield Buffer.from("half");
  throw new Error("the line went dead");
}
const textOf = async (content: AsyncIterable<Uint8Array>): Promise<string> => {
  let text = "";
  for await (const chunk of content) text += Buffer.from(chunk).toString("utf8");
  return text;
};
const put = async (text: string, name = "a.log", stationId: string | null = "CP1") => {
  const { url } = await exchange.openUpload(stationId, name);
  return exchange.receive(tokenOf(url), chunks(text));
};

describe("a file of a station", () => {
  it("comes once by its link, is told with its checksums, and is there", async () => {
    const { url, expiresMs } = await exchange.openUpload("CP1", "a.log");
    expect(url).toMatch(PATH);
    expect(expiresMs).toBe(HOUR_MS);
    const file = await exchange.receive(tokenOf(url), chunks("hello ", "there"));
    expect(file).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: "a.log",
      stationId: "CP1",
      bytes: 11,
      sha256: createHash("sha256").update("hello there").digest("hex"),
      md5: createHash("md5").update("hello there").digest("hex"),
      createdMs: 0,
      expiresMs: 10 * HOUR_MS,
    });
    expect(await textOf(exchange.read(file))).toBe("hello there");
    expect(await exchange.list()).toEqual([file]);
    await expect(exchange.receive(tokenOf(url), chunks("again"))).rejects.toMatchObject({
      code: "not-found.file",
    });
  });

  it.each(["CP1", null])("(of %s) is readable for its owner only, also while it comes", async (stationId) => {
    const modes: string[] = [];
    const look = async (): Promise<void> => {
      for (const name of await readdir(folder))
        modes.push(((await stat(join(folder, name))).mode & 0o777).toString(8));
    };
    const { url } = await exchange.openUpload(stationId, "a.bin");
    await exchange.receive(
      tokenOf(url),
      (async function* () {
        yield* chunks("half");
        await look();
        yield* chunks("whole");
      })(),
    );
    await look();
    expect(modes).toEqual(["600", "600"]);
  });

  it("that breaks off leaves nothing, and may come again by the same link", async () => {
    const token = tokenOf((await exchange.openUpload("CP1", "a.log")).url);
    await expect(exchange.receive(token, broken())).rejects.toMatchObject({ code: "file.broken-off" });
    expect(await readdir(folder)).toEqual([]);
    expect(await exchange.receive(token, chunks("whole"))).toMatchObject({ bytes: 5 });
  });

  it("is no larger than one file may be, and than is left of all", async () => {
    await expect(put("x".repeat(1_001))).rejects.toMatchObject({ code: "request.too-large" });
    await put("x".repeat(1_000));
    await put("x".repeat(1_000));
    await expect(put("x".repeat(501))).rejects.toMatchObject({ code: "files.full" });
    expect(await put("x".repeat(500))).toMatchObject({ bytes: 500 });
    expect(await readdir(folder)).toHaveLength(3);
  });

  it("counts what comes beside it", async () => {
    exchange.close();
    exchange = await open({ mostBytes: 15 });
    let finish = (): void => undefined;
    const wait = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const begun = new Promise<void>((resolve) => {
      void (async () => {
        const { url } = await exchange.openUpload("CP1", "slow.log");
        async function* slow(): AsyncIterable<Uint8Array> {
          yield Buffer.from("x".repeat(10));
          resolve();
          await wait;
        }
        first = exchange.receive(tokenOf(url), slow());
      })();
    });
    let first: Promise<unknown> = Promise.resolve();
    await begun;
    await expect(put("x".repeat(6))).rejects.toMatchObject({ code: "files.full" });
    finish();
    expect(await first).toMatchObject({ bytes: 10 });
    expect(await put("x".repeat(5))).toMatchObject({ bytes: 5 });
  });

  it("counts what came and was kept while it comes itself", async () => {
    exchange.close();
    exchange = await open({ mostBytes: 15 });
    const [slow, quick] = [await exchange.openUpload(null, "slow"), await exchange.openUpload(null, "quick")];
    async function* slowly(): AsyncIterable<Uint8Array> {
      yield Buffer.from("x");
      await exchange.receive(tokenOf(quick.url), chunks("x".repeat(10)));
      yield Buffer.from("x".repeat(5));
    }
    await expect(exchange.receive(tokenOf(slow.url), slowly())).rejects.toMatchObject({ code: "files.full" });
    expect((await exchange.list()).map(({ bytes }) => bytes)).toEqual([10]);
  });

  it("that has no bytes counts, too: ten thousand files are kept, also over a restart", async () => {
    const empty = {
      name: "x",
      stationId: null,
      bytes: 0,
      sha256: "",
      md5: "",
      createdMs: 0,
      expiresMs: HOUR_MS,
    };
    const idOf = (n: number): string => n.toString(16).padStart(32, "0");
    for (let n = 0; n < 9_999; n++) await documents.put("files", idOf(n), { ...empty, id: idOf(n) });
    exchange.close();
    exchange = await open();
    await put("");
    await expect(put("")).rejects.toMatchObject({ code: "files.full" });
    await exchange.remove(idOf(0));
    await put("");
  });

  it("does not come twice at once by one link", async () => {
    const token = tokenOf((await exchange.openUpload("CP1", "a.log")).url);
    const both = await Promise.allSettled([
      exchange.receive(token, chunks("one")),
      exchange.receive(token, chunks("two")),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(await exchange.list()).toHaveLength(1);
  });
});

it("links end with their time, and do not open what they were not made for", async () => {
  const upload = tokenOf((await exchange.openUpload("CP1", "a.log")).url);
  const file = await put("image", "fw.bin", null);
  const download = tokenOf((await exchange.openDownload(file.id)).url);
  expect(await exchange.linked(download)).toEqual(file);
  const unknown = { code: "not-found.file" };
  await expect(exchange.linked(upload)).rejects.toMatchObject(unknown);
  await expect(exchange.receive(download, chunks("x"))).rejects.toMatchObject(unknown);
  await expect(exchange.openDownload("nothing")).rejects.toMatchObject(unknown);
  passTo(HOUR_MS);
  await expect(exchange.linked(download)).rejects.toMatchObject(unknown);
  await expect(exchange.receive(upload, chunks("x"))).rejects.toMatchObject(unknown);
});

it("no token stands in the store", async () => {
  const token = tokenOf((await exchange.openUpload("CP1", "a.log")).url);
  expect(JSON.stringify(await documents.list("file-links"))).not.toContain(token);
});

it("what is too old goes, links too", async () => {
  const old = await put("old");
  await exchange.openUpload("CP1", "never.log");
  passTo(5 * HOUR_MS);
  const young = await put("young");
  passTo(10 * HOUR_MS);
  await exchange.sweep();
  expect(await exchange.list()).toEqual([young]);
  expect(await readdir(folder)).toEqual([young.id]);
  expect(await documents.list("file-links")).toEqual([]);
  await expect(exchange.find(old.id)).rejects.toMatchObject({ code: "not-found.file" });
});

it("what a crash left half written goes at the start, and nothing else", async () => {
  const file = await put("whole");
  await writeFile(join(folder, "ffffffffffffffffffffffffffffffff.part"), "half");
  exchange.close();
  exchange = await open();
  expect(await readdir(folder)).toEqual([file.id]);
});

law.prop([fc.string({ maxLength: 100 })], { numRuns: 30 })(
  "no name leaves the folder or breaks a link",
  async (name) => {
    const { url } = await exchange.openUpload("CP1", `../${name}`);
    expect(url).toMatch(PATH);
    expect(PATH.exec(url)?.[2]).not.toMatch(/^\./);
    await documents.remove("file-links", createHash("sha256").update(tokenOf(url)).digest("hex"));
  },
);

it("ten thousand links open at the same time; one that ended or was used makes room", async () => {
  for (let n = 0; n < 9_999; n++) await exchange.openUpload("CP1", "log");
  const last = await exchange.openUpload("CP1", "log");
  await expect(exchange.openUpload("CP1", "log")).rejects.toMatchObject({ code: "files.full" });
  await exchange.receive(tokenOf(last.url), chunks("x"));
  await exchange.openUpload("CP1", "log");
  await expect(exchange.openUpload("CP1", "log")).rejects.toMatchObject({ code: "files.full" });
  exchange.close();
  exchange = await open();
  await expect(exchange.openUpload("CP1", "log")).rejects.toMatchObject({ code: "files.full" });
  passTo(2 * HOUR_MS);
  await exchange.openUpload("CP1", "log");
});
