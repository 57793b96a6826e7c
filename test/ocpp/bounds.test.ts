/** However much a station sends, what is kept of it stays bounded; docs/operations.md has the table. */
import { fc, test } from "@fast-check/vitest";
import { afterEach, describe, expect, it } from "vitest";
import type { Counter } from "../../src/ocpp/session/contract.js";
import { createBacklog, createReading } from "../../src/ocpp/session/reading.js";
import { remember } from "../../src/ocpp/common/memory.js";
import { createMessageLog } from "../../src/ocpp/server/message-log.js";
import { countFor, createStation } from "../../src/ocpp/server/station.js";
import { createTrafficBook } from "../../src/ocpp/server/traffic.js";
import { openStage, type Stage, until } from "./harness.js";
import { rawStation } from "./raw.js";

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.close();
  stage = null;
});

describe("what waits to be handled", () => {
  test.prop([fc.array(fc.nat({ max: 200 }), { maxLength: 60 }), fc.integer({ min: 1, max: 500 })])(
    "holds the peer beyond its bound, and lets it go on once half is done",
    (sizes, most) => {
      let paused = false;
      const reading = createReading({
        pause: () => {
          expect(paused).toBe(false);
          paused = true;
        },
        resume: () => {
          expect(paused).toBe(true);
          paused = false;
        },
      });
      const backlog = createBacklog(most, reading);
      const queue: number[] = [];
      const waiting = (): number => queue.reduce((sum, size) => sum + size, 0);
      for (const size of sizes) {
        // A peer that is held sends nothing more, but what it sent before is handled.
        if (!paused) {
          queue.push(size);
          backlog.add(size);
        } else backlog.done(queue.shift() ?? 0);
        expect(waiting()).toBeLessThanOrEqual(most + 200);
        expect(paused || waiting() <= most).toBe(true);
      }
      while (queue.length > 0) backlog.done(queue.shift() ?? 0);
      expect(paused).toBe(false);
    },
  );

  it("keeps the peer held while anybody holds it", () => {
    const told: string[] = [];
    const reading = createReading({ pause: () => told.push("pause"), resume: () => told.push("resume") });
    reading.hold();
    reading.hold();
    reading.release();
    expect(told).toEqual(["pause"]);
    reading.release();
    expect(told).toEqual(["pause", "resume"]);
  });

  it("is bounded in bytes though the store stands still, and all of it is answered when that goes on", async () => {
    const maxInboundBytes = 64 * 1024;
    stage = await openStage({ settings: { maxInboundBytes, messageBurst: 10_000 } });
    let goOn = (): void => undefined;
    const stands = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    stage.gateway.delay = () => stands;
    const { socket, heard } = await rawStation(stage.port, "CP1", "ocpp1.6");
    const start = { connectorId: 1, idTag: "C", meterStart: 0, timestamp: "2026-06-01T17:00:00Z" };
    socket.send(JSON.stringify([2, "start", "StartTransaction", start]));
    const [count, size] = [300, 20_000];
    const transfer = (id: number): string =>
      JSON.stringify([2, `m${id}`, "DataTransfer", { vendorId: "v", data: "x".repeat(size) }]);
    for (let id = 0; id < count; id++) socket.send(transfer(id));
    const inbound = (): number => stage?.central.connections()[0]?.inbound ?? 0;
    await until(() => inbound() >= 4, "some wait");
    // What was in a socket's chunk when it was held is taken in as well.
    for (let turn = 0; turn < 50; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(inbound() * size).toBeLessThan(maxInboundBytes + 3 * 65_536);
    }
    expect(stage.central.readings().queued["from-station"]).toBe(inbound());
    goOn();
    await until(() => heard.length === count + 1, "all are answered");
  });
});

describe("what is kept of a station", () => {
  it("are so many lines of the log, none of them long", () => {
    const lines: object[] = [];
    const log = {
      info: () => undefined,
      warn: (fields: object) => lines.push(fields),
      error: () => undefined,
    };
    const station = createStation("CP1");
    const traffic = createTrafficBook();
    const count = countFor(station, { log, traffic });
    const kinds: Counter[] = ["refused", "repaired", "bad-message"];
    for (let round = 0; round < 3_000; round++) count(kinds[round % 3]!, `${round} ${"x".repeat(10_000)}`);
    expect(station.logged.size).toBe(64);
    expect(lines).toHaveLength(64);
    expect(Math.max(...[...station.logged].map(({ length }) => length))).toBeLessThanOrEqual(400);
    expect(station.counters.size).toBe(3);
    expect([...traffic.complaints().values()]).toEqual([1_000, 1_000, 1_000]);
  });

  it("are so many connectors and readings, the newest", () => {
    const map = new Map<number, string>();
    for (let key = 0; key < 10_000; key++) remember(map, key, "Available");
    expect(map.size).toBe(256);
    expect([...map.keys()][0]).toBe(10_000 - 256);
  });

  it("is a name that is no longer than names are", async () => {
    stage = await openStage();
    const { socket, heard } = await rawStation(stage.port, "CP1", "ocpp1.6");
    const boot = { chargePointVendor: "V".repeat(50_000), chargePointModel: "M".repeat(50_000) };
    socket.send(JSON.stringify([2, "1", "BootNotification", boot]));
    await until(() => heard.length > 0);
    const told = stage.gateway.reports.find((event) => event.kind === "booted");
    expect(told).toMatchObject({ vendor: "V".repeat(50), model: "M".repeat(50) });
  });
});

describe("what is kept of all stations", () => {
  it("is a log of messages of so many bytes", () => {
    const log = createMessageLog(100_000);
    for (let index = 0; index < 5_000; index++)
      log.record({
        stationId: `CP${index % 9}`,
        atMs: index,
        direction: "from-station",
        text: "x".repeat(index % 900),
      });
    expect(log.bytes()).toBeLessThanOrEqual(100_000);
    expect(log.bytes()).toBeGreaterThan(90_000);
  });

  test.prop([fc.array(fc.string({ maxLength: 8 }), { maxLength: 200 })])(
    "are counts of actions that the version knows, and one of all others",
    (actions) => {
      const book = createTrafficBook(() => 0);
      const traffic = book.of("1.6", { knows: (action) => action === "Heartbeat" });
      for (const action of [...actions, "Heartbeat"]) traffic.received(action, "answered", 0);
      const counted = new Map(book.messages().map(({ action, count }) => [action, count]));
      expect([...counted.keys()].filter((action) => action !== "other")).toEqual(["Heartbeat"]);
      expect([...counted.values()].reduce((sum, count) => sum + count, 0)).toBe(actions.length + 1);
    },
  );
});

describe("a message in many pieces", () => {
  it("ends the connection before its pieces fill the memory", async () => {
    stage = await openStage();
    const { socket, closed } = await rawStation(stage.port, "CP1", "ocpp1.6");
    for (let piece = 0; piece < 2_000; piece++) socket.send("x", { fin: false });
    expect([1006, 1008]).toContain(await closed);
    await until(() => stage?.central.connections().length === 0);
  });
});
