import { afterEach, describe, expect, it, vi } from "vitest";
import { SimulatedBattery } from "../../sims/devices/battery-unit.js";
import { type HttpDevice, startHttpDevice } from "../../sims/devices/http-front.js";
import type { DeviceConfig, DeviceState, HttpAccess } from "../../src/domain/device.js";
import { EVENING_MS } from "../fixtures/sites.js";
import { type DeviceBench, openDevices, until } from "./bench.js";
import { httpAccess } from "./device-configs.js";

let bench: DeviceBench | null = null;
let web: HttpDevice | null = null;

afterEach(async () => {
  vi.restoreAllMocks();
  bench?.devices.stop();
  await web?.close();
  bench = web = null;
});

interface Played {
  readonly bench: DeviceBench;
  readonly web: HttpDevice;
  readonly battery: SimulatedBattery;
  readonly state: () => DeviceState | undefined;
}

const play = async (given: { access?: Partial<HttpAccess>; wants?: string } = {}): Promise<Played> => {
  const body = { capacityKwh: 20, maxChargeKw: 10, maxDischargeKw: 10, efficiency: 0.95 };
  const battery = new SimulatedBattery({ ...body, watchdogMs: 60_000, failsafeKw: 0 }, 10, EVENING_MS);
  const started = await startHttpDevice({
    device: battery,
    now: () => bench?.clock.now() ?? EVENING_MS,
    authorization: given.wants ?? null,
  });
  const config: DeviceConfig = {
    id: "bank",
    siteId: "community",
    kind: "battery",
    staleMs: 60_000,
    access: httpAccess(started.url, given.access),
  };
  const opened = openDevices([config]);
  [bench, web] = [opened, started];
  opened.devices.start();
  return { bench: opened, web: started, battery, state: () => opened.devices.states()[0] };
};

