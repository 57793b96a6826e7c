import type { CommandOutcome, StationCommand } from "../../src/domain/command.js";
import type { FleetEvent, MeterSample, OcppVersion, TransactionEvent } from "../../src/domain/fleet.js";
import type { TriggerMessage } from "../../src/domain/trigger.js";
import { HOUR_MS } from "../../src/domain/units.js";
import { type Clock, passed } from "../../src/ports/clock.js";
import type { FleetGateway } from "../../src/ports/fleet-gateway.js";
import type { StationLink } from "../../src/ports/station-link.js";
import { VENDOR, capabilitiesOf, modelName } from "./abilities.js";
import { type SimFleet, createFleet } from "./fleet.js";
import { heldIdOf, profileOf } from "./from-schedule.js";
import { connectorStatusOf, type Reading, type StationMessage, type TransactionMessage } from "./messages.js";
import type { NewStation } from "./model.js";
import { turn } from "./turn.js";
import type { Delivery, Late, StationOperations, Uplink } from "./uplink.js";

/** A discharging profile ends when its station has been offline for this long, as on a wire. */
const MAX_OFFLINE_MS = 300_000;

const HEARTBEAT_MS = HOUR_MS;

/** A command that is not answered within this has timed out, as over a wire. */
const COMMAND_TIMEOUT_MS = 30_000;

/** Virtual stations that speak straight to the core, with the numbers that a wire would carry. */
export interface DirectFleet {
  readonly fleet: SimFleet;
  readonly link: StationLink;
  /** Commands are under way, and only such as no station will answer: they end by the clock alone. */
  stalled(): boolean;
  /** Where the stations' news go; before this no station connects. */
  attach(gateway: FleetGateway): void;
}

export interface DirectParts {
  readonly clock: Clock;
  readonly stations: readonly NewStation[];
  /** Offline time after which a discharging profile ends, as the central system would say it. */
  readonly maxOfflineMs?: number;
}

export const createDirectFleet = (parts: DirectParts): DirectFleet => {
  const { clock, stations, maxOfflineMs = MAX_OFFLINE_MS } = parts;
  let gateway: FleetGateway | null = null;
  const operations = new Map<string, StationOperations>();
  const fleet = createFleet({
    clock,
    stations,
    uplink: (spec, own) => {
      operations.set(spec.stationId, own);
      return directUplink({ clock, spec, gateway: () => gateway });
    },
  });
  let underWay = 0;
  let unanswered = 0;
  const wait = async (forMs: number): Promise<void> => {
    unanswered++;
    await passed(clock, forMs);
    unanswered--;
  };
  const timeout = async (forMs = COMMAND_TIMEOUT_MS): Promise<CommandOutcome> => {
    await wait(forMs);
    return { status: "timeout", detail: "no answer" };
  };
  /** When the last command that was late arrives: none overtakes another. */
  const arrivalsMs = new Map<string, number>();
  const carryOutLate = async (
    stationId: string,
    { thereMs, backMs }: Late,
    carriedOut: () => CommandOutcome,
  ): Promise<CommandOutcome> => {
    const sentMs = clock.now();
    const arrivesMs = Math.max(sentMs + thereMs, arrivalsMs.get(stationId) ?? 0);
    arrivalsMs.set(stationId, arrivesMs);
    await wait(arrivesMs - sentMs);
    const left = COMMAND_TIMEOUT_MS - (clock.now() - sentMs);
    if (fleet.stations.get(stationId)?.connected() !== true) return timeout(left);
    const outcome = carriedOut();
    if (backMs >= left) return timeout(left);
    await wait(backMs);
    return outcome;
  };
  const carryOut = async (stationId: string, command: StationCommand): Promise<CommandOutcome> => {
    await turn();
    const station = operations.get(stationId);
    if (station === undefined || fleet.stations.get(stationId)?.connected() !== true)
      return { status: "offline", detail: "not connected" };
    const fate = station.fate();
    if (typeof fate === "object")
      return carryOutLate(stationId, fate, () => execute(station, command, maxOfflineMs));
    const outcome = fate === "lost" ? null : execute(station, command, maxOfflineMs);
    return outcome !== null && fate === "answered" ? outcome : timeout();
  };
  const link: StationLink = {
    send: async (stationId, command) => {
      underWay++;
      return carryOut(stationId, command).finally(() => underWay--);
    },
  };
  return {
    fleet,
    link,
    stalled: () => underWay > 0 && underWay === unanswered,
    attach: (target) => {
      gateway = target;
    },
  };
};

