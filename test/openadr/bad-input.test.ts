import { beforeEach, describe, expect, it } from "vitest";
import { type Harness, limitEvent, postProgram, startVtn } from "./harness.js";

let vtn: Harness;
let programID: string;
beforeEach(async () => {
  vtn = await startVtn();
  programID = await postProgram(vtn);
});

const interval = (change: object) => ({
  intervals: [
    { id: 0, payloads: [{ type: "SIMPLE", values: [1] }] },
    { id: 1, payloads: [], ...change },
  ],
});
const payload = (type: string, ...values: unknown[]) => ({
  intervals: [{ id: 0, payloads: [{ type, values }] }],
});

describe("bad input", () => {
  const first = "intervals[0].payloads[0]";
  it.each<[string, object, { status: number; code: string; place: string }]>([
    [
      "an unknown program",
      { programID: "nobody" },
      { status: 409, code: "event.program-unknown", place: "programID" },
    ],
    [
      "an unknown node",
      { targets: ["feeder-1", "moon"] },
      { status: 400, code: "event.node-unknown", place: "targets[1]" },
    ],
    [
      "a negative limit",
      payload("IMPORT_CAPACITY_LIMIT", -1),
      { status: 400, code: "event.payload", place: `${first}.values[0]` },
    ],
    [
      "a limit that is text",
      payload("IMPORT_CAPACITY_LIMIT", "NaN"),
      { status: 400, code: "event.payload", place: `${first}.values[0]` },
    ],
    [
      "a limit without value",
      payload("IMPORT_CAPACITY_LIMIT"),
      { status: 400, code: "event.payload", place: `${first}.values` },
    ],
    ["level 4", payload("SIMPLE", 4), { status: 400, code: "event.payload", place: `${first}.values[0]` }],
    [
      "level 1.5",
      payload("SIMPLE", 1, 1.5),
      { status: 400, code: "event.payload", place: `${first}.values[1]` },
    ],
    [
      "a price that is text",
      payload("PRICE", "0.3"),
      { status: 400, code: "event.payload", place: `${first}.values[0]` },
    ],
    [
      "a price of null",
      payload("PRICE", null),
      { status: 400, code: "request.invalid", place: `${first}.values[0]` },
    ],
    [
      "an unknown unit",
      {
        ...payload("IMPORT_CAPACITY_LIMIT", 1),
        payloadDescriptors: [{ payloadType: "IMPORT_CAPACITY_LIMIT", units: "KVA" }],
      },
      { status: 400, code: "event.payload", place: "payloadDescriptors[0].units" },
    ],
    [
      "an interval that ends before it begins",
      interval({ intervalPeriod: { duration: "-PT1H" } }),
      { status: 400, code: "event.duration", place: "intervals[1].intervalPeriod.duration" },
    ],
    [
      "no start at all",
      { intervalPeriod: null },
      { status: 400, code: "event.start", place: "intervals[0].intervalPeriod.start" },
    ],
    ["a negative event", { duration: "-PT1H" }, { status: 400, code: "event.duration", place: "duration" }],
    [
      "a start without zone",
      { intervalPeriod: { start: "2026-06-01T07:00:00" } },
      { status: 400, code: "request.invalid", place: "intervalPeriod.start" },
    ],
    [
      "a 30th of February",
      { intervalPeriod: { start: "2026-02-30T10:00:00Z" } },
      { status: 400, code: "request.invalid", place: "intervalPeriod.start" },
    ],
    [
      "a duration in words",
      { duration: "an hour" },
      { status: 400, code: "request.invalid", place: "duration" },
    ],
    [
      "an id that is text",
      interval({ id: "one" }),
      { status: 400, code: "request.invalid", place: "intervals[1].id" },
    ],
    ["no program", { programID: null }, { status: 400, code: "request.invalid", place: "programID" }],
    ["a negative priority", { priority: -1 }, { status: 400, code: "request.invalid", place: "priority" }],
  ])("rejects %s with its place, keeps nothing and logs it", async (_, change, { status, code, place }) => {
    const answer = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
    expect(answer).toMatchObject({
      status,
      body: { status, code, place, detail: expect.stringContaining(place) },
    });
    expect(vtn.vtn.events.recent()).toEqual([]);
    expect(vtn.log.at(-1)).toMatchObject({ level: "warn", fields: { place } });
  });

  it.each<[string, object, string, RegExp]>([
    ["PRICE of -1e308", payload("PRICE", -1e308), `${first}.values[0]`, /PRICE must be .*±1000000 per kWh/],
    [
      "EXPORT_PRICE",
      payload("EXPORT_PRICE", 0.3, 1e7),
      `${first}.values[1]`,
      /EXPORT_PRICE must be .*±1000000 per kWh/,
    ],
    ["limit", payload("IMPORT_CAPACITY_LIMIT", 1e9), `${first}.values[0]`, /from 0 to 1000000 kW/],
    ["setpoint", payload("DISPATCH_SETPOINT", -2e6), `${first}.values[0]`, /±1000000 kW/],
    [
      "limit in its own unit",
      {
        ...payload("IMPORT_CAPACITY_LIMIT", 2e4),
        payloadDescriptors: [{ payloadType: "IMPORT_CAPACITY_LIMIT", units: "MW" }],
      },
      `${first}.values[0]`,
      /from 0 to 1000000 kW, not 20000/,
    ],
  ])("refuses a %s beyond the bound, naming place and bound", async (...[, change, place, message]) => {
    const answer = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "event.payload", place, detail: expect.stringMatching(message) },
    });
    expect(vtn.vtn.events.recent()).toEqual([]);
  });

  it("takes infinity for what it is", async () => {
    const body = JSON.stringify(limitEvent(programID)).replace("[40]", "[1e999]");
    expect(await vtn.call("POST", "/events", { body })).toMatchObject({
      status: 400,
      body: { place: "intervals[0].payloads[0].values[0]" },
    });
  });

  it.each([
    ["broken JSON", "{", 400],
    ["nothing", "", 400],
    ["a list", "[]", 400],
    ["text", '"x"', 400],
    ["a deep nest", "[".repeat(50_000) + "]".repeat(50_000), 400],
    ["a poisoned prototype", '{"__proto__": {"a": 1}}', 400],
  ])("answers %s with a problem", async (_, body, status) => {
    const answer = await vtn.call("POST", "/programs", { body });
    expect(answer).toMatchObject({ status, body: { status } });
  });

  it("does not let a bad change harm the event there is", async () => {
    const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID) });
    const before = vtn.vtn.events.recent();
    await vtn.call("PUT", `/events/${body.id}`, { body: limitEvent(programID, { targets: ["moon"] }) });
    expect(vtn.vtn.events.recent()).toEqual(before);
    expect((await vtn.call("GET", `/events/${body.id}`)).body).toEqual(body);
  });

  it("answers 409 to a second program of one name", async () => {
    expect(await vtn.call("POST", "/programs", { body: { programName: "peak shaving" } })).toMatchObject({
      status: 409,
      body: { code: "program.exists" },
    });
    const again = { body: { programName: "peak shaving", targets: ["x"] } };
    expect((await vtn.call("PUT", `/programs/${programID}`, again)).status).toBe(200);
  });

  it.each(["/events/none", "/programs/none", "/nothing", "/events/none/more"])(
    "answers 404 to GET %s",
    async (path) => {
      expect(await vtn.call("GET", path)).toMatchObject({ status: 404, body: { status: 404 } });
    },
  );

  it("names each occurrence by an absolute URI of its own, which the log has too", async () => {
    const seen = new Set<unknown>();
    for (let count = 0; count < 3; count++) {
      const { body } = await vtn.call("GET", "/events/none");
      expect(body).toMatchObject({ instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/) });
      const { instance } = body as unknown as { instance: string };
      expect(vtn.log.at(-1)).toMatchObject({ fields: { instance } });
      seen.add(instance);
    }
    expect(seen.size).toBe(3);
  });

  it("sends problems as plain JSON, as problem+json where that is asked for", async () => {
    const plain = await vtn.call("GET", "/events/none");
    const asked = await vtn.call("GET", "/events/none", { headers: { accept: "application/problem+json" } });
    expect(plain.type).toMatch(/^application\/json/);
    expect(asked.type).toMatch(/^application\/problem\+json/);
    expect({ ...asked.body, instance: null }).toEqual({ ...plain.body, instance: null });
  });
});
