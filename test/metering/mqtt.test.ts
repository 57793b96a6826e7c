import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeviceConfig, DeviceState, MqttAccess } from "../../src/domain/device.js";
import { type DeviceBench, openDevices, until } from "./bench.js";
import { type Broker, MOSQUITTO, startBroker } from "./broker.js";
import { mqttAccess } from "./device-configs.js";

let bench: DeviceBench | null = null;

const bankAt = (access: Partial<MqttAccess> & { readonly broker: string }): DeviceConfig => ({
  id: "bank",
  siteId: "community",
  kind: "battery",
  staleMs: 60_000,
  access: mqttAccess(access),
});

const open = (...configs: readonly DeviceConfig[]): DeviceBench => {
  bench = openDevices(configs);
  bench.devices.start();
  return bench;
};

const bank = ({ devices }: DeviceBench): DeviceState => {
  const [state] = devices.states();
  if (state === undefined) throw new Error("no device");
  return state;
};

afterEach(async () => {
  bench?.devices.stop();
  bench = null;
});

it("has a broker to be tested with wherever CI runs", () => {
  if (MOSQUITTO === null && process.env["CI"] !== "true")
    console.warn("mosquitto is not installed: the tests of MQTT against a real broker are skipped");
  else expect(MOSQUITTO).not.toBeNull();
});

