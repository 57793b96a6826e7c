/** A misspelt field or payload type would make an event wider or empty: it is refused with what was meant. */
import * as fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { nearMisses } from "../../src/openadr/wire/near-miss.js";
import { PAYLOAD_TYPES } from "../../src/openadr/wire/payload-types.js";
import { eventRequest, programRequest } from "../../src/openadr/wire/objects.js";
import { DAY_MS } from "../../src/domain/units.js";
import { type Harness, limitEvent, NOW, postProgram, startVtn } from "./harness.js";

let vtn: Harness;
let programID: string;
beforeEach(async () => {
  vtn = await startVtn();
  programID = await postProgram(vtn);
});

const cap = { type: "IMPORT_CAPACITY_LIMIT", values: [40] };
const period = { start: "0001-01-01", duration: "PT1H", randomizeStart: "PT1M" };
/** An event with every field of the description. */
const whole = {
  programID: "p",
  eventName: "e",
  duration: "PT1H",
  priority: 0,
  targets: ["feeder-1"],
  reportDescriptors: [
    {
      payloadType: "USAGE",
      readingType: "DIRECT_READ",
      units: "KWH",
      targets: [],
      aggregate: false,
      startInterval: -1,
      numIntervals: -1,
      historical: true,
      frequency: -1,
      repeat: 1,
      reportIntervals: "INTERVALS",
    },
  ],
  payloadDescriptors: [
    { objectType: "EVENT_PAYLOAD_DESCRIPTOR", payloadType: "PRICE", units: "KWH", currency: "CNY" },
  ],
  intervalPeriod: period,
  intervals: [
    { id: 0, intervalPeriod: period, payloads: [cap, { type: "CURVE", values: [{ x: 1, y: 2 }] }] },
  ],
};

type Json = Readonly<Record<string, unknown>>;

/** Every object of a body with the path to it and the keys it has. */
const objectsOf = (
  value: unknown,
  path: readonly (string | number)[] = [],
): [(string | number)[], string[]][] => {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => objectsOf(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, item]) => objectsOf(item, [...path, key]));
  return [[[...path], Object.keys(value)], ...inner];
};

/** The body with one field of one object renamed. */
const renamed = (
  value: unknown,
  [step, ...path]: readonly (string | number)[],
  [from, to]: [string, string],
): unknown => {
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? renamed(item, path, [from, to]) : item));
  const entries = Object.entries(value as Json);
  return Object.fromEntries(
    step === undefined
      ? entries.map(([key, item]) => [key === from ? to : key, item])
      : entries.map(([key, item]) => [key, key === step ? renamed(item, path, [from, to]) : item]),
  );
};

const capitalised = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
const plural = (key: string): string => (key.endsWith("s") ? key.slice(0, -1) : `${key}s`);
const swapped = (key: string): string => key.slice(0, -2) + key.slice(-1) + key.slice(-2, -1);

it("misses no field in another case, number or order of letters, wherever it stands", () => {
  const places = objectsOf(whole).flatMap(([path, keys]) => keys.map((key) => ({ path, key })));
  expect(places.length).toBeGreaterThan(30);
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      fc.constantFrom(capitalised, plural, swapped),
      ({ path, key }, misspell) => {
        const wrong = misspell(key);
        fc.pre(key.length > 2 && wrong !== key);
        const misses = nearMisses(eventRequest, renamed(whole, path, [key, wrong]));
        expect(misses).toEqual([{ path: [...path, wrong], message: `unknown field; did you mean ${key}?` }]);
      },
    ),
    { numRuns: 300 },
  );
});

it("takes the description's own fields and those of version 3.0 for no mistake", () => {
  expect(
    nearMisses(eventRequest, {
      ...whole,
      id: "e",
      objectType: "EVENT",
      createdDateTime: "",
      modificationDateTime: "",
    }),
  ).toEqual([]);
  const older = {
    programName: "p",
    programLongName: "",
    retailerName: "",
    retailerLongName: "",
    programType: "",
    country: "",
    principalSubdivision: "",
    timeZoneOffset: "",
    bindingEvents: false,
    localPrice: false,
    payloadDescriptors: whole.reportDescriptors.map(() => ({
      objectType: "REPORT_PAYLOAD_DESCRIPTOR",
      payloadType: "USAGE",
      accuracy: 1,
    })),
  };
  expect(nearMisses(programRequest, older)).toEqual([]);
});

describe("the VTN", () => {
  it.each<[string, object, string, RegExp]>([
    [
      "a duration in another case, which would leave the cap without end",
      { intervalPeriod: { start: "0001-01-01", Duration: "PT1H" } },
      "intervalPeriod.Duration",
      /did you mean duration\?/,
    ],
    ["one target, which would mean every site", { target: ["feeder-1"] }, "target", /did you mean targets\?/],
    [
      "a value",
      { intervals: [{ id: 0, payloads: [{ type: "SIMPLE", value: [1] }] }] },
      "intervals[0].payloads[0].value",
      /mean values/,
    ],
    [
      "a payload type",
      { intervals: [{ id: 0, payloads: [cap, { type: "IMPORT_CAPACITY_LIMT", values: [40] }] }] },
      "intervals[0].payloads[1].type",
      /IMPORT_CAPACITY_LIMT; did you mean IMPORT_CAPACITY_LIMIT\?/,
    ],
    [
      "a descriptor's type, whose unit would be missed",
      { payloadDescriptors: [{ payloadType: "import_capacity_limit", units: "W" }] },
      "payloadDescriptors[0].payloadType",
      /did you mean IMPORT_CAPACITY_LIMIT\?/,
    ],
  ])("refuses misspelt %s", async (_, change, place, says) => {
    const answer = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
    expect(answer).toMatchObject({ status: 400, body: { place, detail: expect.stringMatching(says) } });
    expect(vtn.vtn.events.recent()).toEqual([]);
  });

  it("refuses a misspelt filter and a program's misspelt descriptor", async () => {
    expect(await vtn.call("GET", `/events?programId=${programID}`)).toMatchObject({
      status: 400,
      body: { place: "programId", detail: expect.stringMatching(/programID/) },
    });
    const payloadDescriptors = [{ payloadType: "PRICES", units: "MWH" }];
    expect(
      await vtn.call("POST", "/programs", { body: { programName: "x", payloadDescriptors } }),
    ).toMatchObject({
      status: 400,
      body: { place: "payloadDescriptors[0].payloadType" },
    });
  });

  it("takes every type of the enumeration, and fields and types that are like none", async () => {
    const payloads = [...PAYLOAD_TYPES, "GREEN", "x-depot-shift"]
      .filter((type) => !/LIMIT|PRICE$|SIMPLE|DISPATCH_SETPOINT$/.test(type))
      .map((type) => ({ type, values: [1] }));
    const body = limitEvent(programID, {
      intervals: [{ id: 0, payloads, colour: 1 }],
      vendorNote: "x",
      z: 1,
    });
    expect((await vtn.call("POST", "/events", { body })).status).toBe(201);
  });

  it("lists an event that was over when it was posted, however long, and logs that it has no effect", async () => {
    const start = new Date(NOW - 30 * DAY_MS).toISOString();
    const body = limitEvent(programID, { intervalPeriod: { start, duration: "PT1H" } });
    expect((await vtn.call("POST", "/events", { body })).status).toBe(201);
    expect(vtn.vtn.events.recent()).toHaveLength(1);
    expect(vtn.log.at(-1)).toMatchObject({ level: "warn", message: expect.stringMatching(/without effect/) });
  });
});
