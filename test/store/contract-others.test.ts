/** What every telemetry and document store obeys; run over the one in memory and the one in SQLite. */
import { assert, asyncProperty, integer, uniqueArray } from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Measurement } from "../../src/domain/site.js";
import { minutes } from "./events.js";
import { kinds, type Parts } from "./kinds.js";

const at = (minute: number, powerKw: number, change: Partial<Measurement> = {}): Measurement => ({
  siteId: "S",
  kind: "site-import",
  atMs: minutes(minute),
  powerKw,
  ...change,
});

describe.each(kinds)("telemetry in $name", ({ open, runs }) => {
  it("gives a window in order of time, led by the last before it, whatever the order of appending", async () => {
    await assert(
      asyncProperty(
        uniqueArray(integer({ min: 0, max: 30 }), { maxLength: 20 }),
        integer({ min: -2, max: 32 }),
        integer({ min: 0, max: 12 }),
        async (times, from, length) => {
          const parts = await open();
          const { telemetry } = parts;
          for (const minute of times) telemetry.append(at(minute, minute / 3));
          telemetry.append(at(from, 1, { siteId: "other" }));
          telemetry.append(at(from, 1, { kind: "pv" }));
          const window = { fromMs: minutes(from), toMs: minutes(from + length) };
          const found = await telemetry.between({ siteId: "S", kind: "site-import", ...window });
          const sorted = times.toSorted((a, b) => a - b);
          const before = sorted.filter((minute) => minute < from).slice(-1);
          const within = sorted.filter((minute) => minute >= from && minute < from + length);
          expect(found).toEqual([...before, ...within].map((minute) => at(minute, minute / 3)));
          await parts.close();
        },
      ),
      { numRuns: runs },
    );
  });

  it("takes the later of two measurements of the same instant", async () => {
    const parts = await open();
    const { telemetry } = parts;
    telemetry.append(at(1, 5));
    telemetry.append(at(1, 6));
    const query = { siteId: "S", kind: "site-import", fromMs: minutes(0), toMs: minutes(9) } as const;
    expect(await telemetry.between(query)).toEqual([at(1, 6)]);
    await parts.close();
  });
});

describe.each(kinds)("documents in $name", ({ open }) => {
  let parts: Parts;
  beforeEach(async () => {
    parts = await open();
  });
  afterEach(() => parts.close());

  it("keeps what was put, in order of creation, and gives null for what is not there", async () => {
    const { documents } = parts;
    await documents.put("programs", "b", { name: "B", targets: ["x"] });
    await documents.put("programs", "a", { name: "A" });
    await documents.put("events", "a", { name: "another collection" });
    await documents.put("programs", "b", { name: "B2" });
    expect(await documents.list("programs")).toEqual([{ name: "B2" }, { name: "A" }]);
    expect(await documents.get("programs", "b")).toEqual({ name: "B2" });
    expect(await documents.get("programs", "c")).toBeNull();
    expect(await documents.list("none")).toEqual([]);
  });

  it("removes once", async () => {
    const { documents } = parts;
    await documents.put("programs", "a", 1);
    expect(await documents.remove("programs", "a")).toBe(true);
    expect(await documents.remove("programs", "a")).toBe(false);
    expect(await documents.list("programs")).toEqual([]);
  });

  it("is not changed through what was put or got", async () => {
    const { documents } = parts;
    const put = { values: [1] };
    await documents.put("c", "a", put);
    put.values.push(2);
    const got: typeof put = JSON.parse(JSON.stringify(await documents.get("c", "a")));
    got.values.push(3);
    expect(await documents.get("c", "a")).toEqual({ values: [1] });
  });
});
