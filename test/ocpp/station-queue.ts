import type { OcppVersion } from "../../src/domain/fleet.js";
import { isObject, type Payload } from "../../src/ocpp/wire.js";
import type { Session } from "../../src/domain/session.js";
import type { Ledger } from "../../src/ports/ledger.js";
import { later, type Talk } from "./talk.js";

/** A stay at an EVSE as the station's own meter has it. */
export interface Stay {
  readonly evseId: number;
  /** Register of the EVSE at each message, one a minute; the first at its start, the last at its end, Wh. */
  readonly registers: readonly number[];
  readonly fromMinute: number;
}

/** A message that waits in the station's queue. OCPP 1.6 writes the id that the answer to its start gave. */
export interface Queued {
  readonly stay: Stay;
  readonly action: string;
  readonly payload: (transactionId: unknown) => Payload;
}

export const meteredWh = ({ registers }: Stay): number => (registers.at(-1) ?? 0) - (registers[0] ?? 0);

const minuteOf = ({ fromMinute }: Stay, index: number): string => later(fromMinute + index);
const reading = (stay: Stay, index: number, value: unknown): Payload => ({
  timestamp: minuteOf(stay, index),
  sampledValue: [{ value }],
});

const queued16 = (stay: Stay): Queued[] => {
  const { evseId: connectorId, registers } = stay;
  const last = registers.length - 1;
  return registers.map((wh, index) => {
    const timestamp = minuteOf(stay, index);
    if (index === 0) {
      const payload = { connectorId, idTag: `CARD-${connectorId}`, meterStart: wh, timestamp };
      return { stay, action: "StartTransaction", payload: () => payload };
    }
    if (index === last)
      return {
        stay,
        action: "StopTransaction",
        payload: (transactionId) => ({ transactionId, meterStop: wh, timestamp }),
      };
    const meterValue = [reading(stay, index, String(wh))];
    return {
      stay,
      action: "MeterValues",
      payload: (transactionId) => ({ connectorId, transactionId, meterValue }),
    };
  });
};

const queued2x = (stay: Stay): Queued[] => {
  const last = stay.registers.length - 1;
  return stay.registers.map((wh, seqNo) => {
    const payload = {
      eventType: seqNo === 0 ? "Started" : seqNo === last ? "Ended" : "Updated",
      seqNo,
      timestamp: minuteOf(stay, seqNo),
      triggerReason: "MeterValuePeriodic",
      transactionInfo: { transactionId: idOf(stay) },
      evse: { id: stay.evseId },
      meterValue: [reading(stay, seqNo, wh)],
    };
    return { stay, action: "TransactionEvent", payload: () => payload };
  });
};

/** A station of 2.x chooses its ids itself. */
const idOf = ({ evseId, fromMinute }: Stay): string => `tx-${evseId}-${fromMinute}`;

/** What a station tells of a stay, in its order. */
export const queueOf = (version: OcppVersion, stay: Stay): Queued[] =>
  version === "1.6" ? queued16(stay) : queued2x(stay);

/** When all of it reaches us: later than anything in it. */
export const DELIVERED_AT_MINUTE = 600;

/** Sends from a station's queue, and remembers the ids that it was given. */
export const createSender = (talk: Talk, version: OcppVersion) => {
  const given = new Map<Stay, unknown>();
  return {
    given: (stay: Stay): unknown => (version === "1.6" ? given.get(stay) : idOf(stay)),
    send: async ({ stay, action, payload }: Queued): Promise<Payload> => {
      const answer = await talk.ask(version, action, payload(given.get(stay)), DELIVERED_AT_MINUTE);
      if (action === "StartTransaction") given.set(stay, answer["transactionId"]);
      return answer;
    },
    boot: () => talk.ask(version, "BootNotification", BOOTS[version], DELIVERED_AT_MINUTE),
  };
};

const BOOT_2X = { reason: "PowerUp", chargingStation: { vendorName: "V", model: "M" } };
const BOOTS: Readonly<Record<OcppVersion, Payload>> = {
  "1.6": { chargePointVendor: "V", chargePointModel: "M" },
  "2.0.1": BOOT_2X,
  "2.1": BOOT_2X,
};

/** What is billed, whole Wh. */
export interface Billed {
  readonly evseId: number;
  readonly wh: number;
  readonly isOver: boolean;
}

const billOf = ({ evseId, importedKwh, endedMs }: Session): Billed => ({
  evseId,
  wh: Math.round(importedKwh * 1_000),
  isOver: endedMs !== null,
});

export const bills = async (ledger: Ledger): Promise<Billed[]> =>
  (await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER)).map(billOf);

/** All that the ledger and the fleet's state hold, to be compared. */
export const stateOf = async (talk: Talk, ledger: Ledger): Promise<unknown> =>
  JSON.parse(
    JSON.stringify(
      {
        sessions: await ledger.sessionsBetween(0, Number.MAX_SAFE_INTEGER),
        quarantined: await ledger.quarantined(),
        station: talk.keeper.station("CP1"),
      },
      (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value) : value),
    ),
  );

/** EVSEs on which the fleet's state has a session, with its transaction's id. */
export const runningIn = (talk: Talk): readonly (readonly [number, string])[] =>
  [...(talk.keeper.station("CP1")?.evses.values() ?? [])].flatMap(({ evseId, session }) =>
    session === null ? [] : [[evseId, session.transactionId] as const],
  );

/** An answer without what is another at each asking by intent. */
export const steady = (answer: unknown): unknown => {
  if (!isObject(answer)) return answer;
  const { interval: _, ...rest } = answer;
  return rest;
};
