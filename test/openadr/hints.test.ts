/** Every refusal of the VTN names the place of the fault and a hint that mends this very fault. */
import { beforeEach, describe, expect, it } from "vitest";
import { type Answer, type Harness, limitEvent, postProgram, startVtn } from "./harness.js";

let vtn: Harness;
let programID: string;
beforeEach(async () => {
  vtn = await startVtn();
  programID = await postProgram(vtn);
});

const event = (change: object) => vtn.call("POST", "/events", { body: limitEvent(programID, change) });
const price = (change: object, program: object = {}) =>
  vtn.call("POST", "/programs", { body: { programName: "units", ...program } }).then(({ body }) =>
    vtn.call("POST", "/events", {
      body: limitEvent(body.id, {
        intervals: [{ id: 0, payloads: [{ type: "PRICE", values: [1] }] }],
        ...change,
      }),
    }),
  );
const inUnits = (units: string) => [{ objectType: "EVENT_PAYLOAD_DESCRIPTOR", payloadType: "PRICE", units }];
const form = { "content-type": "application/x-www-form-urlencoded" };
const token = (fields: Record<string, string>) =>
  vtn.call("POST", "/auth/token", {
    as: null,
    body: new URLSearchParams(fields).toString(),
    headers: form,
  });
const grid = { grant_type: "client_credentials", client_id: "grid", client_secret: "grid-secret" };
const hour = { start: "2026-06-01T17:00:00+08:00", duration: "PT1H" };
const cap = (...values: unknown[]) => ({ type: "IMPORT_CAPACITY_LIMIT", values });

interface Refused {
  readonly fault: string;
  readonly post: () => Promise<Answer>;
  readonly status: number;
  readonly place: string;
  /** What the detail says of the fault, and what the hint says to do. */
  readonly says: RegExp;
  readonly hint: RegExp;
}

