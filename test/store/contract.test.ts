/**
 * What every ledger obeys; run over the one in memory and the one in SQLite. The laws of bills are in
 * bills.test.ts.
 *
 * 1. The same message again is a duplicate and gets the same answer.
 * 2. A message that fits no transaction of its station is kept aside, and changes nothing.
 * 3. One EVSE holds one car: a further start ends the one before.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TransactionEvent } from "../../src/domain/fleet.js";
import type { Preference } from "../../src/domain/session.js";
import type { FlaggingLedger } from "../../src/ports/ledger-memory.js";
import { bills, ended, minutes, resent, sampleOf, started, T0, updated, v16 } from "./events.js";
import { kinds, type Parts } from "./kinds.js";

describe.each(kinds)("ledger in $name", ({ open }) => {
  let parts: Parts;
  let ledger: FlaggingLedger;
  beforeEach(async () => {
    parts = await open();
    ledger = parts.ledger;
  });
  afterEach(() => parts.close());

  const recordAll = async (events: readonly TransactionEvent[], into: FlaggingLedger = ledger) => {
    for (const event of events) await into.record(event);
    return into.sessionsBetween(0, Number.MAX_SAFE_INTEGER);
  };

  it("opens a session with its start and closes it with its end", async () => {
    const first = await ledger.record(started());
    expect(first).toMatchObject({ outcome: "stored", transactionId: "tx-1" });
    expect(first.session).toMatchObject({
      id: `CP1.1.${T0.toString(36)}`,
      startedMs: T0,
      endedMs: null,
      meterStartWh: 10_000,
      importedKwh: 0,
    });
    expect(await ledger.openSessions()).toEqual([first.session]);
    const last = await ledger.record(ended());
    expect(last.session).toMatchObject({ importedKwh: 7, endedMs: minutes(60) });
    expect(await ledger.openSessions()).toEqual([]);
    expect(await ledger.session(first.session?.id ?? "")).toEqual(last.session);
    expect(await ledger.flagged()).toMatchObject([{ missingMessages: 1 }]);
  });

  it.each([
    ["after the cable", [started({ idToken: null }), { ...updated(), idToken: "CARD" }], "CARD"],
    ["heard before its start", [{ ...updated(), idToken: "CARD" }, started({ idToken: null })], "CARD"],
    ["of the start", [started({ idToken: "FIRST" }), { ...updated(), idToken: "CARD" }], "FIRST"],
    ["of the start, heard last", [{ ...updated(), idToken: "CARD" }, started({ idToken: "FIRST" })], "FIRST"],
  ])("knows the card of a session: %s", async (_, events, idToken) => {
    expect(await recordAll(events)).toMatchObject([{ idToken }]);
    expect(await ledger.openSessions()).toMatchObject([{ idToken }]);
  });

  it("answers a 1.6 start that is sent again with the same id, and another start with another", async () => {
    const first = await ledger.record(v16.started());
    const again = await ledger.record(resent(v16.started()));
    const other = await ledger.record(v16.started({ idToken: "OTHER" }));
    expect(again).toMatchObject({ outcome: "duplicate", transactionId: first.transactionId });
    expect(other.transactionId).not.toBe(first.transactionId);
    expect(other.session?.id).toBe(`${first.session?.id}.2`);
  });

  it("never gives two 1.6 transactions one id, over all stations", async () => {
    const picks = [7, 7, 7, 8, 8, 9];
    const own = await open(() => picks.shift() ?? 0);
    const ids = [];
    for (const stationId of ["CP1", "CP2", "CP3"])
      ids.push((await own.ledger.record(v16.started({ stationId }))).transactionId);
    expect(ids).toEqual(["7", "8", "9"]);
    await own.close();
  });

  it("lets the first stop win and puts a contradicting one aside", async () => {
    const { transactionId } = await ledger.record(v16.started());
    const stop = v16.ended(transactionId);
    const first = await ledger.record(stop);
    const again = await ledger.record(resent(stop));
    const other = await ledger.record({ ...stop, meterWh: 99_000 });
    expect(again).toEqual({ ...first, outcome: "duplicate" });
    expect(other).toEqual({ ...first, outcome: "duplicate" });
    expect(await ledger.quarantined()).toMatchObject([{ stationId: "CP1", event: { meterWh: 99_000 } }]);
  });

  it("counts a 1.6 meter value once per station, transaction and station time", async () => {
    const { transactionId } = await ledger.record(v16.started());
    const value = v16.updated(transactionId);
    expect((await ledger.record(value)).outcome).toBe("stored");
    expect((await ledger.record(resent(value))).outcome).toBe("duplicate");
    expect((await ledger.record({ ...value, stationTimeMs: minutes(11) })).outcome).toBe("stored");
  });

  it("counts power and energy of one moment that come in two messages, each once", async () => {
    const { transactionId } = await ledger.record(v16.started());
    const energy = v16.updated(transactionId, { sample: sampleOf({ importedWh: 12_000 }) });
    const power = v16.updated(transactionId, { sample: sampleOf({ powerKw: 3 }) });
    const otherPower = v16.updated(transactionId, { sample: sampleOf({ powerKw: 4 }) });
    const derived = v16.updated(transactionId, { sample: sampleOf({ importedWh: 12_000, powerKw: 5 }) });
    const outcomes = [];
    for (const event of [power, energy, otherPower, resent(power), resent(energy), resent(derived)])
      outcomes.push((await ledger.record(event)).outcome);
    expect(outcomes).toEqual(["stored", "stored", "stored", "duplicate", "duplicate", "duplicate"]);
    expect(bills(await recordAll([]))).toMatchObject([{ importedWh: 2000 }]);
  });

  it.each([1e308, -1e308, Number.MAX_SAFE_INTEGER * 4])(
    "does not count a register of %d Wh, keeps the message aside and lets the transaction go on",
    async (absurdWh) => {
      const first = await ledger.record(v16.started({ meterWh: absurdWh }));
      const { transactionId } = first;
      expect(first).toMatchObject({ outcome: "stored", session: { importedKwh: 0 } });
      expect(await ledger.record(resent(v16.started({ meterWh: absurdWh })))).toMatchObject({
        outcome: "duplicate",
        transactionId,
      });
      await recordAll([
        v16.updated(transactionId, {
          stationTimeMs: minutes(1),
          sample: sampleOf({ importedWh: absurdWh, exportedWh: absurdWh }),
        }),
        v16.updated(transactionId),
        v16.ended(transactionId, { meterWh: 14_000, exportedWh: absurdWh }),
      ]);
      expect(bills(await recordAll([]))).toMatchObject([{ importedWh: 3000, exportedWh: 0 }]);
      expect((await ledger.quarantined()).map(({ event }) => event.kind)).toEqual([
        "transaction-started",
        "transaction-updated",
        "transaction-ended",
      ]);
    },
  );

  it.each([
    ["of an EVSE that no station has", v16.started({ evseId: 1e9 })],
    ["of an EVSE that no station has", started({ evseId: 1e9 })],
    ["without a transaction", updated({ transactionId: "" })],
  ])("keeps a message %s aside, and changes nothing", async (_, event) => {
    expect(await ledger.record(event)).toMatchObject({ outcome: "quarantined", session: null });
    expect(await ledger.openSessions()).toEqual([]);
    expect(await ledger.quarantined()).toMatchObject([{ event }]);
  });

  it("keeps a message that cannot be understood aside as it came, once", async () => {
    const unclear = (atMs: number) =>
      ({ kind: "unclear", stationId: "CP1", atMs, action: "StartTransaction", payload: '{"a":1}' }) as const;
    expect(await ledger.keepAside(unclear(T0), "nothing is told")).toBe(true);
    expect(await ledger.keepAside(unclear(minutes(1)), "nothing is told")).toBe(false);
    expect(await ledger.keepAside({ ...unclear(T0), payload: "{}" }, "nothing is told")).toBe(true);
    const [first, ...others] = await ledger.quarantined();
    expect(first).toEqual({ stationId: "CP1", atMs: T0, event: unclear(T0), why: "nothing is told" });
    expect(others).toHaveLength(1);
  });

  describe("of a session whose stop has not come", () => {
    const free = { atMs: minutes(30), reason: "evse-available" } as const;
    let id: string;
    beforeEach(async () => {
      id = (await ledger.record(started())).session?.id ?? "";
      await ledger.record(updated());
    });

    it("ends it where the EVSE is free, with a reason, and flags it", async () => {
      expect(await ledger.endUnstopped(id, free)).toMatchObject({
        endedMs: minutes(30),
        endReason: "evse-available",
        importedKwh: 1,
      });
      expect(await ledger.openSessions()).toEqual([]);
      expect(await ledger.flagged()).toMatchObject([{ lost: true }]);
      expect(await ledger.sessionsBetween(minutes(31), minutes(40))).toEqual([]);
      expect(await ledger.sessionsBetween(minutes(29), minutes(40))).toHaveLength(1);
    });

    it("takes its stop and queued samples when they come, nothing lost or doubled", async () => {
      await ledger.endUnstopped(id, free);
      const late = updated({ seqNo: 2, stationTimeMs: minutes(20) }, { importedWh: 12_000 });
      const [session] = await recordAll([late, ended({ seqNo: 3, stationTimeMs: minutes(25) })]);
      expect(session).toMatchObject({ endedMs: minutes(25), endReason: "EVDisconnected", importedKwh: 7 });
      expect(await ledger.endUnstopped(id, free)).toEqual(session);
    });

    it("runs again when the station speaks of it as running, which no older word changes", async () => {
      await ledger.endUnstopped(id, free);
      const running = updated({ seqNo: 2, stationTimeMs: minutes(40), atMs: minutes(40) });
      expect((await ledger.record(running)).session).toMatchObject({ endedMs: null, endReason: null });
      expect(await ledger.endUnstopped(id, free)).toMatchObject({ endedMs: null });
      expect(await ledger.openSessions()).toHaveLength(1);
    });

    it("ends where the next began, when that was before the EVSE was free", async () => {
      await ledger.endUnstopped(id, free);
      const next = started({ transactionId: "tx-2", stationTimeMs: minutes(20), atMs: minutes(20) });
      const { others } = await ledger.record(next);
      expect(others).toMatchObject([{ id, endedMs: minutes(20), endReason: "next-transaction" }]);
    });

    it("is ended by the operator even where the station's clock is ahead", async () => {
      const end = { atMs: minutes(1), reason: "ended-by-operator" } as const;
      expect(await ledger.endUnstopped(id, end)).toMatchObject({
        endedMs: minutes(10),
        endReason: "ended-by-operator",
      });
      await expect(ledger.endUnstopped("none", end)).rejects.toMatchObject({ code: "not-found.session" });
    });
  });

  it("knows whether the token that was shown last may charge", async () => {
    const standing = async () => (await ledger.openSessions())[0]?.authorized;
    await ledger.record(started());
    expect(await standing()).toBe(true);
    await ledger.record(updated({ seqNo: 1, stationTimeMs: minutes(1), authorized: false }));
    expect(await standing()).toBe(false);
    await ledger.record(updated({ seqNo: 3, stationTimeMs: minutes(3), authorized: true }));
    await ledger.record(updated({ seqNo: 2, stationTimeMs: minutes(2), authorized: false }));
    expect(await standing()).toBe(true);
  });

  it.each(["-1", "0", "4711", "mine"])("quarantines a 1.6 stop of transaction %s, once", async (id) => {
    await ledger.record(v16.started({ stationId: "VICTIM" }));
    const before = await ledger.openSessions();
    const stop = v16.ended(id, { stationId: "CP2" });
    for (const event of [stop, resent(stop)])
      expect(await ledger.record(event)).toEqual({
        outcome: "quarantined",
        transactionId: id,
        session: null,
        others: [],
      });
    expect(await ledger.quarantined()).toHaveLength(1);
    expect(await ledger.openSessions()).toEqual(before);
  });

  it("does not let a station touch another's transaction", async () => {
    const { transactionId } = await ledger.record(v16.started({ stationId: "VICTIM" }));
    const before = await ledger.openSessions();
    for (const event of [v16.updated(transactionId), v16.ended(transactionId)])
      expect((await ledger.record(event)).outcome).toBe("quarantined");
    expect(await ledger.openSessions()).toEqual(before);
  });

  it("opens a 2.x session with whatever of it comes first, and flags it until its start comes", async () => {
    const only = await ledger.record(updated({ seqNo: 3 }, { importedWh: 12_000 }));
    expect(only).toMatchObject({ outcome: "stored", session: { startedMs: minutes(10), importedKwh: 0 } });
    expect(await ledger.flagged()).toMatchObject([{ startUnseen: true, missingMessages: 0 }]);
    const known = await ledger.record(resent(started()));
    expect(known.session).toMatchObject({ id: only.session?.id, startedMs: T0, importedKwh: 2 });
    expect(await ledger.flagged()).toMatchObject([{ startUnseen: false, missingMessages: 2 }]);
  });

  it("takes the earliest that was heard of a 2.x session for its start until its start comes", async () => {
    for (const minute of [10, 5, 20])
      await ledger.record(updated({ seqNo: minute, stationTimeMs: minutes(minute), atMs: minutes(30) }));
    expect(await ledger.openSessions()).toMatchObject([{ startedMs: minutes(5) }]);
  });

  it("opens and closes a session with a stop that names no EVSE, and places it when its start comes", async () => {
    await ledger.record(ended({ evseId: null }));
    const [session] = await recordAll([started({ evseId: 3 })]);
    expect(session).toMatchObject({ evseId: 3, startedMs: T0, endedMs: minutes(60), importedKwh: 7 });
  });

  it("ends a session whose stop never came where the next begins, and takes the stop when it comes", async () => {
    const next = started({ transactionId: "tx-2", stationTimeMs: minutes(90), atMs: minutes(90) });
    await recordAll([started(), updated(), next]);
    expect((await ledger.openSessions()).map((session) => session.transactionId)).toEqual(["tx-2"]);
    expect(await ledger.flagged()).toMatchObject([{ transactionId: "tx-1", lost: true }]);
    expect(bills(await recordAll([]))[0]).toMatchObject({ endedMs: minutes(90), importedWh: 1000 });
    await ledger.record(resent(ended()));
    expect(bills(await recordAll([]))[0]).toMatchObject({ endedMs: minutes(60), importedWh: 7000 });
    expect(await ledger.flagged()).toEqual([]);
  });

  it("keeps the sessions of other EVSEs open when one begins", async () => {
    await recordAll([started(), started({ transactionId: "tx-2", evseId: 2, stationTimeMs: minutes(5) })]);
    expect(await ledger.openSessions()).toHaveLength(2);
  });

  it("does not count what a station reports after its own end", async () => {
    await recordAll([
      started(),
      ended(),
      updated({ seqNo: 9, stationTimeMs: minutes(70), atMs: minutes(70) }, { importedWh: 90_000 }),
    ]);
    expect(bills(await recordAll([]))).toMatchObject([{ importedWh: 7000 }]);
  });

  it("keeps a start aside whose id was used by an ended transaction", async () => {
    await recordAll([started(), ended()]);
    const reused = started({ stationTimeMs: minutes(300), meterWh: 50_000 });
    expect((await ledger.record(reused)).outcome).toBe("quarantined");
    expect(bills(await recordAll([]))).toMatchObject([{ startedMs: T0, importedWh: 7000 }]);
  });

  it("closes the bill with the closing register, and flags one that was higher before", async () => {
    await recordAll([
      started(),
      updated({}, { importedWh: 15_000 }),
      updated({ seqNo: 2 }, { importedWh: 3 }),
    ]);
    const [session] = await recordAll([ended({ seqNo: 3, meterWh: 12_000 })]);
    expect(session?.importedKwh).toBe(2);
    expect(await ledger.flagged()).toMatchObject([{ registerWentBack: true }]);
  });

  it("does not close the bill with a register below the start's: the highest counts", async () => {
    const [session] = await recordAll([
      started(),
      updated({}, { importedWh: 15_000 }),
      ended({ meterWh: 3 }),
    ]);
    expect(session?.importedKwh).toBe(5);
    expect(await ledger.flagged()).toMatchObject([{ registerWentBack: true }]);
  });

  it.each([
    ["with its register at the start", { exportedWh: 400 }, 600],
    ["without it, from the first register reported", {}, 250],
  ])("counts exported energy %s", async (_, start, exported) => {
    const [session] = await recordAll([
      started(start),
      updated({}, { exportedWh: 750 }),
      ended({ exportedWh: 1000 }),
    ]);
    expect(session?.exportedKwh).toBe(exported / 1000);
  });

  it.each([
    ["unset (1970)", 0],
    ["a day ahead", T0 + 86_400_000],
  ])("uses our time where the station's clock is %s", async (_, stationTimeMs) => {
    const { session } = await ledger.record(started({ stationTimeMs }));
    expect(session?.startedMs).toBe(T0);
  });

  it("tells the sessions that overlap a window, by start", async () => {
    const later = { transactionId: "tx-2", evseId: 2, stationTimeMs: minutes(30), atMs: minutes(30) };
    await recordAll([started(later), started(), ended()]);
    const windows: [number, number, string[]][] = [
      [-10, 0, []],
      [0, 1, ["tx-1"]],
      [40, 50, ["tx-1", "tx-2"]],
      [60, 70, ["tx-2"]],
    ];
    for (const [from, to, expected] of windows) {
      const found = await ledger.sessionsBetween(minutes(from), minutes(to));
      expect(found.map((session) => session.transactionId)).toEqual(expected);
    }
  });

  it("keeps what a driver asked for with the session, through later messages", async () => {
    const preference: Preference = {
      profileType: "CHEAP",
      departureMs: minutes(600),
      energyNeedKwh: 20,
      dischargeAllowed: true,
      reserveKwh: 15,
      maxDischargeKwh: null,
    };
    const id = (await ledger.record(started())).session?.id ?? "";
    await ledger.savePreference(id, preference);
    const needs = {
      departureMs: 1,
      energyNeedKwh: 2,
      capacityKwh: 60,
      energyKwh: 20,
      maxChargeKw: 7,
      maxDischargeKw: null,
      reserveKwh: null,
    };
    await ledger.saveNeeds(id, needs);
    await ledger.saveChargeNow(id, true);
    await ledger.record(updated());
    expect(await ledger.session(id)).toMatchObject({ preference, needs, chargeNow: true, importedKwh: 1 });
    await expect(ledger.savePreference("none", preference)).rejects.toMatchObject({
      code: "not-found.session",
    });
    await expect(ledger.saveChargeNow("none", true)).rejects.toMatchObject({ code: "not-found.session" });
    expect(await ledger.session("none")).toBeNull();
  });
});
