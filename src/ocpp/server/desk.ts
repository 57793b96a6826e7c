import type { FleetEvent } from "../../domain/fleet.js";
import type { StationNews } from "../../domain/station-news.js";
import type { CertificateAuthority } from "../../ports/certificate-authority.js";
import type { Clock } from "../../ports/clock.js";
import type { Documents } from "../../ports/documents.js";
import { createMemoryDocuments } from "../../ports/documents-memory.js";
import type { FleetGateway } from "../../ports/fleet-gateway.js";
import { noPlugAndCharge, type PlugAndCharge } from "../../ports/plug-and-charge.js";
import { createQuirkBook, type QuirkBook } from "../../ports/quirk-book.js";
import type { StationRegistry } from "../../ports/station-registry.js";
import type { TransferHooks } from "../../ports/transfer-hooks.js";
import type { EvseElectrics } from "../common/codec.js";
import { type CallWindow, createCallWindow } from "../session/window.js";
import { type CentralSettings, DEFAULT_CENTRAL_SETTINGS } from "../settings.js";
import { type Connections, createConnections } from "./connections.js";
import type { Log } from "./log.js";
import { createOutgoing, type Outgoing } from "./outgoing.js";
import { createMessageLog, type RecordedLog } from "./message-log.js";
import { createPings, type Pings } from "./pings.js";
import { createTrafficBook, type TrafficBook } from "./traffic.js";

export interface CentralParts {
  readonly clock: Clock;
  readonly gateway: FleetGateway;
  readonly registry: StationRegistry;
  readonly log: Log;
  /** Where stations are remembered over restarts; in memory where it is left out. */
  readonly documents?: Documents;
  /** What models do otherwise than the standard says; in `documents` where it is left out. */
  readonly quirks?: QuirkBook;
  readonly settings?: Partial<CentralSettings>;
  /** Takes what stations tell of themselves beside charging; left out, nobody does. */
  readonly note?: (news: StationNews) => void;
  /** Signs the certificates that stations ask for; left out: none is. */
  readonly authority?: CertificateAuthority;
  /** Asks about certificates and contracts of cars; left out: nobody is asked. */
  readonly plugAndCharge?: PlugAndCharge;
  /** Answers what vendors defined; left out, no vendor is known. */
  readonly transfers?: TransferHooks;
  /** Voltage and phases of an EVSE; null when the site file does not name it. */
  evseElectrics(stationId: string, evseId: number): EvseElectrics | null;
  /** Identities that site files name: others are let in only while a transaction of theirs runs. Left out: all are. */
  readonly configured?: ReadonlySet<string>;
  /** IANA zone of the station's site; UTC when no site file names the station. */
  timeZone?(stationId: string): string;
}

/** What every part of the central system works with. */
export interface Desk extends CentralParts {
  readonly settings: CentralSettings;
  readonly documents: Documents;
  readonly quirks: QuirkBook;
  readonly connections: Connections;
  readonly window: CallWindow;
  readonly messages: RecordedLog;
  readonly outgoing: Outgoing;
  readonly pings: Pings;
  readonly traffic: TrafficBook;
  /** Tells the fleet; never throws. */
  tell(event: FleetEvent): void;
  /** Tells those who keep the stations' files; never throws. */
  readonly note: (news: StationNews) => void;
  readonly plugAndCharge: PlugAndCharge;
  /** Asks whoever knows the vendor; a hook that fails has refused. */
  readonly transfer: TransferHooks;
  /** Runs work that `tasks` counts; a rejection is logged and gives `otherwise`. */
  track<T>(work: () => Promise<T>, otherwise: T): Promise<T>;
  tasks(): number;
  /** Elapsed time by which a command that begins now must be answered. */
  deadlineMs(): number;
}

export function createDesk(parts: CentralParts): Desk {
  const settings: CentralSettings = { ...DEFAULT_CENTRAL_SETTINGS, ...parts.settings };
  const documents = parts.documents ?? createMemoryDocuments();
  let tasks = 0;
  return {
    ...parts,
    evseElectrics: (stationId, evseId) => parts.evseElectrics(stationId, evseId),
    settings,
    note: parts.note ?? (() => undefined),
    documents,
    plugAndCharge: parts.plugAndCharge ?? noPlugAndCharge(),
    quirks: parts.quirks ?? createQuirkBook({ documents }),
    connections: createConnections(),
    window: createCallWindow(settings.maxCallsInFlight),
    messages: createMessageLog(settings.messageLogBytes),
    outgoing: createOutgoing(),
    pings: createPings(parts.clock, settings.pingIntervalMs),
    traffic: createTrafficBook(),
    transfer: async (sent) => {
      try {
        return (await parts.transfers?.(sent)) ?? { status: "UnknownVendorId" };
      } catch (error) {
        const { stationId, vendorId, messageId } = sent;
        parts.log.error({ stationId, vendorId, messageId, error: String(error) }, "a data transfer failed");
        return { status: "Rejected" };
      }
    },
    tell(event) {
      try {
        parts.gateway.report(event);
      } catch (error) {
        parts.log.error({ event: event.kind, error: String(error) }, "the fleet could not be told");
      }
    },
    async track(work, otherwise) {
      tasks += 1;
      try {
        return await work();
      } catch (error) {
        parts.log.error({ error: String(error) }, "a task of the central system failed");
        return otherwise;
      } finally {
        tasks -= 1;
      }
    },
    tasks: () => tasks,
    deadlineMs: () => parts.clock.elapsed() + settings.callTimeoutMs,
  };
}
