/** Booting, signs of life and framing: what OCPP wants of a central system, by the ids of its requirements. */
import { afterEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../src/ports/clock.js";
import { answering, openStage, type Stage, until } from "../harness.js";
import { bench, settle } from "../bench.js";
import { rawStation } from "../raw.js";

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

const BOOT_2X = { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } };
const BOOT_16 = { chargePointVendor: "V", chargePointModel: "M" };
const EVENT = { generatedAt: "2026-01-01T00:00:00Z", seqNo: 0, eventData: [] };

const bootOf = async (version: "1.6" | "2.0.1" | "2.1") => {
  stage = await openStage();
  const client = await stage.connect("CP1", version);
  answering(client, {});
  const answer: unknown = await client.call("BootNotification", version === "1.6" ? BOOT_16 : BOOT_2X);
  return answer as { status: string; interval: number; currentTime: string };
};
const isIso = (text: string): boolean => new Date(text).toISOString() === text;

describe.each(["2.0.1", "2.1"] as const)("OCPP %s", (version) => {
  it("says whether it accepts a station that boots, its time, and an interval [B01.FR.02]", async () => {
    const { status, interval, currentTime } = await bootOf(version);
    expect([status, interval > 0, isIso(currentTime)]).toEqual(["Accepted", true, true]);
  });

  it("answers what monitors found [G05.FR.03]", async () => {
    stage = await openStage();
    const event = {
      eventId: 1,
      timestamp: "2026-01-01T00:00:00Z",
      trigger: "Alerting",
      actualValue: "true",
      eventNotificationType: "HardWiredMonitor",
      component: { name: "ConnectorHolsterRelease" },
      variable: { name: "Problem" },
    };
    const client = await stage.connect("CP1", version);
    expect(await client.call("NotifyEvent", { ...EVENT, eventData: [event] })).toEqual({});
  });
});

describe("OCPP 1.6", () => {
  it("accepts a chargepoint that boots, with its time and an interval [§4.2]", async () => {
    const { status, interval, currentTime } = await bootOf("1.6");
    expect([status, interval > 0, isIso(currentTime)]).toEqual(["Accepted", true, true]);
  });

  it("sends no call while another waits for its answer [J §4.1.1]", async () => {
    const clock = new VirtualClock(0);
    const { session, sent, answer } = bench({ clock });
    const call = { action: "ClearCache", payload: {}, deadlineMs: 30_000, key: null };
    const asked = [session.call(call), session.call(call)];
    await settle();
    expect(sent).toHaveLength(1);
    answer({ status: "Accepted" });
    await asked[0];
    expect(sent).toHaveLength(2);
    answer({ status: "Accepted" });
    expect((await asked[1])?.kind).toBe("result");
  });

  it("ignores a message of a type that it does not know [J §4.1.3]", async () => {
    stage = await openStage();
    const raw = await rawStation(stage.port, "CP1", "ocpp1.6");
    raw.socket.send(JSON.stringify([9, "a", {}]));
    raw.socket.send(JSON.stringify([2, "b", "Heartbeat", {}]));
    await until(() => raw.heard.length > 0);
    expect(raw.heard.map((text) => text.slice(0, 7))).toEqual(['[3,"b",']);
    raw.socket.terminate();
  });
});
