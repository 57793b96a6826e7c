import { afterEach, describe, expect, it } from "vitest";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createQuirkBook } from "../../src/ports/quirk-book.js";
import type { DischargeProbes } from "../../src/ports/discharge-probes.js";
import { bearer, startHarness, type Harness } from "./harness.js";

let harness: Harness | null = null;
afterEach(async () => harness?.app.close());

const ask = async (url: string) => {
  const quirks = createQuirkBook({ documents: createMemoryDocuments() });
  harness = await startHarness({ quirks });
  const [row] = harness.operations.stations();
  const id = row?.stationId ?? "";
  quirks.identify(id, { vendor: "Acme", model: "One", firmware: null });
  quirks.learn(id, { rateUnit: "W" });
  const response = await harness.app.inject({ url: url.replace("ID", id), headers: bearer("read") });
  return { id, status: response.statusCode, body: response.json<unknown>() };
};

describe("quirks over the API", () => {
  it("tell what each model taught", async () => {
    const { id, body } = await ask("/api/v1/quirks");
    expect(body).toEqual([
      {
        vendor: "Acme",
        model: "One",
        firmware: null,
        stationIds: [id],
        agreed: { rateUnit: "W" },
        disputed: [],
      },
    ]);
  });

  it("tell how a station is spoken to, and where each value comes from", async () => {
    const { body } = await ask("/api/v1/stations/ID/quirks");
    expect(body).toMatchObject({ vendor: "Acme", firmware: null });
    expect(body).toHaveProperty(
      "quirks",
      expect.arrayContaining([
        expect.objectContaining({ name: "rateUnit", value: "W", origin: "learnt-station" }),
        expect.objectContaining({ name: "maxPeriods", value: 24, origin: "default" }),
      ]),
    );
  });

  it("of a station that is not there are not found", async () => {
    expect((await ask("/api/v1/stations/nobody/quirks")).status).toBe(404);
  });
});

describe("a probe of a station's discharge over the API", () => {
  const tried = [
    { way: "negative-limit-W", works: true, why: null, askedKw: 1.3, metered: [{ atMs: 1, powerKw: -1.3 }] },
  ] as const;
  const post = async (payload: object, scopes: Parameters<typeof bearer>[0] = "operate") => {
    const asked: unknown[] = [];
    const dischargeProbes: DischargeProbes = {
      probe: async (...args) => {
        asked.push(args);
        return tried;
      },
    };
    harness = await startHarness({ dischargeProbes });
    const [row] = harness.operations.stations();
    const url = `/api/v1/stations/${row?.stationId ?? ""}/discharge-probe`;
    const response = await harness.app.inject({ method: "POST", url, payload, headers: bearer(scopes) });
    return { asked, id: row?.stationId, status: response.statusCode, body: response.json<unknown>() };
  };

  it("is asked of the EVSE in the way that is named, or in those that its model takes", async () => {
    const { asked, id, body } = await post({ evseId: 1 });
    expect(asked).toEqual([[id, { evseId: 1, way: null }]]);
    expect(body).toEqual(tried);
    expect((await post({ evseId: 2, way: "setting" })).asked).toEqual([[id, { evseId: 2, way: "setting" }]]);
  });

  it("needs an EVSE, a way that there is, and the scope to operate", async () => {
    for (const payload of [{}, { evseId: 0 }, { evseId: 1, way: "none" }, { evseId: 1, more: 1 }])
      expect(await post(payload)).toMatchObject({ status: 400, asked: [] });
    expect(await post({ evseId: 1 }, "read")).toMatchObject({ status: 403, asked: [] });
  });
});