const accepted = (yes: boolean, detail: string): CommandOutcome =>
  yes ? { status: "accepted" } : { status: "rejected", detail };

const execute = (
  station: StationOperations,
  command: StationCommand,
  maxOfflineMs: number,
): CommandOutcome => {
  switch (command.kind) {
    case "set-schedule": {
      const profile = profileOf(command.schedule, maxOfflineMs);
      return accepted(station.install(profile, command.schedule.transactionId), "no such transaction");
    }
    case "clear-schedule":
      station.clear({ id: heldIdOf(command.purpose), evseId: null, purpose: null, stackLevel: null });
      return { status: "accepted" };
    case "update-schedule": {
      const [period] = command.schedule.periods;
      const id = heldIdOf(command.schedule.purpose);
      return accepted(period !== undefined && station.update(id, period.value), "no such profile");
    }
    case "use-priority":
      return accepted(station.usePriority(command.on), "NoProfile");
    case "get-composite":
      return { status: "accepted", composite: station.composite(command.durationS) };
    case "remote-start":
      return accepted(station.remoteStart(command.idToken), "no car, or a transaction runs");
    case "remote-stop":
      return accepted(station.remoteStop(command.transactionId), "no such transaction");
    case "reserve": {
      const { reservationId, idToken, expiresMs } = command;
      return accepted(station.hold({ reservationId, idToken, untilMs: expiresMs }), "Occupied");
    }
    case "cancel-reservation":
      return accepted(station.letGo(command.reservationId), "Rejected");
    case "trigger":
      return triggered(station, command.message);
    default:
      return { status: "unsupported", detail: "an operator's command goes over a wire" };
  }
};

const triggered = (station: StationOperations, message: TriggerMessage): CommandOutcome => {
  switch (message) {
    case "StatusNotification":
    case "MeterValues":
    case "Heartbeat":
    case "TransactionEvent":
      station.trigger(message);
      return { status: "accepted" };
    case "BootNotification":
      return { status: "accepted" };
    default:
      return { status: "unsupported", detail: "goes over a wire" };
  }
};

interface UplinkParts {
  readonly clock: Clock;
  readonly spec: NewStation;
  readonly gateway: () => FleetGateway | null;
}