const TABLE: readonly Refused[] = [
  {
    fault: "an unknown program",
    post: () => event({ programID: "nobody" }),
    status: 409,
    place: "programID",
    says: /no program nobody/,
    hint: /GET \S+\/programs lists/,
  },
  {
    fault: "an unknown node",
    post: () => event({ targets: ["moon"] }),
    status: 400,
    place: "targets[0]",
    says: /no grid node moon; there are feeder-1, transformer-1, transformer-2/,
    hint: /\/api\/v1\/sites/,
  },
  {
    fault: "two intervals with one start",
    post: () =>
      event({
        intervals: [0, 1].map((id) => ({ id, intervalPeriod: hour, payloads: [cap(1)] })),
      }),
    status: 400,
    place: "intervals[1].intervalPeriod.start",
    says: /together with intervals\[0\]/,
    hint: /start of its own/,
  },
  {
    fault: "an interval without payloads",
    post: () => event({ intervals: [{ id: 0 }] }),
    status: 400,
    place: "intervals[0].payloads",
    says: /array/,
    hint: /named field.*docs\/openadr\.md/,
  },
  {
    fault: "a payload without values",
    post: () => event({ intervals: [{ id: 0, payloads: [cap()] }] }),
    status: 400,
    place: "intervals[0].payloads[0].values",
    says: /needs a value: a number from 0/,
    hint: /lists each payload type/,
  },
  {
    fault: "a value of another kind",
    post: () => event({ intervals: [{ id: 0, payloads: [cap([1])] }] }),
    status: 400,
    place: "intervals[0].payloads[0].values[0]",
    says: /not a number, text/,
    hint: /named field/,
  },
  {
    fault: "counts that do not fit",
    post: () =>
      event({ intervals: [{ id: 0, payloads: [{ type: "PRICE", values: [1, 2, 3] }, cap(1, 2)] }] }),
    status: 400,
    place: "intervals[0].payloads[1].values",
    says: /has 2 values where another payload has 3.*takes 1 or 3/,
    hint: /values/,
  },
  {
    fault: "several values for ever",
    post: () =>
      event({ intervalPeriod: { start: "0001-01-01" }, intervals: [{ id: 0, payloads: [cap(1, 2)] }] }),
    status: 400,
    place: "intervals[0].payloads",
    says: /2 values split the interval.*duration/,
    hint: /values/,
  },
  {
    fault: "a negative duration",
    post: () => event({ intervalPeriod: { ...hour, duration: "-PT1H" } }),
    status: 400,
    place: "intervalPeriod.duration",
    says: /ends before it begins/,
    hint: /above zero: PT15M/,
  },
  {
    fault: "no start",
    post: () => event({ intervalPeriod: { duration: "PT1H" } }),
    status: 400,
    place: "intervals[0].intervalPeriod.start",
    says: /neither/,
    hint: /0001-01-01 for now/,
  },
  {
    fault: "a bad date",
    post: () => event({ intervalPeriod: { ...hour, start: "2026-02-30" } }),
    status: 400,
    place: "intervalPeriod.start",
    says: /RFC 3339 date-time with its zone/,
    hint: /named field/,
  },
  {
    fault: "no body",
    post: () => vtn.call("POST", "/events"),
    status: 400,
    place: "body",
    says: /no body.*programID.*intervals/,
    hint: /one JSON object/,
  },
  {
    fault: "bad JSON",
    post: () => vtn.call("POST", "/events", { body: "{" }),
    status: 400,
    place: "body",
    says: /JSON/,
    hint: /one JSON object/,
  },
  {
    fault: "another media type",
    post: () => vtn.call("POST", "/events", { body: "<event/>", headers: { "content-type": "text/xml" } }),
    status: 415,
    place: "header.content-type",
    says: /media type/i,
    hint: /Content-Type: application\/json/,
  },
  {
    fault: "too much",
    post: () => vtn.call("POST", "/events", { body: `"${"x".repeat(2_000_000)}"` }),
    status: 413,
    place: "body",
    says: /too large/,
    hint: /less/,
  },
  {
    fault: "an unknown unit of the event",
    post: () => price({ payloadDescriptors: inUnits("THERM") }),
    status: 400,
    place: "payloadDescriptors[0].units",
    says: /unit THERM is not one of KWH, WH, MWH/,
    hint: /unit/,
  },
  {
    fault: "an unknown unit of the program",
    post: () =>
      price(
        {},
        {
          payloadDescriptors: [
            { objectType: "REPORT_PAYLOAD_DESCRIPTOR", payloadType: "USAGE" },
            ...inUnits("THERM"),
          ],
        },
      ),
    status: 400,
    place: "program.payloadDescriptors[1].units",
    says: /unit THERM/,
    hint: /unit/,
  },
  {
    fault: "no token",
    post: () => vtn.call("GET", "/events", { as: null }),
    status: 401,
    place: "header.authorization",
    says: /no Authorization/,
    hint: /POST \/auth\/token/,
  },
  {
    fault: "a token that is none",
    post: () => vtn.call("GET", "/events", { as: null, headers: { authorization: "Bearer x" } }),
    status: 401,
    place: "header.authorization",
    says: /not a valid bearer token/,
    hint: /get another/,
  },
  {
    fault: "a missing scope",
    post: () => vtn.call("POST", "/events", { as: "viewer", body: {} }),
    status: 403,
    place: "header.authorization",
    says: /needs the scope write_events; the token has read, read_all/,
    hint: /scope that is named/,
  },
  {
    fault: "a wrong client secret",
    post: () => token({ ...grid, client_secret: "wrong" }),
    status: 401,
    place: "client_secret",
    says: /wrong secret/,
    hint: /api\.clients/,
  },
  {
    fault: "no client id",
    post: () => token({ grant_type: "client_credentials" }),
    status: 400,
    place: "client_id",
    says: /no client_id/,
    hint: /HTTP Basic/,
  },
  {
    fault: "another grant",
    post: () => token({ ...grid, grant_type: "password" }),
    status: 400,
    place: "grant_type",
    says: /password/,
    hint: /client_credentials/,
  },
  {
    fault: "a scope the client has not",
    post: () => token({ ...grid, scope: "write_reports" }),
    status: 400,
    place: "scope",
    says: /write_reports/,
    hint: /leave scope out/,
  },
  {
    fault: "an unknown event",
    post: () => vtn.call("GET", "/events/none"),
    status: 404,
    place: "eventID",
    says: /no event none/,
    hint: /\/events lists/,
  },
  {
    fault: "a nearly named filter",
    post: () => vtn.call("GET", "/events?programId=x"),
    status: 400,
    place: "programId",
    says: /did you mean programID\? correct/,
    hint: /named field/,
  },
  {
    fault: "two faults",
    post: () => vtn.call("POST", "/programs", { body: { programName: 3, targets: [4] } }),
    status: 400,
    place: "programName",
    says: /^programName: Invalid input[^;]*; targets\[0\]: Invalid/,
    hint: /named field/,
  },
  {
    fault: "a page of less than nothing",
    post: () => vtn.call("GET", "/events?skip=-1"),
    status: 400,
    place: "skip",
    says: />=0/,
    hint: /named field/,
  },
];

describe("place and hint", () => {
  it.each(TABLE)("of $fault", async ({ post, status, place, says, hint }) => {
    const answer = await post();
    expect(answer).toMatchObject({
      status,
      body: {
        status,
        place,
        detail: expect.stringMatching(says),
        hint: expect.stringMatching(hint),
      },
    });
  });

  it.each(TABLE)("and the detail tells the place of $fault once, and then what to do", async ({ post }) => {
    const { place = "", detail = "", hint = "" } = (await post()).body;
    expect(detail.startsWith(`${place}: `)).toBe(true);
    expect(detail.slice(place.length).includes(`${place}: `)).toBe(false);
    expect(detail.endsWith(` ${hint}`)).toBe(true);
    expect(detail).not.toMatch(/[.?!][.?!] /);
    const { message } = vtn.log.at(-1) ?? { message: "" };
    expect(message.split(`${place}: `).length).toBeLessThanOrEqual(2);
  });
});

describe("a path that is none", () => {
  it.each([
    ["GET", "/openadr3/3.1.1/reports"],
    ["POST", "/openadr3/3.1.1/subscriptions?x=1"],
    ["PATCH", "/openadr3/3.1.1/programs"],
    ["GET", "/openadr3/3.0.1/programs"],
  ] as const)("%s %s is answered with a problem object, whatever page lies behind", async (method, url) => {
    const answer = await vtn.app.inject({ method, url, payload: "{" });
    expect(answer.statusCode).toBe(404);
    expect(answer.json()).toMatchObject({
      type: "urn:youxu:error:not-found.route",
      status: 404,
      code: "not-found.route",
      instance: expect.stringMatching(/^urn:uuid:/),
      detail: expect.stringContaining(`there is no ${method} ${url.split("?")[0]}. `),
    });
  });
});
