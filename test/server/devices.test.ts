import { afterEach, expect, it } from "vitest";
import { bankState } from "../fixtures/storages.js";
import { communitySite, NOW_MS } from "./community.js";
import { bearer, type Harness, startHarness } from "./harness.js";

let harness: Harness | null = null;
afterEach(() => harness?.app.close());

it("shows the devices of a site as they stand, and those of no other", async () => {
  const { id: siteId } = communitySite();
  const here = bankState(NOW_MS, {
    siteId,
    staleSinceMs: NOW_MS,
    refused: 3,
    lastError: { message: "no number", atMs: NOW_MS },
    told: { powerKw: -2, atMs: NOW_MS, confirmed: false },
  });
  const states = [here, bankState(NOW_MS, { id: "another", siteId: "elsewhere" })];
  harness = await startHarness({ devices: { states: () => states } });
  const get = (url: string) => harness?.app.inject({ url, headers: bearer("read") });
  const reply = await get(`/api/v1/sites/${siteId}/devices`);
  expect(reply?.statusCode).toBe(200);
  expect(reply?.json()).toEqual([here]);
  expect((await get("/api/v1/sites/none/devices"))?.json()).toMatchObject({ code: "not-found.site" });
});
