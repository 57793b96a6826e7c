/**
 * Every answer of the VTN against the OpenADR Alliance's OpenAPI description, which is not part of
 * this repository: a data set holds openadr3/openadr3.yaml.
 */
import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { dataSet } from "../fixtures/data-sets.js";
import { type Answer, limitEvent, postProgram, startVtn } from "./harness.js";

const path = dataSet("openadr3/openadr3.yaml");

interface Description {
  readonly components: { readonly schemas: Record<string, object> };
}

/** Schemas of the description; formats are not checked, since it asks a date-time of `0001-01-01` too. */
const schemasOf = (text: string): ((name: string) => ValidateFunction) => {
  const description: Description = parse(text);
  const ajv = new Ajv({ strict: false, validateFormats: false, discriminator: false, allErrors: true });
  // Not JSON Schema draft 7, and not needed to judge an answer.
  const schemas: Description["components"]["schemas"] = JSON.parse(
    JSON.stringify(description.components.schemas, (key: string, value: unknown) =>
      key === "discriminator" || key === "exclusiveMaximum" ? undefined : value,
    ),
  );
  ajv.addSchema({ components: { schemas } }, "openadr");
  return (name) => ajv.compile({ $ref: `openadr#/components/schemas/${name}` });
};

const everyField = (programID: string) => ({
  ...limitEvent(programID),
  eventName: "everything",
  duration: "PT2H",
  priority: 2,
  targets: ["feeder-1"],
  reportDescriptors: [
    {
      payloadType: "USAGE",
      readingType: "DIRECT_READ",
      units: "KWH",
      targets: ["feeder-1"],
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
  intervals: [
    {
      id: 4,
      intervalPeriod: { start: "2026-06-01T17:00:00+08:00", duration: "PT15M", randomizeStart: "PT5M" },
      payloads: [
        { type: "PRICE", values: [0.3] },
        { type: "CURVE", values: [{ x: 0, y: 1 }] },
      ],
    },
  ],
});

const program = {
  programName: "everything",
  intervalPeriod: { start: "2026-01-01T00:00:00Z", duration: "P1Y" },
  programDescriptions: [{ URL: "https://example.org/program" }],
  payloadDescriptors: [
    { objectType: "EVENT_PAYLOAD_DESCRIPTOR", payloadType: "PRICE", units: "KWH" },
    { objectType: "REPORT_PAYLOAD_DESCRIPTOR", payloadType: "USAGE", accuracy: 0.5, confidence: 90 },
  ],
  attributes: [{ type: "LOCAL_PRICE", values: [true] }],
  targets: ["group-1"],
};

describe("the VTN's answers", () => {
  it.skipIf(path === null)(
    "fit the description (skipped where no data set holds openadr3/openadr3.yaml)",
    async () => {
      const schema = schemasOf(readFileSync(path ?? "", "utf8"));
      const vtn = await startVtn();
      const programID = await postProgram(vtn);
      const unused = await postProgram(vtn, "unused");
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const credentials = "grant_type=client_credentials&client_id=grid&client_secret=grid-secret";
      const event = await vtn.call("POST", "/events", { body: everyField(programID) });
      const calls: [string, Answer][] = [
        ["program", await vtn.call("POST", "/programs", { body: program })],
        ["program", await vtn.call("GET", `/programs/${programID}`)],
        ["program", await vtn.call("PUT", `/programs/${programID}`, { body: { programName: "new name" } })],
        ["event", event],
        ["event", await vtn.call("POST", "/events", { body: limitEvent(programID) })],
        ["event", await vtn.call("POST", "/events", { body: { programID } })],
        ["event", await vtn.call("GET", `/events/${event.body.id}`)],
        ["event", await vtn.call("PUT", `/events/${event.body.id}`, { body: everyField(programID) })],
        ["event", await vtn.call("DELETE", `/events/${event.body.id}`)],
        ["problem", await vtn.call("DELETE", `/programs/${programID}`)],
        ["program", await vtn.call("DELETE", `/programs/${unused}`)],
        ["authServerInfo", await vtn.call("GET", "/auth/server", { as: null })],
        [
          "clientCredentialResponse",
          await vtn.call("POST", "/auth/token", { as: null, headers: form, body: credentials }),
        ],
        ["problem", await vtn.call("POST", "/auth/token", { as: null, headers: form, body: "grant_type=x" })],
        [
          "authError",
          await vtn.call("POST", "/auth/token", { as: null, headers: form, body: "grant_type=x" }),
        ],
        ["problem", await vtn.call("GET", "/events", { as: null })],
        ["problem", await vtn.call("GET", "/events", { as: "meter" })],
        ["problem", await vtn.call("GET", "/events/none")],
        ["problem", await vtn.call("GET", "/events?skip=-1")],
        ["problem", await vtn.call("POST", "/events", { body: limitEvent("nobody") })],
        ["problem", await vtn.call("POST", "/events", { body: "{" })],
      ];
      for (const [name, { body }] of calls) {
        const validate = schema(name);
        expect(validate(body), `${name}: ${JSON.stringify(body)} ${JSON.stringify(validate.errors)}`).toBe(
          true,
        );
      }
      for (const name of ["programs", "events"]) {
        await postProgram(vtn, name);
        for (const item of (await vtn.call("GET", `/${name}`)).list)
          expect(schema(name.slice(0, -1))(item), JSON.stringify(item)).toBe(true);
      }
      expect(schema("event")({ ...event.body, objectType: "NONSENSE" })).toBe(false);
      expect(schema("program")({ programName: "no metadata" })).toBe(false);
    },
  );
});
