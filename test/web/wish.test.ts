import { test as law, fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/domain/units.js";
import { communityRows, NOW_MS } from "../server/community.js";
import { installMiniDom } from "./mini-dom.js";
import { pageModule } from "./page-modules.js";

installMiniDom();
const { toWallTime, fromWallTime } = await pageModule("zone-time.js");
const { fieldsOf, changeOf } = await pageModule("wish.js");

const ZONES = ["Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/St_Johns", "UTC"];
const zone = fc.constantFrom(...ZONES);
const moment = fc
  .integer({ min: 0, max: 3 * 366 * 24 * 60 })
  .map((minutes) => Date.UTC(2026, 0, 1) + minutes * MINUTE_MS);

describe("the clock of the form is that of the site", () => {
  law.prop([zone, moment])("a wall time read back shows the same wall time", (timeZone, atMs) => {
    const text = toWallTime(atMs, timeZone);
    expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
    expect(toWallTime(fromWallTime(text, timeZone), timeZone)).toBe(text);
  });
  law.prop([fc.constantFrom("Asia/Shanghai", "Asia/Kolkata", "UTC"), moment])(
    "and the same moment, where no clock is ever put back",
    (timeZone, atMs) => {
      expect(fromWallTime(toWallTime(atMs, timeZone), timeZone)).toBe(atMs);
    },
  );
  it.each([
    ["2026-10-25T02:30", "2026-10-25T01:30Z"],
    ["2026-10-25T01:30", "2026-10-24T23:30Z"],
    ["2026-10-25T03:30", "2026-10-25T02:30Z"],
    ["2026-03-29T03:30", "2026-03-29T01:30Z"],
  ])("%s in Berlin is %s, the later where there are two", (text, utc) => {
    expect(fromWallTime(text, "Europe/Berlin")).toBe(Date.parse(utc));
  });
});

describe("what the form sends", () => {
  const row = communityRows().find(({ maxDischargeKw, session }) => maxDischargeKw > 0 && session !== null);
  if (row?.session == null) throw new Error("the community has a bidirectional car");
  const timeZone = "Asia/Shanghai";
  const session = { ...row.session, departureMs: NOW_MS + 12 * HOUR_MS, energyNeedKwh: 1 / 3 };
  const before = fieldsOf({ row: { ...row, session }, timeZone });

  it("is nothing when nothing was changed", () => {
    expect(before).toMatchObject({ departure: "2026-11-24T07:20", amount: "0.3", unit: "kwh" });
    expect(changeOf(before, before, timeZone)).toEqual({});
  });
  it.each([
    [{ departure: "2026-11-24T08:00" }, { departureMs: Date.UTC(2026, 10, 24) }],
    [{ departure: "" }, { departureMs: null }],
    [{ amount: "12.5" }, { energyNeedKwh: 12.5 }],
    [{ amount: "" }, { energyNeedKwh: null }],
    [{ amount: "80", unit: "soc" as const }, { targetSocPercent: 80 }],
    [{ discharge: !before.discharge }, { dischargeAllowed: !before.discharge }],
    [{ reserve: "20" }, { reserveKwh: 20 }],
  ])("%j is %j and nothing else", (change, sent) => {
    expect(changeOf(before, { ...before, ...change }, timeZone)).toEqual(sent);
  });
});