const directUplink = ({ clock, spec, gateway }: UplinkParts): Uplink => {
  const { stationId, version, evse } = spec;
  const at = () => ({ stationId, atMs: clock.now() });
  const report = (event: FleetEvent): void => gateway()?.report(event);
  let booted = false;
  let generation = 0;
  let toldStatus: string | null = null;

  return {
    heartbeatMs: () => HEARTBEAT_MS,
    switchedOff: () => {
      booted = false;
    },
    connect: async () => {
      await turn();
      if (gateway() === null) return false;
      toldStatus = null;
      report({ kind: "connected", ...at(), version });
      if (!booted) report({ kind: "booted", ...at(), vendor: VENDOR, model: modelName(version) });
      booted = true;
      report({ kind: "capabilities", ...at(), capabilities: capabilitiesOf(version, evse) });
      return true;
    },
    cut: async () => {
      generation++;
      report({ kind: "disconnected", ...at() });
      await turn();
    },
    send: async (message, transactionId): Promise<Delivery> => {
      const mine = generation;
      await turn();
      const core = gateway();
      if (core === null || mine !== generation) return { status: "lost" };
      const delivery = await deliver(core, message, transactionId);
      return mine === generation ? delivery : { status: "lost" };
    },
  };

  async function deliver(
    core: FleetGateway,
    message: StationMessage,
    transactionId: string | null,
  ): Promise<Delivery> {
    switch (message.kind) {
      case "authorize":
        return {
          status: "delivered",
          authorized:
            (await core.authorize(stationId, message.idToken, { type: null, beginsAt: null })).status ===
            "Accepted",
        };
      case "status": {
        const status = connectorStatusOf(message.state);
        if (version === "1.6" || status !== toldStatus)
          report({ kind: "status", ...at(), evseId: evse.evseId, status });
        toldStatus = status;
        return { status: "delivered" };
      }
      case "priority":
        report({
          kind: "priority",
          ...at(),
          evseId: evse.evseId,
          transactionId: message.localId,
          active: message.active,
        });
        return { status: "delivered" };
      case "needs":
        report({ kind: "needs", ...at(), evseId: evse.evseId, needs: message.needs });
        return { status: "delivered" };
      case "metered":
        return metered(core, message, transactionId);
      case "heartbeat":
        report({ kind: "seen", ...at() });
        return { status: "delivered" };
      default:
        return { status: "delivered", ...(await recorded(core, message, transactionId)) };
    }
  }

  /** OCPP 1.6 names the transaction in every MeterValues; 2.x has other words for that. */
  async function metered(
    core: FleetGateway,
    { reading }: Extract<StationMessage, { kind: "metered" }>,
    transactionId: string | null,
  ): Promise<Delivery> {
    const sample = sampleOf(version, reading);
    const place = { ...at(), evseId: evse.evseId };
    if (version !== "1.6" || transactionId === null) report({ kind: "sampled", ...place, sample });
    else
      await core.record({
        kind: "transaction-updated",
        ...place,
        transactionId,
        seqNo: null,
        stationTimeMs: reading.atMs,
        sample,
      });
    return { status: "delivered" };
  }

  async function recorded(core: FleetGateway, message: TransactionMessage, transactionId: string | null) {
    const { transactionId: given } = await core.record(
      transactionEvent({ spec, message, atMs: clock.now(), transactionId }),
    );
    return { transactionId: given };
  }
};

/** What a reading says in a version: only OCPP 2.1's meter tells export and state of charge. */
const sampleOf = (version: OcppVersion, reading: Reading): MeterSample => ({
  atMs: reading.atMs,
  powerKw: reading.powerW / 1000,
  importedWh: reading.importedWh,
  exportedWh: version === "2.1" ? reading.exportedWh : null,
  socPercent: version === "2.1" ? reading.socPercent : null,
});

interface EventParts {
  readonly spec: NewStation;
  readonly message: TransactionMessage;
  readonly atMs: number;
  readonly transactionId: string | null;
}

const transactionEvent = ({ spec, message, atMs, transactionId }: EventParts): TransactionEvent => {
  const { stationId, version, evse } = spec;
  const seqNo = version === "1.6" ? null : message.seqNo;
  const id = transactionId ?? message.localId;
  const common = { stationId, atMs, seqNo, stationTimeMs: message.atMs };
  switch (message.kind) {
    case "started":
      return {
        kind: "transaction-started",
        ...common,
        evseId: evse.evseId,
        transactionId: version === "1.6" ? null : message.localId,
        idToken: message.idToken,
        meterWh: message.reading.importedWh,
        exportedWh: version === "2.1" ? message.reading.exportedWh : null,
      };
    case "updated":
      return {
        kind: "transaction-updated",
        ...common,
        evseId: evse.evseId,
        transactionId: id,
        sample: sampleOf(version, message.reading),
      };
    default:
      return {
        kind: "transaction-ended",
        ...common,
        evseId: evse.evseId,
        transactionId: id,
        meterWh: message.reading.importedWh,
        exportedWh: version === "2.1" ? message.reading.exportedWh : null,
        reason: message.reason,
      };
  }
};
