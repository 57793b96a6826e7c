import { beforeEach, describe, expect, it } from "vitest";
import { type Harness, limitEvent, MINUTE_MS, NOW, postProgram, startVtn } from "./harness.js";

let vtn: Harness;
let programID: string;
beforeEach(async () => {
  vtn = await startVtn();
  programID = await postProgram(vtn);
});

describe("programs and events", () => {
  it("gives a posted object its id, times and type, and reads it back", async () => {
    const posted = await vtn.call("POST", "/events", { body: limitEvent(programID) });
    expect(posted).toMatchObject({
      status: 201,
      body: {
        id: expect.stringMatching(/^[a-zA-Z0-9_-]+$/),
        objectType: "EVENT",
        createdDateTime: new Date(NOW).toISOString(),
        modificationDateTime: new Date(NOW).toISOString(),
        programID,
        targets: [],
      },
    });
    expect((await vtn.call("GET", `/events/${posted.body.id}`)).body).toEqual(posted.body);
    expect((await vtn.call("GET", "/events")).body).toEqual([posted.body]);
    expect((await vtn.call("GET", `/programs/${programID}`)).body).toMatchObject({
      objectType: "PROGRAM",
      targets: [],
    });
  });

  it("lays a posted event out for the control loop and tells it of every change", async () => {
    const told: string[] = [];
    vtn.vtn.events.onChange((id) => told.push(id));
    const { body } = await vtn.call("POST", "/events", {
      body: limitEvent(programID, { targets: ["transformer-1"], priority: 1, eventName: "peak" }),
    });
    expect(vtn.vtn.events.current()).toEqual([
      {
        id: body.id,
        programId: programID,
        name: "peak",
        priority: 1,
        modifiedMs: NOW,
        nodeIds: ["transformer-1"],
        intervals: [
          {
            id: 0,
            startMs: NOW,
            endMs: NOW + 60 * MINUTE_MS,
            payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [40] }],
          },
        ],
      },
    ]);
    expect(vtn.vtn.events.find(body.id)).toEqual(vtn.vtn.events.current()[0]);
    await vtn.call("PUT", `/events/${body.id}`, { body: limitEvent(programID) });
    await vtn.call("DELETE", `/events/${body.id}`);
    expect(told).toEqual([body.id, body.id, body.id]);
    expect(vtn.vtn.events.current()).toEqual([]);
    expect(vtn.vtn.events.find(body.id)).toBeNull();
  });

  it("replaces with PUT, keeping id and creation", async () => {
    const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID, { eventName: "old" }) });
    vtn.clock.step(NOW + MINUTE_MS);
    const put = await vtn.call("PUT", `/events/${body.id}`, {
      body: { ...body, eventName: null, priority: 3 },
    });
    const { eventName: _, ...kept } = body;
    expect(put.body).toEqual({
      ...kept,
      priority: 3,
      modificationDateTime: new Date(NOW + MINUTE_MS).toISOString(),
    });
    expect(vtn.vtn.events.current()[0]?.intervals[0]?.startMs).toBe(NOW + MINUTE_MS);
  });

  it("forgets an event for the loop when it is over, and still finds it for its result", async () => {
    const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID) });
    vtn.clock.step(NOW + 60 * MINUTE_MS);
    expect(vtn.vtn.events.current()).toEqual([]);
    expect(vtn.vtn.events.find(body.id)?.intervals).toHaveLength(1);
  });

  it("deletes a program with its events", async () => {
    const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID) });
    expect((await vtn.call("DELETE", `/programs/${programID}`)).status).toBe(200);
    expect((await vtn.call("GET", `/programs/${programID}`)).status).toBe(404);
    expect((await vtn.call("GET", `/events/${body.id}`)).status).toBe(404);
    expect(vtn.vtn.events.current()).toEqual([]);
  });

  it("comes back from a restart with the same timelines, random starts included", async () => {
    const draws = [0.9, 0.2];
    const before = await startVtn({ random: () => draws.shift() ?? 0 });
    const id = await postProgram(before);
    const period = { start: "0001-01-01", duration: "PT1H", randomizeStart: "PT10M" };
    await before.call("POST", "/events", { body: limitEvent(id, { intervalPeriod: period }) });
    before.clock.step(NOW + 5 * MINUTE_MS);
    const after = await startVtn({ documents: before.documents, clock: before.clock, random: () => 0 });
    expect(after.vtn.events.current()).toEqual(before.vtn.events.current());
    expect(after.vtn.events.current()[0]?.intervals[0]?.startMs).toBe(NOW + 8 * MINUTE_MS);
    expect((await after.call("GET", "/programs")).body).toEqual((await before.call("GET", "/programs")).body);
  });

  it("does not start badly because of a stored event that it cannot read", async () => {
    await vtn.documents.put("openadr-events", "broken", { object: {} });
    const again = await startVtn({ documents: vtn.documents });
    expect(again.log).toMatchObject([{ level: "error" }]);
    expect((await again.call("GET", "/events")).body).toEqual([]);
  });

  it("goes on with a loop that never ends, long after what was laid out first", async () => {
    await vtn.call("POST", "/events", { body: limitEvent(programID, { duration: "P9999Y" }) });
    for (const days of [1, 30, 100, 400]) {
      const now = NOW + days * 24 * 60 * MINUTE_MS + MINUTE_MS;
      vtn.clock.step(now);
      const intervals = vtn.vtn.events.current()[0]?.intervals ?? [];
      expect(intervals.some(({ startMs, endMs }) => startMs <= now && now < (endMs ?? 0))).toBe(true);
      expect(intervals.length).toBeLessThanOrEqual(10_000);
    }
  });
});