describe.skipIf(MOSQUITTO === null)("a battery behind a broker", () => {
  let broker: Broker;
  /** What plays the battery. */
  let peer: MqttClient;

  beforeEach(async () => {
    broker = await startBroker();
    peer = await connectAsync(broker.url);
  });

  afterEach(async () => {
    await peer.endAsync(true);
    await broker.stop();
  });

  const ready = async (access: Partial<MqttAccess> = {}): Promise<DeviceBench> => {
    const one = open(bankAt({ broker: broker.url, ...access }));
    await until(() => bank(one).connected);
    return one;
  };

  it("tells its power and its charge, and its power is passed on", async () => {
    const one = await ready();
    await peer.publishAsync("bank/soc", "55.5");
    await peer.publishAsync("bank/power", '{"w":-2500}');
    await until(() => one.measured.length > 0);
    expect(one.measured).toEqual([
      { siteId: "community", kind: "battery", powerKw: -2.5, atMs: one.clock.now() },
    ]);
    expect(bank(one)).toMatchObject({ soc: { value: 55.5 }, staleSinceMs: null, refused: 0 });
    expect(one.changes).toEqual(["bank"]);
  });

  it("that tells garbage, wrong types and huge messages changes nothing and has one line in the log", async () => {
    const one = await ready();
    await peer.publishAsync("bank/power", '{"w":1000}');
    await until(() => one.measured.length > 0);
    const garbage = ["", "{", '{"w":"a lot"}', '{"w":[1]}', '{"W":1}', "\u0000\u0001", '{"w":1e300}'];
    for (const text of garbage) await peer.publishAsync("bank/power", text);
    await peer.publishAsync("bank/power", `{"w":5,"x":"${"x".repeat(1 << 20)}"}`);
    await peer.publishAsync("bank/soc", "300");
    await until(() => bank(one).refused === garbage.length + 2);
    expect(bank(one)).toMatchObject({ connected: true, power: { value: 1 }, soc: null });
    expect(one.log.filter(({ level }) => level === "warn")).toHaveLength(1);
    expect(one.measured).toHaveLength(1);
    await peer.publishAsync("bank/power", '{"w":2000}');
    await until(() => bank(one).power?.value === 2);
  });

  it("whose last message the broker kept is not believed to tell of now", async () => {
    await peer.publishAsync("bank/power", '{"w":9000}', { retain: true });
    const one = await ready();
    await until(() => bank(one).refused > 0);
    expect(bank(one).power).toBeNull();
  });

  it("is back after the broker was away", async () => {
    const one = await ready();
    await broker.stop();
    await until(() => !bank(one).connected);
    expect(await one.devices.setPower("bank", 1)).toMatchObject({ status: "unknown" });
    await one.turn(() => /ECONNREFUSED/.test(bank(one).lastError?.message ?? ""));
    broker = await startBroker([], broker.port);
    await one.turn(() => bank(one).connected);
    await peer.endAsync(true);
    peer = await connectAsync(broker.url);
    await peer.publishAsync("bank/power", '{"w":700}');
    await until(() => bank(one).power !== null);
    expect(one.log.filter(({ level }) => level === "warn")).toHaveLength(1);
  });

  it("is told its power, and confirmed when its power follows", async () => {
    const one = await ready();
    await peer.subscribeAsync("bank/set");
    peer.on(
      "message",
      (_topic, payload) => void peer.publishAsync("bank/power", `{"w":${payload.toString()}}`),
    );
    expect(await one.devices.setPower("bank", -3)).toEqual({ status: "confirmed" });
    expect(bank(one)).toMatchObject({ power: { value: -3 }, told: { powerKw: -3, confirmed: true } });
  });

  it("that is told a limit is confirmed by any power below it", async () => {
    const one = await ready({
      setpoint: { topic: "bank/set", key: null, factor: 0.001, echo: null, isLimit: true },
    });
    await peer.subscribeAsync("bank/set");
    peer.on("message", (_topic, payload) => {
      const watts = Number(payload.toString());
      void peer.publishAsync("bank/power", `{"w":${watts === 9000 ? 3000 : watts + 4000}}`);
    });
    expect(await one.devices.setPower("bank", 9)).toEqual({ status: "confirmed" });
    const told = one.devices.setPower("bank", 2);
    await one.turn(() => one.measured.at(-1)?.powerKw === 6);
    one.clock.step(one.clock.now() + 10_000);
    expect(await told).toMatchObject({ status: "unknown" });
  });

  it("is confirmed by its echo alone where it has one", async () => {
    const echo = { topic: "bank/took", pointer: null, timePointer: null, factor: 0.001 };
    const one = await ready({
      setpoint: { topic: "bank/set", key: "power", factor: 0.001, echo, isLimit: false },
    });
    await peer.subscribeAsync("bank/set");
    peer.on("message", (_topic, payload) => {
      const { power } = JSON.parse(payload.toString());
      void peer.publishAsync("bank/power", `{"w":${power}}`);
      void peer.publishAsync("bank/took", String(power > 0 ? power : 0));
    });
    expect(await one.devices.setPower("bank", 2)).toEqual({ status: "confirmed" });
    const refused = one.devices.setPower("bank", -2);
    await until(() => bank(one).power?.value === -2);
    const overMs = one.clock.now() + 2_000;
    while (one.clock.step(overMs));
    expect(await refused).toMatchObject({ status: "unknown" });
  });

  it("is not connected with a wrong password, which no line of the log holds", async () => {
    const file = `${process.env["TMPDIR"] ?? "/tmp"}/youxu-broker-passwords-${broker.port}`;
    writeFileSync(file, "");
    const closed = await startBroker(["allow_anonymous false", `password_file ${file}`]);
    try {
      const one = open(bankAt({ broker: closed.url, user: "me", password: "a-secret-of-mine" }));
      await until(() => bank(one).lastError !== null);
      expect(bank(one).connected).toBe(false);
      expect(bank(one).lastError?.message).toMatch(/not authori[sz]ed/i);
      expect(JSON.stringify([one.log, bank(one)])).not.toContain("a-secret-of-mine");
    } finally {
      await closed.stop();
    }
  });
});

describe("what is no broker", () => {
  let server: Server | null = null;
  afterEach(() => server?.close());

  it.each([
    ["speaks HTTP", (): Buffer => Buffer.from("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")],
    ["sends a packet without end", (): Buffer => Buffer.alloc(1 << 20, 0xff)],
    ["sends what is no packet", (): Buffer => Buffer.alloc(1 << 16, 0)],
  ])("%s, and is left alone for a while", async (_name, text) => {
    let tries = 0;
    server = createServer((socket) => {
      tries += 1;
      socket.on("error", () => socket.destroy());
      socket.on("data", () => socket.write(text()));
    });
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const one = open(bankAt({ broker: `mqtt://127.0.0.1:${port}`, timeoutMs: 300 }));
    await until(() => bank(one).lastError !== null);
    expect(tries).toBe(1);
    await one.turn(() => tries === 3);
    expect(bank(one)).toMatchObject({ connected: false, power: null });
    expect(one.log).toHaveLength(1);
  });
});
