import { createFleetKeeper, type FleetKeeper } from "../../src/control/fleet-keeper.js";
import { exceedsOffer } from "../../src/fleet/car-limits.js";
import type { OcppVersion } from "../../src/domain/fleet.js";
import { type Codec, createStationMemory, type InboundContext } from "../../src/ocpp/common/codec.js";
import { readTime } from "../../src/ocpp/common/time.js";
import { schemaBook } from "../../src/ocpp/schemas.js";
import { handleMessage } from "../../src/ocpp/server/handle.js";
import { keepUnclear } from "../../src/ocpp/server/unclear.js";
import { codec as v16 } from "../../src/ocpp/v16/codec.js";
import { codec as v201 } from "../../src/ocpp/v201/codec.js";
import { codec as v21 } from "../../src/ocpp/v21/codec.js";
import type { Payload } from "../../src/ocpp/wire.js";
import type { FleetGateway } from "../../src/ports/fleet-gateway.js";
import type { Ledger } from "../../src/ports/ledger.js";

const CODECS: Record<OcppVersion, Codec> = { "1.6": v16, "2.0.1": v201, "2.1": v21 };
export const NOW = Date.parse("2026-11-02T18:00:00Z");
export const later = (minutes: number): string => new Date(NOW + minutes * 60_000).toISOString();

/** What a handler is told of its station. */
export const contextOf = (over: Partial<InboundContext> = {}): InboundContext => ({
  stationId: "CP1",
  nowMs: NOW,
  memory: createStationMemory(),
  electrics: () => ({ voltageV: 230, phases: 3 }),
  evseOf: () => null,
  correctionOf: () => null,
  exceedsOffer: () => false,
  readTime: (text) => readTime(text),
  heartbeatIntervalS: 300,
  ...over,
});

export interface Talk {
  readonly keeper: FleetKeeper;
  /** What the station is answered; fails unless that is a valid result. */
  ask(version: OcppVersion, action: string, sent: Payload, minute?: number): Promise<Payload>;
  /** All that is not in the ledger is forgotten, and found again as at a start. */
  restart(): Promise<void>;
}

/** One station and all that hears it, up to the ledger, without sockets. */
export function talkTo(ledger: Ledger, ratedKw?: number): Talk {
  const newKeeper = (): FleetKeeper =>
    createFleetKeeper(
      ledger,
      () => undefined,
      () => undefined,
    );
  let keeper = newKeeper();
  let memory = createStationMemory();
  const sessions = () =>
    [...(keeper.station("CP1")?.evses.values() ?? [])].flatMap(({ session }) => session ?? []);
  const context = (minute: number): InboundContext =>
    contextOf({
      nowMs: NOW + minute * 60_000,
      memory,
      ...(ratedKw === undefined ? {} : { electrics: () => ({ voltageV: 230, phases: 3, ratedKw }) }),
      evseOf: (id) => sessions().find(({ transactionId }) => transactionId === id)?.evseId ?? null,
      exceedsOffer: (evseId, schedule) => {
        const evse = keeper.station("CP1")?.evses.get(evseId);
        return evse !== undefined && exceedsOffer(evse, schedule);
      },
    });
  return {
    get keeper() {
      return keeper;
    },
    async ask(version, action, sent, minute = 0) {
      const book = schemaBook(version);
      const checked = book.lenient(action, "request", sent);
      if (!checked.ok) throw new Error(`${checked.code}: ${checked.why}`);
      const { payload, lack } = checked;
      const gateway: FleetGateway = {
        report: (event) => keeper.apply(event),
        record: (event) => keeper.record(event),
        keepAside: (message, { why }) => ledger.keepAside(message, why),
        freed: (vacancy) => keeper.freed(vacancy),
        openSessions: sessions,
        presentCorrection: () => null,
        authorize: async () => ({ status: "Accepted", groupId: null, expiresMs: null, language: null }),
      };
      const at = { stationId: "CP1", atMs: NOW + minute * 60_000 };
      const reply =
        lack !== undefined
          ? await keepUnclear({ ...at, action, payload, lack }, gateway)
          : await handleMessage({ action, payload }, context(minute), {
              codec: CODECS[version],
              gateway,
              transfer: async () => ({ status: "UnknownVendorId" }),
              note: () => undefined,
              tell: (event) => keeper.apply(event),
              booted: () => undefined,
              heardOf: () => undefined,
              refused: () => undefined,
              sign: async () => null,
              lookUp: async () => ({}),
              handOver: () => undefined,
            });
      if ("fault" in reply) throw new Error(`${reply.fault.code}: ${reply.fault.why}`);
      const fault = book.strict(action, "response", reply.payload);
      if (fault !== null) throw new Error(`no valid answer: ${JSON.stringify(fault)}`);
      reply.after?.();
      return reply.payload;
    },
    async restart() {
      keeper = newKeeper();
      memory = createStationMemory();
      for (const session of await ledger.openSessions()) {
        const { stationId, evseId } = session;
        keeper.apply({ kind: "session-opened", stationId, evseId, atMs: session.startedMs, session });
      }
    },
  };
}
