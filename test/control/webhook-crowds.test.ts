/** Which events make way where more wait for a webhook than are kept. */
import { describe, expect, it } from "vitest";
import { ALL, batchesOf, event, lifeOf } from "./webhook-stage.js";

describe("where too many wait", () => {
  it.each([
    { crowd: "station.connected", other: "station.event", left: ["other", "honest"] },
    { crowd: "station.disconnected", other: "limit.exceeded", left: ["other", "honest"] },
    { crowd: "station.event", other: "station.booted", left: ["honest"] },
    { crowd: "transaction.started", other: "station.event", left: [] },
  ] as const)(
    "by 1,000 of $crowd, of $other and an older end of a transaction there stay: $left",
    async (row) => {
      const { webhooks, life, tell, until, documents } = await lifeOf();
      const { webhook } = await webhooks.add(ALL, "me");
      life.answer = () => new Promise(() => undefined);
      await tell(
        event("head"),
        event("other", { kind: row.other }),
        event("honest", { kind: "transaction.ended" }),
      );
      for (let count = 0; count < 1_000; count++) webhooks.tell(event("flapping", { kind: row.crowd }));
      await until(500);
      const kept = (await batchesOf(documents, webhook.id)).flat();
      expect(kept).toHaveLength(1_000);
      expect(kept.filter((name) => name !== "flapping")).toEqual(["head", ...row.left]);
    },
  );
});