describe("lists", () => {
  const ids = (answer: { body: { id: string }[] }) => answer.body.map(({ id }) => id);

  it("filters by program, targets and activity, all of them together", async () => {
    const other = await postProgram(vtn, "other");
    const post = async (program: string, change: object) =>
      (await vtn.call("POST", "/events", { body: limitEvent(program, change) })).body.id;
    const past = { start: "2026-06-01T07:00:00Z", duration: "PT1H" };
    const a = await post(programID, { targets: ["feeder-1", "transformer-1"] });
    const b = await post(programID, { targets: ["transformer-2"], intervalPeriod: past });
    const c = await post(other, { targets: ["transformer-2"] });
    const table: [string, string[]][] = [
      ["", [a, b, c]],
      [`?programID=${programID}`, [a, b]],
      ["?targets=transformer-2", [b, c]],
      ["?targets=transformer-1&targets=transformer-2", [a, b, c]],
      ["?active=true", [a, c]],
      ["?active=false", [a, b, c]],
      [`?active=true&targets=transformer-2&programID=${programID}`, []],
      [`?active=true&targets=transformer-2&programID=${other}`, [c]],
      ["?skip=1&limit=1", [b]],
      ["?skip=5", []],
      ["?limit=0", []],
    ];
    for (const [query, expected] of table)
      expect(ids(await vtn.call("GET", `/events${query}`)), query).toEqual(expected);
  });

  it("gives at most fifty at once", async () => {
    for (let count = 0; count < 60; count++) await postProgram(vtn, `program ${count}`);
    expect((await vtn.call("GET", "/programs")).body).toHaveLength(50);
    expect((await vtn.call("GET", "/programs?skip=50")).body).toHaveLength(11);
  });

  it.each([
    "skip=-1",
    "limit=-1",
    "limit=51",
    "skip=1.5",
    "skip=x",
    "skip=1&skip=2",
    "active=maybe",
    "programID=a%20b",
  ])("answers 400 to ?%s", async (query) => {
    const place = query.split("=")[0];
    expect(await vtn.call("GET", `/events?${query}`)).toMatchObject({ status: 400, body: { place } });
  });
});

