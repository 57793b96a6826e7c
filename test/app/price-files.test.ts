import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openPriceFiles, type WatchedPriceFiles } from "../../src/app/price-files.js";

const LOOK_EVERY_MS = 20;
let folder: string;
let inner: string;
let file: string;
let tables: WatchedPriceFiles;
let changes: number;
let lines: { fields: object; message: string }[];

const day = (pricePerMwh: number): string =>
  `start,price\n2026-01-14T00:00,${pricePerMwh}\n2026-01-14T00:15,${pricePerMwh}\n`;
const firstPrice = (): number | undefined => tables.current()[0]?.points[0]?.pricePerKwh;
const until = async (holds: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 500 && !holds(); tries++)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "youxu-prices-"));
  inner = join(folder, "prices");
  mkdirSync(inner);
  file = join(inner, "spot.csv");
  writeFileSync(file, day(300));
  changes = 0;
  lines = [];
  const note = (fields: object, message: string): void => void lines.push({ fields, message });
  const options = { id: "spot", file, timeZone: "Asia/Shanghai", currency: "CNY", unit: "per-MWh" as const };
  tables = openPriceFiles([options], { info: note, warn: note, error: note }, LOOK_EVERY_MS);
  tables.onChange(() => (changes += 1));
});

afterEach(() => {
  tables.close();
  rmSync(folder, { recursive: true });
});

describe("price tables on disk", () => {
  it("are read again when a file changes", async () => {
    expect(firstPrice()).toBeCloseTo(0.3, 9);
    writeFileSync(file, day(450));
    await until(() => changes > 0);
    expect(firstPrice()).toBeCloseTo(0.45, 9);
  });

  it("stand as they were read last while a file is broken, with a line that says where", async () => {
    writeFileSync(file, "start,price\n2026-01-14T00:00,dear\n");
    await until(() => lines.some(({ message }) => message.includes("cannot be read")));
    expect([firstPrice(), changes]).toEqual([expect.closeTo(0.3, 9), 0]);
    expect(JSON.stringify(lines)).toContain("spot.csv:2");
    rmSync(file);
    writeFileSync(file, day(500));
    await until(() => changes > 0);
    expect(firstPrice()).toBeCloseTo(0.5, 9);
  });

  it.each([
    ["its folder became a file (ENOTDIR)", () => writeFileSync(inner, "x")],
    ["it became a link to itself (ELOOP)", () => (mkdirSync(inner), symlinkSync("spot.csv", file))],
    ["its folder is gone (ENOENT)", () => undefined],
  ])("stand while a file cannot be looked at: %s", async (_why, spoil) => {
    rmSync(inner, { recursive: true });
    spoil();
    await until(() => lines.some(({ message }) => message.includes("cannot be read")));
    expect([firstPrice(), changes]).toEqual([expect.closeTo(0.3, 9), 0]);
    rmSync(inner, { recursive: true, force: true });
    mkdirSync(inner);
    writeFileSync(file, day(500));
    await until(() => changes > 0);
    expect(firstPrice()).toBeCloseTo(0.5, 9);
  });
});
