import { expect, it } from "vitest";
import { policyByName } from "../../src/app/policies.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { communityOf, EVENING_MS, stationOf } from "../fixtures/sites.js";
import { harnessOf } from "./harness.js";

const TERMS = {
  comeWithinMinutes: 10,
  unplugWithinMinutes: 10,
  mostTurnMinutes: 120,
  handoverMinutes: 15,
  idleFeePerMinute: 0.5,
};

it("a card waits once, in whatever case it is given", async () => {
  const site = communityOf([stationOf("p1", { shared: TERMS })]);
  const h = await harnessOf(site, await policyByName("least-laxity", 20_000));
  const join = async (idToken: string) =>
    h.control.sharing.join("community", {
      stationId: "p1",
      evseId: 1,
      driver: "An",
      idToken,
      energyNeedKwh: 7,
      deadlineMs: EVENING_MS + 9 * HOUR_MS,
      readyFromMs: null,
      reachableUntilMs: null,
    });
  await join("an-card");
  await expect(join("AN-Card")).rejects.toMatchObject({ code: "queue.already" });
  await join("bo-card");
});
