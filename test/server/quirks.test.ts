import { afterEach, describe, expect, it } from "vitest";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";
import { createQuirkBook } from "../../src/ports/quirk-book.js";
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
