import { afterEach, beforeEach, expect, it } from "vitest";
import type { ProfileRequest } from "../../src/ports/settings-profiles.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness;
let asked: ProfileRequest[];

beforeEach(async () => {
  asked = [];
  harness = await startHarness({
    settingsProfiles: {
      apply: async (request) => {
        asked.push(request);
        return [];
      },
    },
  });
});
afterEach(() => harness.app.close());

const apply = (payload: object, site = "jinan") =>
  harness.app.inject({
    method: "POST",
    url: `/api/v1/sites/${site}/settings`,
    headers: bearer("operate"),
    payload,
  });
const settings = [{ name: "HeartbeatInterval", value: "60" }];

it("goes to all stations of a site once, to those of a version, or to some", async () => {
  const rows = harness.operations.stations();
  const of = (test: (version: string | null) => boolean): string[] => [
    ...new Set(rows.filter(({ version }) => test(version)).map(({ stationId }) => stationId)),
  ];
  await apply({ settings });
  await apply({ settings, version: "1.6", dryRun: true });
  await apply({ settings, version: "2.x" });
  await apply({ settings, stationIds: ["CP01"] });
  expect(asked).toEqual([
    { settings, dryRun: false, stationIds: of(() => true) },
    { settings, dryRun: true, stationIds: of((version) => version === "1.6") },
    { settings, dryRun: false, stationIds: of((version) => version !== null && version !== "1.6") },
    { settings, dryRun: false, stationIds: ["CP01"] },
  ]);
});

it.each([
  [{ settings: [] }, "jinan", "request.invalid"],
  [{ settings: [...settings, ...settings] }, "jinan", "request.invalid"],
  [{ settings, stationIds: ["CP99"] }, "jinan", "not-found.station"],
  [{ settings }, "nowhere", "not-found.site"],
])("%j at %s is refused", async (body, site, code) => {
  expect((await apply(body, site)).json()).toMatchObject({ code });
  expect(asked).toEqual([]);
});