describe("bad input", () => {
  const interval = (change: object) => ({
    intervals: [
      { id: 0, payloads: [{ type: "SIMPLE", values: [1] }] },
      { id: 1, payloads: [], ...change },
    ],
  });
  const payload = (type: string, ...values: unknown[]) => ({
    intervals: [{ id: 0, payloads: [{ type, values }] }],
  });
  const first = "intervals[0].payloads[0]";
  it.each<[string, object, number, string, string]>([
    ["an unknown program", { programID: "nobody" }, 409, "event.program-unknown", "programID"],
    ["an unknown node", { targets: ["feeder-1", "moon"] }, 400, "event.node-unknown", "targets[1]"],
    ["a negative limit", payload("IMPORT_CAPACITY_LIMIT", -1), 400, "event.payload", `${first}.values[0]`],
    [
      "a limit that is text",
      payload("IMPORT_CAPACITY_LIMIT", "NaN"),
      400,
      "event.payload",
      `${first}.values[0]`,
    ],
    ["a limit without value", payload("IMPORT_CAPACITY_LIMIT"), 400, "event.payload", `${first}.values`],
    ["level 4", payload("SIMPLE", 4), 400, "event.payload", `${first}.values[0]`],
    ["level 1.5", payload("SIMPLE", 1, 1.5), 400, "event.payload", `${first}.values[1]`],
    ["a price that is text", payload("PRICE", "0.3"), 400, "event.payload", `${first}.values[0]`],
    ["a price of null", payload("PRICE", null), 400, "request.invalid", `${first}.values[0]`],
    [
      "an unknown unit",
      {
        ...payload("IMPORT_CAPACITY_LIMIT", 1),
        payloadDescriptors: [{ payloadType: "IMPORT_CAPACITY_LIMIT", units: "KVA" }],
      },
      400,
      "event.payload",
      "payloadDescriptors[0].units",
    ],
    [
      "an interval that ends before it begins",
      interval({ intervalPeriod: { duration: "-PT1H" } }),
      400,
      "event.interval",
      "intervals[1].intervalPeriod.duration",
    ],
    [
      "an interval without length",
      interval({ intervalPeriod: { duration: "PT0S" } }),
      400,
      "event.interval",
      "intervals[1].intervalPeriod.duration",
    ],
    ["no start at all", { intervalPeriod: null }, 400, "event.interval", "intervals[0].intervalPeriod.start"],
    ["a negative event", { duration: "-PT1H" }, 400, "event.interval", "duration"],
    [
      "a start without zone",
      { intervalPeriod: { start: "2026-06-01T07:00:00" } },
      400,
      "request.invalid",
      "intervalPeriod.start",
    ],
    ["a duration in words", { duration: "an hour" }, 400, "request.invalid", "duration"],
    ["an id that is text", interval({ id: "one" }), 400, "request.invalid", "intervals[1].id"],
    ["no program", { programID: null }, 400, "request.invalid", "programID"],
    ["a negative priority", { priority: -1 }, 400, "request.invalid", "priority"],
  ])("rejects %s with its place, keeps nothing and logs it", async (_, change, status, code, place) => {
    const answer = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
    expect(answer).toMatchObject({
      status,
      body: { status, code, place, detail: expect.stringContaining(place) },
    });
    expect(vtn.vtn.events.current()).toEqual([]);
    expect(vtn.log.at(-1)).toMatchObject({ level: "warn", fields: { place } });
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
    const before = vtn.vtn.events.current();
    await vtn.call("PUT", `/events/${body.id}`, { body: limitEvent(programID, { targets: ["moon"] }) });
    expect(vtn.vtn.events.current()).toEqual(before);
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

  it("sends problems as plain JSON, as problem+json where that is asked for", async () => {
    const plain = await vtn.call("GET", "/events/none");
    const asked = await vtn.call("GET", "/events/none", { headers: { accept: "application/problem+json" } });
    expect(plain.type).toMatch(/^application\/json/);
    expect(asked.type).toMatch(/^application\/problem\+json/);
    expect(asked.body).toEqual(plain.body);
  });
});

describe("what is accepted though odd", () => {
  it("null for optional objects", async () => {
    const nulls = {
      eventName: null,
      duration: null,
      priority: null,
      targets: null,
      reportDescriptors: null,
      payloadDescriptors: null,
    };
    const { status, body } = await vtn.call("POST", "/events", { body: limitEvent(programID, nulls) });
    expect(status).toBe(201);
    expect(body.targets).toEqual([]);
  });

  it("private payload types, curves, many prices, negative prices and setpoints", async () => {
    const payloads = [
      { type: "X-OURS", values: ["a", true, 1] },
      { type: "CURVE", values: [{ x: 1, y: 2 }] },
      { type: "PRICE", values: [0.3, -0.08] },
      { type: "DISPATCH_SETPOINT", values: [-20] },
    ];
    const change = { intervals: [{ id: 0, payloads }] };
    const { status, body } = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
    expect(status).toBe(201);
    expect(body.intervals[0].payloads).toEqual(payloads);
    const [first, second] = vtn.vtn.events.current()[0]?.intervals ?? [];
    expect(first?.payloads).toContainEqual({ type: "PRICE", values: [0.3] });
    expect(second?.payloads).toContainEqual({ type: "PRICE", values: [-0.08] });
    expect(second?.payloads).toContainEqual({ type: "DISPATCH_SETPOINT", values: [-20] });
  });

  it.each([
    ["the event's", "MW", undefined, 0.04],
    ["the program's", undefined, "W", 40_000],
    ["the event's over the program's", "KW", "W", 40],
  ])("gives a limit in kW by %s unit", async (_, own, programs, posted) => {
    const describe_ = (units: string | undefined) =>
      units === undefined
        ? null
        : [{ objectType: "EVENT_PAYLOAD_DESCRIPTOR", payloadType: "IMPORT_CAPACITY_LIMIT", units }];
    const program = { programName: "in units", payloadDescriptors: describe_(programs) };
    const { id } = (await vtn.call("POST", "/programs", { body: program })).body;
    const change = {
      payloadDescriptors: describe_(own),
      intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [posted] }] }],
    };
    await vtn.call("POST", "/events", { body: limitEvent(id, change) });
    expect(vtn.vtn.events.current()[0]?.intervals[0]?.payloads[0]?.values).toEqual([40]);
  });

  it("an event without intervals: kept, without effect", async () => {
    const { status, body } = await vtn.call("POST", "/events", { body: { programID } });
    expect(status).toBe(201);
    expect(vtn.vtn.events.current()).toEqual([]);
    expect((await vtn.call("GET", "/events?active=true")).body).toEqual([body]);
  });
});
