import { describe, expect, it } from "vitest";
import type { FleetEvent } from "../../src/domain/fleet.js";
import type { StationNews } from "../../src/domain/station-news.js";
import { eventOfExcess, eventOfFleet, eventOfNews } from "../../src/management/webhook-events.js";
import { sessionOf } from "../fixtures/sites.js";

const siteOf = (stationId: string): string | null => (stationId === "a" ? "home" : null);
const at = { stationId: "a", atMs: 5 };
const head = { siteId: "home", ...at };
const session = sessionOf("a", { idToken: "CARD", importedKwh: 3 });

describe("of the fleet", () => {
  it.each<[FleetEvent, object | null]>([
    [
      { kind: "connected", ...at, version: "2.1" },
      { kind: "station.connected", ...head, data: { version: "2.1" } },
    ],
    [
      { kind: "disconnected", ...at },
      { kind: "station.disconnected", ...head, data: {} },
    ],
    [
      { kind: "disconnected", stationId: "x", atMs: 5 },
      { siteId: null, stationId: "x" },
    ],
    [
      { kind: "session-opened", ...at, evseId: 1, session },
      { kind: "transaction.started", data: { evseId: 1 } },
    ],
    [
      { kind: "session-closed", ...at, evseId: 1, session },
      { kind: "transaction.ended", data: { importedKwh: 3 } },
    ],
    // It began before this process did, and was told of then.
    [{ kind: "session-recovered", ...at, evseId: 1, session }, null],
    [
      { kind: "status", ...at, evseId: 2, status: "Faulted" },
      { kind: "evse.faulted", ...head, data: { evseId: 2 } },
    ],
    [{ kind: "status", ...at, evseId: 2, status: "Occupied" }, null],
    [{ kind: "seen", ...at }, null],
  ])("%j", (event, told) => {
    const made = eventOfFleet(event, siteOf);
    if (told === null) expect(made).toBeNull();
    else expect(made).toMatchObject(told);
    expect(JSON.stringify(made)).not.toContain("CARD");
  });
});

describe("of a station's news", () => {
  it.each<[StationNews, object | null]>([
    [
      { kind: "booted", ...at, vendor: "V", model: "M", serialNumber: "S", firmwareVersion: "1" },
      { kind: "station.booted", ...head, data: { vendor: "V", model: "M", firmwareVersion: "1" } },
    ],
    [{ kind: "commanded", ...at, command: { kind: "clear-cache" }, outcome: { status: "accepted" } }, null],
  ])("%j", (news, told) => {
    expect(eventOfNews(news, siteOf)).toEqual(told);
  });
});

it("of a limit", () => {
  const excess = {
    siteId: "home",
    nodeId: "root",
    direction: "import",
    powerKw: 9,
    limitKw: 8,
    atMs: 5,
  } as const;
  const told = { atMs: 5, siteId: "home", stationId: null, data: excess };
  expect(eventOfExcess({ ...excess, isOver: true })).toEqual({ kind: "limit.exceeded", ...told });
  expect(eventOfExcess({ ...excess, isOver: false })).toEqual({ kind: "limit.kept", ...told });
});
