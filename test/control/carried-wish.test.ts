/** What a driver said goes on where a station that was reset begins again for the same car. */
import { describe, expect, it } from "vitest";
import { createFleetKeeper } from "../../src/control/fleet-keeper.js";
import type { EvseState } from "../../src/domain/fleet.js";
import { UNSAID } from "../../src/domain/session.js";
import { MINUTE_MS, SECOND_MS } from "../../src/domain/units.js";
import { createMemoryLedger } from "../../src/ports/ledger-memory.js";
import { ended, minutes, started, updated } from "../store/events.js";

const WISH = { ...UNSAID, departureMs: minutes(600), energyNeedKwh: 20, profileType: "FAST" } as const;
const PLACE = { stationId: "CP1", evseId: 1 };

const open = () => {
  const ledger = createMemoryLedger({});
  const failures: unknown[] = [];
  const keeper = createFleetKeeper(
    ledger,
    () => undefined,
    (failure) => void failures.push(failure),
  );
  const running = () => keeper.station("CP1")?.evses.get(1)?.session ?? null;
  const status = (said: EvseState["status"]) =>
    keeper.apply({ kind: "status", ...PLACE, atMs: minutes(30), status: said });
  /** Its driver wishes, and charges now; the wish is on disk first. */
  const begun = async () => {
    await keeper.record(started());
    const session = { ...running()!, preference: WISH, chargeNow: true };
    await ledger.savePreference(session.id, WISH);
    await ledger.saveChargeNow(session.id, true);
    keeper.apply({ kind: "session-changed", ...PLACE, atMs: minutes(1), session });
    status("Occupied");
  };
  const stop = (change: Parameters<typeof ended>[0] = {}) =>
    keeper.record(
      ended({
        atMs: minutes(30),
        stationTimeMs: minutes(30),
        meterWh: 12_000,
        reason: "HardReset",
        ...change,
      }),
    );
  const again = (change: Parameters<typeof started>[0] = {}) =>
    keeper.record(
      started({
        transactionId: "tx-2",
        atMs: minutes(31),
        stationTimeMs: minutes(31),
        meterWh: 12_000,
        ...change,
      }),
    );
  const stored = async () =>
    (await ledger.openSessions()).find(({ transactionId }) => transactionId === "tx-2");
  return { keeper, running, status, begun, stop, again, stored, failures };
};

const REST = { preference: { ...WISH, energyNeedKwh: 18 }, chargeNow: true };
const NOTHING = { preference: null, chargeNow: false };
const LATE_MS = minutes(35) + SECOND_MS;

describe("a wish", () => {
  it.each<[string, (stage: ReturnType<typeof open>) => Promise<void>, object]>([
    [
      "goes on after a reset, less what the car was given",
      async ({ stop, again }) => void (await stop(), await again()),
      REST,
    ],
    [
      "goes on whatever the case of the card",
      async ({ stop, again }) => void (await stop(), await again({ idToken: "card" })),
      REST,
    ],
    [
      "goes on where the power was cut, so that no stop came",
      async ({ keeper, again }) => {
        await keeper.record(updated({}, { importedWh: 12_000 }));
        await again();
      },
      REST,
    ],
    [
      "goes on over other states of the EVSE",
      async ({ stop, status, again }) => {
        await stop();
        status("Faulted");
        status("Occupied");
        await again();
      },
      REST,
    ],
    [
      "ends with another card",
      async ({ stop, again }) => void (await stop(), await again({ idToken: "OTHER" })),
      NOTHING,
    ],
    [
      "ends where the new card is refused",
      async ({ stop, again }) => void (await stop(), await again({ authorized: false })),
      NOTHING,
    ],
    [
      "ends where the EVSE was said to be free",
      async ({ stop, status, again }) => {
        await stop();
        status("Available");
        status("Occupied");
        await again();
      },
      NOTHING,
    ],
    [
      "ends where the EVSE was free before the stop came",
      async ({ stop, status, again }) => {
        status("Available");
        await stop();
        await again();
      },
      NOTHING,
    ],
    [
      "ends where the car was unplugged",
      async ({ stop, again }) => void (await stop({ reason: "EVDisconnected" }), await again()),
      NOTHING,
    ],
    [
      "ends five minutes after the stop",
      async ({ stop, again }) => void (await stop(), await again({ stationTimeMs: LATE_MS })),
      NOTHING,
    ],
  ])("%s", async (_, play, expected) => {
    const stage = open();
    await stage.begun();
    await play(stage);
    expect(stage.running()).toMatchObject({ transactionId: "tx-2", ...expected });
    // A restart of the server finds it.
    expect(await stage.stored()).toMatchObject(expected);
    expect(stage.failures).toEqual([]);
  });

  it.each<[string, object]>([
    ["SoftReset", REST],
    ["Reboot", REST],
    ["PowerLoss", REST],
    ["ImmediateReset", REST],
    ["Local", NOTHING],
    ["Remote", NOTHING],
    ["EVDisconnected", NOTHING],
    ["DeAuthorized", NOTHING],
    ["Other", NOTHING],
  ])("goes on where nobody asked for the end: %s", async (reason, expected) => {
    const { begun, stop, again, running } = open();
    await begun();
    await stop({ reason });
    await again();
    expect(running()).toMatchObject({ transactionId: "tx-2", ...expected });
  });

  it("is that of the car alone that begins next", async () => {
    const { begun, stop, again, running, keeper } = open();
    await begun();
    await stop();
    await again({ idToken: "OTHER", atMs: minutes(30) + SECOND_MS, stationTimeMs: minutes(30) + SECOND_MS });
    const atMs = minutes(31) + MINUTE_MS;
    await keeper.record(started({ transactionId: "tx-3", atMs, stationTimeMs: atMs, meterWh: 12_000 }));
    expect(running()).toMatchObject({ transactionId: "tx-3", ...NOTHING });
  });
});
