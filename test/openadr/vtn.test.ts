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
    expect(vtn.vtn.events.recent()).toEqual([
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
    expect(vtn.vtn.events.find(body.id)).toEqual(vtn.vtn.events.recent()[0]);
    await vtn.call("PUT", `/events/${body.id}`, { body: limitEvent(programID) });
    await vtn.call("DELETE", `/events/${body.id}`);
    expect(told).toEqual([body.id, body.id, body.id]);
    expect(vtn.vtn.events.recent()).toEqual([]);
    expect(vtn.vtn.events.find(body.id)).toBeNull();
  });

  it("accepts what is on disk, whatever a listener makes of it", async () => {
    vtn.vtn.events.onChange(() => {
      throw new Error("a fault of the listener");
    });
    expect((await vtn.call("POST", "/events", { body: limitEvent(programID) })).status).toBe(201);
    expect(vtn.log).toContainEqual(expect.objectContaining({ level: "error" }));
  });

  it("replaces with PUT, keeping id and creation", async () => {
    const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID, { eventName: "old" }) });
    vtn.clock.step(NOW + MINUTE_MS);
    const put = await vtn.call("PUT", `/events/${body.id}`, {
      body: { ...body, eventName: null, priority: 3 },
    });
    expect(body).toMatchObject({ eventName: "old" });
    expect(put.body).toEqual({
      ...body,
      eventName: undefined,
      priority: 3,
      modificationDateTime: new Date(NOW + MINUTE_MS).toISOString(),
    });
    expect(vtn.vtn.events.recent()[0]?.intervals[0]?.startMs).toBe(NOW + MINUTE_MS);
  });

  it.each([
    ["an event", {}, 60],
    ["a loop", { duration: "PT150M" }, 150],
  ])(
    "keeps %s in the list for seven days after its end, and its result for good",
    async (...[, change, minutes]) => {
      const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
      const endMs = NOW + minutes * MINUTE_MS;
      vtn.clock.step(endMs + 7 * 24 * 60 * MINUTE_MS - 1);
      const again = await startVtn({ documents: vtn.documents, clock: vtn.clock });
      for (const { events } of [vtn.vtn, again.vtn])
        expect(events.recent()[0]?.intervals.at(-1)).toMatchObject({ endMs });
      vtn.clock.step(vtn.clock.now() + 1);
      expect(vtn.vtn.events.recent()).toEqual([]);
      expect(vtn.vtn.events.find(body.id)?.intervals.at(-1)).toMatchObject({ endMs });
    },
  );

  it("deletes no program while an event of it may still act; one that is over outlives its program", async () => {
    const over = { intervalPeriod: { start: "2026-06-01T07:00:00Z", duration: "PT1H" } };
    const later = { intervalPeriod: { start: "2026-06-01T12:00:00Z", duration: "PT1H" } };
    const ids = [];
    for (const change of [over, {}, later]) {
      const { body } = await vtn.call("POST", "/events", { body: limitEvent(programID, change) });
      ids.push(body.id);
    }
    const [finished, running, upcoming] = ids;
    const remove = (path: string) => vtn.call("DELETE", path);
    expect(await remove(`/programs/${programID}`)).toMatchObject({
      status: 409,
      body: { code: "program.in-use", place: "programID", detail: expect.stringContaining(running ?? "") },
    });
    expect(vtn.vtn.events.recent().map(({ id }) => id)).toEqual(ids);
    await remove(`/events/${running}`);
    expect((await remove(`/programs/${programID}`)).status).toBe(409);
    await remove(`/events/${upcoming}`);
    expect((await remove(`/programs/${programID}`)).status).toBe(200);
    expect((await vtn.call("GET", `/programs/${programID}`)).status).toBe(404);
    expect((await vtn.call("GET", `/events?programID=${programID}`)).list.map(({ id }) => id)).toEqual([
      finished,
    ]);
    expect(vtn.vtn.events.find(finished ?? "")).not.toBeNull();
    const again = await vtn.call("PUT", `/events/${finished}`, { body: limitEvent(programID) });
    expect(again).toMatchObject({ status: 409, body: { code: "event.program-unknown" } });
  });

  it("comes back from a restart with the same timelines, random starts included", async () => {
    const draws = [0.9, 0.2];
    const before = await startVtn({ random: () => draws.shift() ?? 0 });
    const id = await postProgram(before);
    const period = { start: "0001-01-01", duration: "PT1H", randomizeStart: "PT10M" };
    await before.call("POST", "/events", { body: limitEvent(id, { intervalPeriod: period }) });
    before.clock.step(NOW + 5 * MINUTE_MS);
    const after = await startVtn({ documents: before.documents, clock: before.clock, random: () => 0 });
    expect(after.vtn.events.recent()).toEqual(before.vtn.events.recent());
    expect(after.vtn.events.recent()[0]?.intervals[0]?.startMs).toBe(NOW + 8 * MINUTE_MS);
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
      const intervals = vtn.vtn.events.recent()[0]?.intervals ?? [];
      expect(intervals.some(({ startMs, endMs }) => startMs <= now && now < (endMs ?? 0))).toBe(true);
      expect(intervals.length).toBeLessThanOrEqual(10_000);
    }
  });
});

