import { describe, expect, it } from "vitest";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";
import { needsReport } from "../../src/management/identity.js";

const words = { vendor: "V", model: "M", serialNumber: "S", firmwareVersion: "1.0" };
const more = { iccid: null, imsi: null, meterType: null, meterSerialNumber: null, bootReason: "PowerUp" };
type Change = Partial<typeof words> & { imsi?: string };
const boot = (atMs: number, { imsi, ...change }: Change = {}): StationNews => ({
  stationId: "CP1",
  atMs,
  kind: "booted",
  ...words,
  ...change,
  more: { ...more, imsi: imsi ?? null },
});
const asked = (atMs: number): StationNews => ({
  stationId: "CP1",
  atMs,
  kind: "commanded",
  command: { kind: "report-settings", inventory: "full" },
  outcome: { status: "accepted", requestId: 1 },
});
const told = (atMs: number): StationNews => ({
  stationId: "CP1",
  atMs,
  kind: "settings-told",
  requestId: 1,
  settings: [],
  more: false,
});
const after = (...news: readonly StationNews[]) => news.reduce(reduceFile, EMPTY_FILE);

describe("what a station says that it is", () => {
  it("is as of its last boot, and tells when it last became another", () => {
    const again = after(boot(1), boot(5, { imsi: "89" }));
    expect(again.identity).toEqual({
      ...words,
      ...more,
      imsi: "89",
      bootedMs: 5,
      changedMs: 1,
    });
    expect(after(boot(1), boot(5, { firmwareVersion: "1.1" })).identity.changedMs).toBe(5);
  });

  it.each([
    ["that told nothing yet", [], true],
    ["that booted", [boot(1)], true],
    ["whose report is not complete", [boot(1), asked(2)], true],
    ["that told all", [boot(1), asked(2), told(3)], false],
    ["that told all and booted again", [boot(1), asked(2), told(3), boot(4)], false],
    ["that never booted but told all", [asked(2), told(3)], false],
    ["that has a new firmware", [boot(1), asked(2), told(3), boot(4, { firmwareVersion: "1.1" })], true],
    ["that was replaced", [boot(1), asked(2), told(3), boot(4, { model: "N" })], true],
    ["with a new SIM card", [boot(1), asked(2), told(3), boot(4, { imsi: "1" })], false],
  ])("a station %s is to be asked for its settings: %#", (_name, news, needed) => {
    expect(needsReport(after(...news))).toBe(needed);
  });
});
