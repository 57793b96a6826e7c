import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { OperatorCommand } from "../../src/domain/command.js";
import type { ItemResult } from "../../src/domain/commands/monitoring.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";

const at = (atMs: number) => ({ stationId: "CP1", atMs });
const monitor = (id: number, value = 1) => ({
  id,
  name: "A.x",
  type: "Delta",
  value,
  severity: 6,
  inTransaction: false,
});
const told = (atMs: number, requestId: number, ids: readonly number[], more: boolean): StationNews => ({
  ...at(atMs),
  kind: "monitors-told",
  requestId,
  monitors: ids.map((id) => monitor(id)),
  more,
});
const commanded = (
  atMs: number,
  command: OperatorCommand,
  more: { requestId?: number; results?: readonly ItemResult[] } = {},
): StationNews => ({ ...at(atMs), kind: "commanded", command, outcome: { status: "accepted", ...more } });
const asked = (atMs: number, requestId: number, names: readonly string[] = []): StationNews =>
  commanded(atMs, { kind: "report-monitors", criteria: [], names }, { requestId });

const after = (...news: readonly StationNews[]) => news.reduce(reduceFile, EMPTY_FILE);
const ids = (...news: readonly StationNews[]): number[] =>
  after(...news).monitors.monitors.map(({ id }) => id);

describe("what is known of a station's monitors", () => {
  it("is gathered from the parts of a report; what a whole report does not name is there no more", () => {
    const first = [asked(1, 7), told(2, 7, [3, 1], true), told(3, 7, [2], false)];
    expect(ids(...first)).toEqual([1, 2, 3]);
    expect(ids(...first, asked(4, 8), told(5, 8, [2], true))).toEqual([1, 2, 3]);
    expect(ids(...first, asked(4, 8), told(5, 8, [2], true), told(6, 8, [], false))).toEqual([2]);
    expect(ids(...first, asked(4, 8, ["A"]), told(5, 8, [2], false))).toEqual([1, 2, 3]);
  });

  it("takes those that the station took, and lets go of those that it cleared", () => {
    const wanted = {
      name: "A.x",
      type: "upper-threshold",
      value: 5,
      severity: 2,
      inTransaction: true,
      id: null,
    } as const;
    const set = commanded(
      1,
      { kind: "set-monitors", monitors: [wanted, { ...wanted, name: "A.y" }] },
      {
        results: [
          { item: "A.x", id: 9, why: null },
          { item: "A.y", id: null, why: "Rejected" },
        ],
      },
    );
    expect(after(set).monitors.monitors).toEqual([
      { id: 9, name: "A.x", type: "UpperThreshold", value: 5, severity: 2, inTransaction: true, toldMs: 1 },
    ]);
    const cleared = (why: string | null): StationNews =>
      commanded(2, { kind: "clear-monitors", ids: [9] }, { results: [{ item: "9", id: 9, why }] });
    expect(ids(set, cleared("Rejected"))).toEqual([9]);
    expect(ids(set, cleared(null))).toEqual([]);
    expect(after(commanded(3, { kind: "set-monitoring-level", severity: 4 })).monitors.level).toBe(4);
  });

  law.prop([fc.array(fc.array(fc.nat({ max: 2_000 }), { maxLength: 300 }), { maxLength: 10 })])(
    "stays bounded and sorted by id",
    (reports) => {
      const found = ids(...reports.map((each, n) => told(n, 1, each, true)));
      expect(found.length).toBeLessThanOrEqual(500);
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
    },
  );

  it("an alarm without a severity has that of its monitor", () => {
    const alarm = (monitorId: number | null, severity: number | null): StationNews => ({
      ...at(5),
      kind: "event",
      event: {
        atMs: 5,
        stationMs: null,
        topic: "monitor",
        type: "Alerting",
        detail: "",
        alarm: { name: "A.x", value: "1", severity, cleared: false, monitorId, transactionId: null },
      },
    });
    const { events } = after(
      told(1, 1, [3], true),
      alarm(3, null),
      alarm(3, 1),
      alarm(4, null),
      alarm(null, null),
    );
    expect(events.map((event) => event.alarm?.severity)).toEqual([6, 1, null, null]);
  });
});
