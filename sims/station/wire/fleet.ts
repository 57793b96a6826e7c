import type { OcppVersion } from "../../../src/domain/fleet.js";
import { MINUTE_MS } from "../../../src/domain/units.js";
import { type Clock, passed } from "../../../src/ports/clock.js";
import { type SimFleet, createFleet } from "../fleet.js";
import type { SimStation } from "../station.js";
import { connectorStatusOf, type StationMessage } from "../messages.js";
import { identityOf, isUnchecked, withFaults } from "../faults/index.js";
import type { NewStation } from "../model.js";
import { turn } from "../turn.js";
import type { Delivery, Fate, Late, StationOperations, Uplink } from "../uplink.js";
import { type Client, openClient } from "./client.js";
import { v16 } from "./v16.js";
import { v201 } from "./v201.js";
import { v21 } from "./v21.js";
import { type HandlerContext, type Payload, type WireCall, type Words, numberOf } from "./words.js";

/** Virtual stations that speak OCPP over real websockets. */
export interface WireFleet {
  readonly fleet: SimFleet;
  /** Messages of either side that the published schemas do not allow; must stay empty. */
  violations(): readonly string[];
}

export interface WireParts {
  readonly clock: Clock;
  readonly stations: readonly NewStation[];
  /** As in `ws://127.0.0.1:8180/ocpp`; the identity is added. */
  readonly endpoint: string;
  readonly password: (stationId: string) => string;
  /** A station keeps another password over its restarts; false: it cannot, and refuses it. */
  readonly keepPassword?: (stationId: string, password: string) => boolean;
  /** Time by the clock that a station waits for an answer before it connects anew; 10 min by default. */
  readonly answerWithinMs?: number;
  /** A station could not connect. */
  readonly onUnconnected?: (stationId: string, why: Unconnected) => void;
  /**
   * Identities that the central system holds a connection of. With it `idle` also waits until both ends
   * agree on who is connected, which a lock-step run needs.
   */
  readonly connectedAtServer?: () => SeenConnections;
}

/** Why a station could not connect. */
export type Unconnected =
  /** The server answered, and let it in not. */
  | { readonly key: "refused"; readonly status: number }
  /** No server was reached, or it hung up. */
  | { readonly key: "unreachable"; readonly detail: string }
  /** The boot was not accepted, or not answered. */
  | { readonly key: "not-booted" };

const whyUnconnected = (error: unknown): Unconnected => {
  const { code } = error instanceof Error && "code" in error ? error : { code: null };
  if (typeof code === "number") return { key: "refused", status: code };
  const detail = typeof code === "string" ? code : error instanceof Error ? error.message : String(error);
  return { key: "unreachable", detail };
};

/** Who is connected, as the central system sees it. */
interface SeenConnections {
  has(identity: string): boolean;
  /** Rises whenever any comes or goes, so that nobody is asked about in between; where it is left out, all always are. */
  readonly changes?: number;
}

const WORDS: Readonly<Record<OcppVersion, Words>> = { "1.6": v16, "2.0.1": v201, "2.1": v21 };
/** In lock step it never passes. */
const ANSWER_WITHIN_MS = 10 * MINUTE_MS;
const DEFAULT_HEARTBEAT_MS = 5 * MINUTE_MS;

export const createWireFleet = (parts: WireParts): WireFleet => {
  const violations: string[] = [];
  const following = new Map<string, number>();
  let seenChanges: number | undefined = undefined;
  const follow = (stationId: string, by: number): void => {
    const calls = (following.get(stationId) ?? 0) + by;
    if (calls > 0) following.set(stationId, calls);
    else following.delete(stationId);
  };
  const agrees = (station: SimStation, seen = parts.connectedAtServer?.()): boolean =>
    seen === undefined || station.connected() === seen.has(station.id);
  const fleet = createFleet({
    clock: parts.clock,
    stations: parts.stations,
    agrees: (station) => agrees(station),
    uplink: (spec, operations) =>
      wireUplink({
        ...parts,
        spec,
        operations,
        onViolation: (text) => void violations.push(text),
        onFollowing: (by) => follow(spec.stationId, by),
      }),
  });
  /** Nobody stirs, and the other end sees the same: it may have ended a connection of itself. */
  const allAgree = (): boolean => {
    const seen = parts.connectedAtServer?.();
    if (seen?.changes !== undefined && seen.changes === seenChanges) return true;
    if (![...fleet.stations.values()].every((station) => agrees(station, seen))) return false;
    seenChanges = seen?.changes;
    return true;
  };
  return {
    fleet: {
      ...fleet,
      idle: () => following.size === 0 && fleet.idle() && allAgree(),
      busy: () => [...new Set([...fleet.busy(), ...following.keys()])],
    },
    violations: () => violations,
  };
};

/** A command that is lost is not carried out; one whose answer is lost is. */
const answered = (
  fate: Fate,
  carryOut: () => Payload | undefined,
  late: (fate: Late) => Promise<Payload | null>,
): Payload | null | Promise<Payload | null> => {
  if (typeof fate === "object") return late(fate);
  const answer = fate === "lost" ? null : (carryOut() ?? null);
  return fate === "answered" ? answer : new Promise(() => undefined);
};

interface UplinkParts
  extends Pick<
    WireParts,
    "clock" | "endpoint" | "password" | "keepPassword" | "answerWithinMs" | "onUnconnected"
  > {
  readonly spec: NewStation;
  readonly operations: StationOperations;
  readonly onViolation: (text: string) => void;
  /** More, or fewer, messages that follow an answer are on their way. */
  readonly onFollowing: (by: number) => void;
}

