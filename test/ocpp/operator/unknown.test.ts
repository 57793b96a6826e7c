import { afterEach, expect, it } from "vitest";
import { answering, openStage, type Stage } from "../harness.js";

let stage: Stage;
afterEach(() => stage.close());

const VERSIONS = ["1.6", "2.0.1", "2.1"] as const;
const ANSWERS = [
  ["NotImplemented", { status: "unsupported", detail: "NotImplemented: no cache" }],
  ["InternalError", { status: "error", detail: "the station answered InternalError: no cache" }],
] as const;

it.each(VERSIONS.flatMap((version) => ANSWERS.map((answer) => [version, ...answer] as const)))(
  "OCPP %s: what a station answers with an error, %s, is told as its answer",
  async (version, rpcErrorCode, told) => {
    stage = await openStage();
    const client = await stage.connect("CP1", version);
    answering(client, {
      ClearCache: () => {
        throw Object.assign(new Error("no cache"), { rpcErrorCode });
      },
    });
    expect(await stage.central.link.send("CP1", { kind: "clear-cache" })).toEqual(told);
  },
);