describe("lists", () => {
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
    for (const [query, expected] of table) {
      const { list } = await vtn.call("GET", `/events${query}`);
      expect(
        list.map(({ id }) => id),
        query,
      ).toEqual(expected);
    }
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

const inUnits = (units: string | undefined) =>
  units === undefined
    ? null
    : [{ objectType: "EVENT_PAYLOAD_DESCRIPTOR", payloadType: "IMPORT_CAPACITY_LIMIT", units }];

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
    expect(body.intervals[0]?.payloads).toEqual(payloads);
    const [first, second] = vtn.vtn.events.recent()[0]?.intervals ?? [];
    expect(first?.payloads).toContainEqual({ type: "PRICE", values: [0.3] });
    expect(second?.payloads).toContainEqual({ type: "PRICE", values: [-0.08] });
    expect(second?.payloads).toContainEqual({ type: "DISPATCH_SETPOINT", values: [-20] });
  });

  it.each([
    ["the event's", "MW", undefined, 0.04],
    ["the program's", undefined, "W", 40_000],
    ["the event's over the program's", "KW", "W", 40],
  ])("gives a limit in kW by %s unit", async (_, own, programs, posted) => {
    const program = { programName: "in units", payloadDescriptors: inUnits(programs) };
    const { id } = (await vtn.call("POST", "/programs", { body: program })).body;
    const change = {
      payloadDescriptors: inUnits(own),
      intervals: [{ id: 0, payloads: [{ type: "IMPORT_CAPACITY_LIMIT", values: [posted] }] }],
    };
    await vtn.call("POST", "/events", { body: limitEvent(id, change) });
    expect(vtn.vtn.events.recent()[0]?.intervals[0]?.payloads[0]?.values).toEqual([40]);
  });

  it.each([
    ["the event's", { currency: "USD" }, {}, "USD"],
    ["the program's, where the event names the unit alone", { units: "MWH" }, { currency: "EUR" }, "EUR"],
    ["none", {}, {}, undefined],
  ])("hands a price on in its currency: %s", async (...[, own, programs, currency]) => {
    const described = (fields: object) => ({
      payloadDescriptors: [{ objectType: "EVENT_PAYLOAD_DESCRIPTOR", payloadType: "PRICE", ...fields }],
    });
    const program = { programName: "money", ...described(programs) };
    const { id } = (await vtn.call("POST", "/programs", { body: program })).body;
    const change = {
      ...described(own),
      intervals: [{ id: 0, payloads: [{ type: "PRICE", values: [500] }] }],
    };
    await vtn.call("POST", "/events", { body: limitEvent(id, change) });
    const again = await startVtn({ documents: vtn.documents });
    for (const { events } of [vtn.vtn, again.vtn])
      expect(events.recent()[0]?.intervals[0]?.payloads).toEqual([
        {
          type: "PRICE",
          values: ["units" in own ? 0.5 : 500],
          ...(currency === undefined ? {} : { currency }),
        },
      ]);
  });

  it("an event without intervals: kept, without effect", async () => {
    const { status, body } = await vtn.call("POST", "/events", { body: { programID } });
    expect(status).toBe(201);
    expect(vtn.vtn.events.recent()).toMatchObject([{ id: body.id, intervals: [] }]);
    expect((await vtn.call("GET", "/events?active=true")).body).toEqual([body]);
  });
});