/** After an answer, before what follows it. */
const FOLLOWS_MS = 500;

const wireUplink = ({ spec, operations, ...parts }: UplinkParts): Uplink => {
  const words = withFaults(WORDS[spec.version], spec);
  let queue: Promise<void> = Promise.resolve();
  let password = parts.password(spec.stationId);
  const context: HandlerContext = {
    spec,
    operations,
    settings: new Map(),
    kept: new Map(),
    list: { version: 0 },
    controls: new Map(),
    certificates: new Map(),
    changePassword: (next) => {
      if (parts.keepPassword?.(spec.stationId, next) === false) return false;
      password = next;
      return true;
    },
    follow: (call) => {
      const due = passed(parts.clock, FOLLOWS_MS);
      // In the order in which they were said: a computer's timers of one moment may run in any.
      queue = queue.then(async () => {
        await due;
        parts.onFollowing(1);
        const made = typeof call === "function" ? await call() : call;
        if (made !== null) await client?.call(made);
        parts.onFollowing(-1);
      });
    },
  };
  let client: Client | null = null;
  let closing: Promise<void> = Promise.resolve();
  let booted = false;
  let toldStatus: string | null = null;
  let heartbeatMs = DEFAULT_HEARTBEAT_MS;

  const open = (): Promise<Client> =>
    openClient({
      clock: parts.clock,
      endpoint: parts.endpoint.replace(/\/+$/, ""),
      identity: identityOf(spec),
      checked: !isUnchecked(spec),
      password,
      subprotocol: words.subprotocol,
      answerWithinMs: parts.answerWithinMs ?? ANSWER_WITHIN_MS,
      onViolation: parts.onViolation,
      handle: async (action, payload) => {
        const said = words.amid?.(action) ?? null;
        if (said !== null) await amid(said);
        const carryOut = () => words.handlers[action]?.(payload, context);
        return answered(operations.fate(), carryOut, (fate) => late(fate, carryOut));
      },
      onLost: () => {
        client = null;
        operations.lost();
      },
    });
  /** Carried out once it is there; its answer goes out as long after that. */
  const late = async (
    { thereMs, backMs }: Late,
    carryOut: () => Payload | undefined,
  ): Promise<Payload | null> => {
    await passed(parts.clock, thereMs);
    const answer = carryOut() ?? null;
    await passed(parts.clock, backMs);
    operations.answersLate();
    return answer;
  };
  const amid = async (call: WireCall): Promise<void> => {
    parts.onFollowing(1);
    await client?.call(call);
    parts.onFollowing(-1);
  };
  const speakEarly = async (opened: Client): Promise<boolean> => {
    for (const call of words.early?.(spec) ?? [])
      if ((await opened.call(call)).kind !== "answer") return false;
    return true;
  };
  /** Only a station that was switched on boots; one that merely reconnects does not. */
  const boot = async (opened: Client): Promise<boolean> => {
    if (booted) return true;
    words.booting?.(context);
    if (!(await speakEarly(opened))) return false;
    const call = words.boot(spec);
    if (call === null) return (booted = true);
    const answer = await opened.call(call);
    if (answer.kind !== "answer" || answer.payload["status"] !== "Accepted") return false;
    const interval = numberOf(answer.payload["interval"]) ?? 0;
    heartbeatMs = interval > 0 ? interval * 1000 : DEFAULT_HEARTBEAT_MS;
    booted = true;
    return true;
  };

  return {
    heartbeatMs: () => heartbeatMs,
    switchedOff: () => {
      booted = false;
    },
    connect: async () => {
      await closing;
      try {
        client = await open();
        toldStatus = null;
        if (await boot(client)) return true;
        parts.onUnconnected?.(spec.stationId, { key: "not-booted" });
        await client?.cut();
      } catch (error) {
        parts.onUnconnected?.(spec.stationId, whyUnconnected(error));
        client = null;
      }
      return false;
    },
    cut: () => {
      closing = client?.cut() ?? Promise.resolve();
      client = null;
      return closing;
    },
    send: async (message, transactionId): Promise<Delivery> => {
      await turn();
      if (client === null) return { status: "lost" };
      const call = words.write(message, { spec, transactionId });
      if (call === null || isRepeated(message)) return { status: "delivered" };
      const answer = await client.call(call);
      if (answer.kind === "lost") return { status: "lost" };
      if (answer.kind === "refused") return { status: "refused", detail: answer.detail };
      for (const more of words.also?.(message, {
        spec,
        transactionId: saidOf(message, answer) ?? transactionId,
      }) ?? [])
        await client?.call(more);
      return { status: "delivered", ...words.read(message, answer.payload) };
    },
  };

  /** The transaction id that an answer gave: what is said beside the message names it. */
  function saidOf(message: StationMessage, { payload }: { readonly payload: Payload }): string | null {
    return words.read(message, payload).transactionId ?? null;
  }

  /** OCPP 2.x has two states where 1.6 has six: a repeated one is not told. */
  function isRepeated(message: StationMessage): boolean {
    if (spec.version === "1.6" || message.kind !== "status") return false;
    const status = connectorStatusOf(message.state);
    const repeated = status === toldStatus;
    toldStatus = status;
    return repeated;
  }
};
