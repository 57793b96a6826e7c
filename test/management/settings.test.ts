import { fc, it as law } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { StationNews } from "../../src/domain/station-news.js";
import { EMPTY_FILE, reduceFile } from "../../src/management/file.js";

const at = (atMs: number) => ({ stationId: "CP1", atMs });

const setting = (name: string, value: string | null) => ({
  name,
  value,
  readOnly: false,
  unit: null,
  dataType: null,
  values: null,
});

const told = (
  atMs: number,
  requestId: number,
  values: Record<string, string>,
  more: boolean,
): StationNews => ({
  ...at(atMs),
  kind: "settings-told",
  requestId,
  settings: Object.entries(values).map(([name, value]) => setting(name, value)),
  more,
});

const asked = (atMs: number, requestId: number): StationNews => ({
  ...at(atMs),
  kind: "commanded",
  command: { kind: "report-settings", inventory: "full" },
  outcome: { status: "accepted", requestId },
});

const after = (...news: readonly StationNews[]) => news.reduce(reduceFile, EMPTY_FILE).settings;
const table = (...news: readonly StationNews[]) =>
  after(...news).settings.map(({ name, value, toldMs }) => `${name} = ${value} @${toldMs}`);

describe("what is known of a station's settings", () => {
  it("is gathered from the parts of a report, which is complete with the last of them", () => {
    const begun = [asked(1, 7), told(2, 7, { "B.y": "2" }, true)];
    expect(after(...begun).report).toEqual({ requestId: 7, askedMs: 1, completeMs: null });
    const whole = [...begun, told(3, 7, { "A.x": "1" }, false)];
    expect(after(...whole).report).toEqual({ requestId: 7, askedMs: 1, completeMs: 3 });
    expect(table(...whole)).toEqual(["A.x = 1 @3", "B.y = 2 @2"]);
  });

  it("an older report's last part does not complete a newer one", () => {
    expect(after(asked(1, 7), asked(2, 8), told(3, 7, {}, false)).report).toMatchObject({
      requestId: 8,
      completeMs: null,
    });
  });

  it("takes what an operator read and wrote, and keeps nothing that does not exist", () => {
    const read: StationNews = {
      ...at(5),
      kind: "commanded",
      command: { kind: "read-settings", names: ["a", "nothing"] },
      outcome: {
        status: "accepted",
        settings: [
          { name: "a", value: "1", readOnly: true, why: null },
          { name: "nothing", value: null, readOnly: null, why: "UnknownKey" },
        ],
      },
    };
    const written: StationNews = {
      ...at(6),
      kind: "commanded",
      command: { kind: "write-setting", name: "b", value: "2" },
      outcome: { status: "accepted" },
    };
    expect(table(read, written)).toEqual(["a = 1 @5", "b = 2 @6"]);
  });

  it("takes of several that were written those that were taken, and what monitors told", () => {
    const several: StationNews = {
      ...at(6),
      kind: "commanded",
      command: {
        kind: "write-settings",
        settings: [
          { name: "a", value: "1" },
          { name: "b", value: "2" },
        ],
      },
      outcome: {
        status: "accepted",
        results: [
          { item: "b", id: null, why: null },
          { item: "a", id: null, why: "Rejected" },
        ],
      },
    };
    const values: StationNews = { ...at(7), kind: "values-told", values: [{ name: "c", value: "3" }] };
    expect(table(several, values)).toEqual(["b = 2 @6", "c = 3 @7"]);
  });

  it.each([
    "AuthorizationKey",
    "SecurityCtrlr.BasicAuthPassword",
    "SecurityCtrlr.BasicAuthPassword (Target)",
    "authorizationkey",
    "SecurityCtrlr[a.b]@1/2.basicAuthPassword[c.d]",
    "NetworkConfiguration[1].BasicAuthPassword (MaxSet)",
    "NetworkConfiguration[1].ApnPassword",
    "NetworkConfiguration[1].VpnKey",
    "NetworkConfiguration[1].ApnSimPin",
  ])("keeps no password: %s", (name) => {
    const written: StationNews = {
      ...at(6),
      kind: "commanded",
      command: { kind: "write-setting", name, value: "secret" },
      outcome: { status: "accepted" },
    };
    expect(table(written, told(7, 1, { [name]: "secret" }, true))).toEqual([`${name} = null @7`]);
  });

  law.prop([
    fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.string({ maxLength: 3_000 })), {
      maxLength: 40,
    }),
  ])("stays bounded and sorted, and the newest value of a name counts", (values) => {
    const news = values.map(([name, value], atMs) => told(atMs, 1, { [`A.${name}`]: value }, true));
    const { settings } = after(...news);
    const names = settings.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    const newest = new Map(values.map(([name, value]) => [`A.${name}`, value.slice(0, 2_500)]));
    expect(new Map(settings.map(({ name, value }) => [name, value]))).toEqual(newest);
  });

  it("ends at two thousand names", () => {
    const names = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`A.${n}`, "x"]));
    expect(after(told(1, 1, names, false)).settings).toHaveLength(2_000);
  });
});

it("events are the newest two hundred", () => {
  const news = Array.from(
    { length: 250 },
    (_, n): StationNews => ({
      ...at(n),
      kind: "event",
      event: { atMs: n, stationMs: null, topic: "security", type: `t${n}`, detail: "" },
    }),
  );
  const { events } = news.reduce(reduceFile, EMPTY_FILE);
  expect([events.length, events[0]?.type, events.at(-1)?.type]).toEqual([200, "t50", "t249"]);
});
