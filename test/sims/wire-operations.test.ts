import { afterEach, describe, expect, it } from "vitest";
import { listOf, type Payload } from "../../sims/station/wire/words.js";
import { NOON } from "../fixtures/visits.js";
import { MINUTE, settled, startWire, STATIONS, stopWire, visitAt } from "./wire-stage.js";

afterEach(stopWire);

describe("virtual stations, asked by an operator,", () => {
  it("reset, go out of service and back, and keep the plug of a transaction", async () => {
    const { clock, tiny, wire } = await startWire();
    const of16 = (id: string): boolean => id === "old-16";
    const ids = STATIONS.map(({ stationId }) => stationId);
    const all = (action: string, in16: object, in2x: object) =>
      Promise.all(ids.map((id) => tiny.call(id, action, { ...(of16(id) ? in16 : in2x) })));
    const told = (action: string): number => tiny.received.filter((one) => one.action === action).length;
    const statuses = (): unknown[] =>
      ids.map((id) => {
        const last = tiny.received.findLast(
          (one) => one.identity === id && one.action === "StatusNotification",
        );
        return last?.payload["connectorStatus"] ?? last?.payload["status"];
      });
    const accepted = ids.map(() => ({ status: "Accepted" }));

    for (const station of wire.fleet.stations.values()) station.plug(visitAt(station.id));
    await settled(clock, wire.fleet, NOON + MINUTE);
    expect(await all("UnlockConnector", { connectorId: 1 }, { evseId: 1, connectorId: 1 })).toEqual(
      ids.map((id) => ({ status: of16(id) ? "UnlockFailed" : "OngoingAuthorizedTransaction" })),
    );
    expect(told("BootNotification")).toBe(4);
    expect(await all("Reset", { type: "Hard" }, { type: "Immediate" })).toEqual(accepted);
    await settled(clock, wire.fleet, NOON + 3 * MINUTE);
    // They are off for some seconds, boot, and ask for their cars again.
    expect(told("BootNotification")).toBe(8);
    expect(told("Authorize")).toBe(8);
    const ended = tiny.received.filter(
      ({ action, payload }) => action === "StopTransaction" || payload["eventType"] === "Ended",
    );
    expect(ended).toHaveLength(4);

    const out = [{ connectorId: 0, type: "Inoperative" }, { operationalStatus: "Inoperative" }] as const;
    expect(await all("ChangeAvailability", ...out)).toEqual(ids.map(() => ({ status: "Scheduled" })));
    expect(statuses()).not.toContain("Unavailable");
    for (const station of wire.fleet.stations.values()) station.unplug();
    await settled(clock, wire.fleet, NOON + 4 * MINUTE);
    expect(statuses()).toEqual(ids.map(() => "Unavailable"));
    for (const station of wire.fleet.stations.values()) station.plug(visitAt(station.id));
    await settled(clock, wire.fleet, NOON + 5 * MINUTE);
    expect(wire.fleet.stations.get("mid-201")?.model().transaction).toBeNull();
    const back = [{ connectorId: 0, type: "Operative" }, { operationalStatus: "Operative" }] as const;
    expect(await all("ChangeAvailability", ...back)).toEqual(accepted);
    expect(await all("UnlockConnector", { connectorId: 1 }, { evseId: 1, connectorId: 1 })).toEqual(
      ids.map(() => ({ status: "Unlocked" })),
    );
    await settled(clock, wire.fleet, NOON + 6 * MINUTE);
    expect(statuses()).not.toContain("Unavailable");
    expect(tiny.invalid).toEqual([]);
  });

  it("tell their device model part by part after they were asked", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(1));
    const call = (id: string, reportBase: string): Promise<Payload> =>
      tiny.call(id, "GetBaseReport", { requestId: 5, reportBase });
    expect(await call("mid-201", "SummaryInventory")).toEqual({ status: "NotSupported" });
    await tiny.call("mid-201", "SetVariables", {
      setVariableData: [
        {
          component: { name: "OCPPCommCtrlr" },
          variable: { name: "HeartbeatInterval" },
          attributeValue: "77",
        },
      ],
    });
    expect(await call("mid-201", "FullInventory")).toEqual({ status: "Accepted" });
    expect(await call("v2g-21", "ConfigurationInventory")).toEqual({ status: "Accepted" });
    await settled(clock, wire.fleet, NOON + MINUTE);
    const reports = (id: string): Payload[] =>
      tiny.received
        .filter(({ identity, action }) => identity === id && action === "NotifyReport")
        .map(({ payload }) => payload);
    expect(reports("mid-201").map(({ seqNo, tbc }) => [seqNo, tbc])).toEqual([
      [0, true],
      [1, false],
    ]);
    expect(JSON.stringify(reports("mid-201"))).toContain('"value":"77"');
    expect(JSON.stringify(reports("mid-201"))).toContain("PeriodsPerSchedule");
    expect(JSON.stringify(reports("v2g-21"))).not.toContain("PeriodsPerSchedule");
    expect(tiny.invalid).toEqual([]);
    expect(wire.violations()).toEqual([]);
  });

  it("are held for whom they are told, and begin nothing for anybody else", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(0, 2));
    const until = new Date(NOON + 20 * MINUTE).toISOString();
    const reserve = (id: string, number: number, token: string): Promise<Payload> =>
      id === "old-16"
        ? tiny.call(id, "ReserveNow", {
            connectorId: 1,
            reservationId: number,
            idTag: token,
            expiryDate: until,
          })
        : tiny.call(id, "ReserveNow", {
            id: number,
            evseId: 1,
            expiryDateTime: until,
            idToken: { idToken: token, type: "ISO14443" },
          });
    const cancel = (id: string, reservationId: number) =>
      tiny.call(id, "CancelReservation", { reservationId });
    const runs = (id: string): boolean => wire.fleet.stations.get(id)?.model().transaction !== null;
    for (const id of ["old-16", "mid-201"]) {
      const { idToken } = visitAt(id);
      expect(await reserve(id, 1, "SOMEBODY-ELSE")).toEqual({ status: "Accepted" });
      expect(await reserve(id, 2, idToken)).toEqual({ status: "Occupied" });
      wire.fleet.stations.get(id)?.plug(visitAt(id));
      await settled(clock, wire.fleet, clock.now() + MINUTE);
      expect(runs(id)).toBe(false);
      wire.fleet.stations.get(id)?.unplug();
      expect(await cancel(id, 2)).toEqual({ status: "Rejected" });
      expect(await cancel(id, 1)).toEqual({ status: "Accepted" });
      expect(await reserve(id, 2, idToken.toLowerCase())).toEqual({ status: "Accepted" });
      wire.fleet.stations.get(id)?.plug(visitAt(id));
      await settled(clock, wire.fleet, clock.now() + MINUTE);
      expect(runs(id)).toBe(true);
    }
    expect(tiny.invalid).toEqual([]);
  });

  it("tell which profiles they hold and how their transactions stand, in each version of 2.x", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(1));
    const answers: Payload[] = [];
    for (const id of ["mid-201", "v2g-21"]) {
      const ask = (requestId: number, criterion: object, evseId?: number): Promise<Payload> =>
        tiny.call(id, "GetChargingProfiles", {
          requestId,
          ...(evseId === undefined ? {} : { evseId }),
          chargingProfile: { ...criterion },
        });
      expect(await ask(1, {})).toEqual({ status: "NoProfiles" });
      wire.fleet.stations.get(id)?.plug(visitAt(id));
      await settled(clock, wire.fleet, clock.now() + MINUTE);
      const transactionId = wire.fleet.stations.get(id)?.model().transaction?.localId ?? "";
      const status = (transaction: object) => tiny.call(id, "GetTransactionStatus", { ...transaction });
      expect(await status({ transactionId })).toEqual({ ongoingIndicator: true, messagesInQueue: false });
      expect(await status({ transactionId: "gone" })).toMatchObject({ ongoingIndicator: false });
      expect(await status({})).toEqual({ messagesInQueue: false });
      const set = (evseId: number, profile: object, limit: number) =>
        tiny.call(id, "SetChargingProfile", {
          evseId,
          chargingProfile: {
            stackLevel: 0,
            chargingProfileKind: "Absolute",
            ...profile,
            chargingSchedule: [
              {
                id: 1,
                startSchedule: new Date(NOON).toISOString(),
                chargingRateUnit: "A",
                chargingSchedulePeriod: [{ startPeriod: 0, limit }],
              },
            ],
          },
        });
      await set(1, { id: 5, chargingProfilePurpose: "TxProfile", transactionId }, 10);
      await set(0, { id: 6, chargingProfilePurpose: "ChargingStationMaxProfile" }, 20);
      answers.push(await ask(2, {}), await ask(3, {}, 1), await ask(4, { stackLevel: 3 }));
      answers.push(await ask(5, { chargingProfilePurpose: "ChargingStationMaxProfile" }));
      await settled(clock, wire.fleet, clock.now() + MINUTE);
      const told = tiny.received
        .filter(({ identity, action }) => identity === id && action === "ReportChargingProfiles")
        .map(({ payload: { requestId, evseId, tbc, chargingProfile } }) => [
          requestId,
          evseId,
          tbc,
          listOf(chargingProfile).map((one) => [one["id"], one["transactionId"] ?? null]),
        ]);
      expect(told).toEqual([
        [2, 1, true, [[5, transactionId]]],
        [2, 0, false, [[6, null]]],
        [3, 1, false, [[5, transactionId]]],
        [5, 0, false, [[6, null]]],
      ]);
    }
    const [some, none] = [{ status: "Accepted" }, { status: "NoProfiles" }];
    expect(answers).toEqual([some, some, none, some, some, some, none, some]);
    expect(tiny.invalid).toEqual([]);
    expect(wire.violations()).toEqual([]);
  });

  it("wait with a reset until no transaction runs, where they are asked to", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(1, 2));
    const station = wire.fleet.stations.get("mid-201");
    const boots = (): number => tiny.received.filter(({ action }) => action === "BootNotification").length;
    station?.plug(visitAt("mid-201"));
    await settled(clock, wire.fleet, NOON + MINUTE);
    expect(await tiny.call("mid-201", "Reset", { type: "OnIdle" })).toEqual({ status: "Scheduled" });
    await settled(clock, wire.fleet, NOON + 10 * MINUTE);
    expect([boots(), station?.model().transaction === null]).toEqual([1, false]);
    station?.unplug();
    await settled(clock, wire.fleet, NOON + 12 * MINUTE);
    expect([boots(), station?.connected()]).toEqual([2, true]);
  });

  it("keep monitors, messages and tariffs, and tell of them after they were asked", async () => {
    const { clock, tiny, wire } = await startWire(STATIONS.slice(1));
    const call = (action: string, payload: object, id = "v2g-21"): Promise<Payload> =>
      tiny.call(id, action, { ...payload });
    const place = { component: { name: "EVSE", evse: { id: 1 } }, variable: { name: "Power" } };
    const wanted = { ...place, type: "Delta", value: 500, severity: 6 };
    for (const id of ["mid-201", "v2g-21"]) {
      expect(await call("GetMonitoringReport", { requestId: 1 }, id)).toEqual({ status: "EmptyResultSet" });
      const set = { setMonitoringData: [wanted, { ...wanted, type: "Periodic", value: 60 }] };
      expect(await call("SetVariableMonitoring", set, id)).toMatchObject({
        setMonitoringResult: [{ id: 1 }, { id: 2 }],
      });
      expect(await call("ClearVariableMonitoring", { id: [1, 9] }, id)).toEqual({
        clearMonitoringResult: [
          { id: 1, status: "Accepted" },
          { id: 9, status: "NotFound" },
        ],
      });
      await call("GetMonitoringReport", { requestId: 2, monitoringCriteria: ["PeriodicMonitoring"] }, id);
      const message = { id: 3, priority: "InFront", message: { format: "UTF8", content: "你好" } };
      expect(await call("GetDisplayMessages", { requestId: 3 }, id)).toEqual({ status: "Unknown" });
      await call("SetDisplayMessage", { message }, id);
      await call("GetDisplayMessages", { requestId: 4, id: [3] }, id);
      const idToken = { idToken: "A", type: "Central" };
      await call("CustomerInformation", { requestId: 5, report: true, clear: true, idToken }, id);
      await call(
        "GetReport",
        { requestId: 6, componentVariable: [{ component: { name: "OCPPCommCtrlr" } }] },
        id,
      );
    }
    const tariff = { tariffId: "t", currency: "CNY", energy: { prices: [{ priceKwh: 1 }] } };
    expect(await call("GetTariffs", { evseId: 0 })).toEqual({ status: "NoTariff" });
    await call("SetDefaultTariff", { evseId: 0, tariff });
    expect(await call("GetTariffs", { evseId: 0 })).toMatchObject({ tariffAssignments: [{ tariffId: "t" }] });
    expect(await call("ClearTariffs", {})).toMatchObject({ clearTariffsResult: [{ tariffId: "t" }] });
    expect(await call("ChangeTransactionTariff", { transactionId: "x", tariff })).toEqual({
      status: "TxNotFound",
    });
    await settled(clock, wire.fleet, NOON + MINUTE);
    const told = (action: string): Payload[] =>
      tiny.received.filter((one) => one.action === action).map(({ payload }) => payload);
    expect(told("NotifyMonitoringReport")).toMatchObject(
      Array.from({ length: 2 }, () => ({ requestId: 2, monitor: [{ variableMonitoring: [{ id: 2 }] }] })),
    );
    expect(told("NotifyDisplayMessages")).toMatchObject(
      Array.from({ length: 2 }, () => ({ requestId: 4, messageInfo: [{ id: 3 }] })),
    );
    expect(told("NotifyCustomerInformation").map(({ requestId }) => requestId)).toEqual([5, 5]);
    expect(told("NotifyReport")).toMatchObject(
      Array.from({ length: 2 }, () => ({
        requestId: 6,
        reportData: [{ variable: { name: "HeartbeatInterval" } }],
      })),
    );
    expect(tiny.invalid).toEqual([]);
    expect(wire.violations()).toEqual([]);
  });
});