describe("a battery over HTTP", () => {
  it("tells power and charge in one reading, and takes what it is told", async () => {
    const { bench: one, web: device, battery, state } = await play();
    await until(() => state()?.soc !== null);
    expect(state()).toMatchObject({ connected: true, power: { value: 0 }, soc: { value: 50 }, over: "http" });
    expect(device.asked).toEqual(["GET /status"]);
    expect(await one.devices.setPower("bank", -4)).toEqual({ status: "confirmed" });
    await one.turn(() => state()?.power?.value === -4);
    expect(battery.powerKw).toBe(-4);
    expect(state()?.told).toMatchObject({ powerKw: -4, confirmed: true });
  });

  it("is confirmed by what its answer repeats, where that is told", async () => {
    const access = httpAccess("http://127.0.0.1:1");
    const echo = { pointer: "/took", timePointer: null, factor: 0.001 };
    const { bench: one, web: device } = await play();
    const setpoint = { ...access.setpoint!, url: `${device.url}/set`, echo };
    one.devices.stop();
    const again = openDevices([
      { id: "bank", siteId: "s", kind: "battery", staleMs: 1, access: { ...access, setpoint } },
    ]);
    expect(await again.devices.setPower("bank", 3)).toEqual({ status: "confirmed" });
    const wrong = { ...setpoint, echo: { ...echo, factor: 0.002 } };
    const other = openDevices([
      { id: "bank", siteId: "s", kind: "battery", staleMs: 1, access: { ...access, setpoint: wrong } },
    ]);
    expect(await other.devices.setPower("bank", 3)).toEqual({ status: "unknown", detail: "it took 6 kW" });
  });

  it("is asked with its credentials, which stand in no state and no line of the log", async () => {
    const secret = "Bearer of-the-bank";
    const {
      bench: one,
      web: device,
      state,
    } = await play({ wants: secret, access: { authorization: secret } });
    await until(() => state()?.power !== null);
    device.mood = "refuses";
    await one.turn(() => (state()?.refused ?? 0) > 0);
    expect(await one.devices.setPower("bank", 2)).toEqual({ status: "refused", detail: "HTTP 403" });
    expect(JSON.stringify([one.devices.states(), one.log])).not.toContain("of-the-bank");
  });

  it("that wants other credentials is connected, refused and told nothing", async () => {
    const { bench: one, state, battery } = await play({ wants: "Bearer other" });
    await until(() => (state()?.refused ?? 0) > 0);
    expect(state()).toMatchObject({ connected: true, power: null, lastError: { message: "HTTP 401" } });
    expect(await one.devices.setPower("bank", 2)).toEqual({ status: "refused", detail: "HTTP 401" });
    expect(battery.powerKw).toBe(0);
  });

  it.each([
    ["cut", "unknown", 3],
    ["broken", "unknown", 3],
    ["refuses", "refused", 1],
    ["elsewhere", "refused", 1],
    ["silent", "unknown", 1],
  ] as const)("that is %s leaves a setpoint %s after %i tries", async (mood, status, tries) => {
    const { bench: one, web: device, state } = await play();
    await until(() => state()?.power !== null);
    device.mood = mood;
    const before = device.asked.length;
    expect(await one.devices.setPower("bank", 2)).toMatchObject({ status });
    expect(device.asked.slice(before).filter((line) => line === "PUT /set")).toHaveLength(tries);
  });

  it.each(["cut", "silent", "flood"] as const)("that is %s is lost, and comes back", async (mood) => {
    const { bench: one, web: device, state } = await play();
    await until(() => state()?.power !== null);
    device.mood = mood;
    await one.turn(() => state()?.connected === false);
    expect(state()?.power).not.toBeNull();
    device.mood = "well";
    await one.turn(() => state()?.connected === true);
  });

  it("that answers something else than numbers is connected and refused", async () => {
    const { bench: one, web: device, state } = await play();
    await until(() => state()?.power !== null);
    device.mood = "text";
    await one.turn(() => (state()?.refused ?? 0) >= 2);
    expect(state()).toMatchObject({ connected: true, lastError: { message: "soc: no JSON" } });
  });

  it("that stops ends what is asked, and asks and tells nothing more", async () => {
    const { bench: one, web: device, state } = await play();
    await until(() => state()?.power !== null);
    device.mood = "silent";
    const before = device.asked.length;
    const told = one.devices.setPower("bank", 2);
    await until(() => device.asked.length > before);
    one.devices.stop();
    expect(await told).toEqual({ status: "unknown", detail: "stopped" });
    expect(await one.devices.setPower("bank", 3)).toEqual({ status: "unknown", detail: "stopped" });
    expect(device.asked.slice(before)).toEqual(["PUT /set"]);
  });

  it("leaves nothing of a question in any signal once that is answered", async () => {
    const any = vi.spyOn(AbortSignal, "any");
    const add = vi.spyOn(EventTarget.prototype, "addEventListener");
    const listening = new Map<AbortSignal, number>();
    const { bench: one, state } = await play();
    await until(() => state()?.power !== null);
    for (const powerKw of [1, 2, 3]) await one.devices.setPower("bank", powerKw);
    for (const signal of add.mock.contexts)
      if (signal instanceof AbortSignal) listening.set(signal, (listening.get(signal) ?? 0) + 1);
    expect(any).not.toHaveBeenCalled();
    expect(Math.max(...listening.values())).toBe(1);
  });

  it("is not told what was overtaken by another setpoint", async () => {
    const { bench: one, web: device, battery, state } = await play();
    await until(() => state()?.power !== null);
    device.mood = "silent";
    const first = one.devices.setPower("bank", 2);
    const before = device.asked.length;
    await until(() => device.asked.length > before);
    device.mood = "well";
    expect(await one.devices.setPower("bank", 5)).toEqual({ status: "confirmed" });
    expect(await first).toMatchObject({ status: "superseded" });
    expect(state()).toMatchObject({ told: { powerKw: 5, confirmed: true }, lastError: null });
    expect(battery.powerKw).toBe(5);
  });
});
