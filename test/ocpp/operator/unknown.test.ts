import { afterEach, expect, it } from "vitest";
import { answering, openStage, type Stage } from "../harness.js";

let stage: Stage;
afterEach(() => stage.close());

it.each(["1.6", "2.0.1", "2.1"] as const)(
  "OCPP %s: what the station does not know is told as such",
  async (version) => {
    stage = await openStage();
    const client = await stage.connect("CP1", version);
    answering(client, {
      ClearCache: () => {
        throw Object.assign(new Error("no cache"), { rpcErrorCode: "NotImplemented" });
      },
    });
    expect(await stage.central.link.send("CP1", { kind: "clear-cache" })).toEqual({
      status: "unsupported",
      detail: expect.stringMatching(/^NotImplemented/),
    });
  },
);
