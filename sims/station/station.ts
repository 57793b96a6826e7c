import type { ChargingNeeds } from "../../src/domain/session.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Cancel, Clock } from "../../src/ports/clock.js";
import type { Visit } from "../world/visit.js";
import { compositeOf } from "./composite.js";
import type { StationMessage, UpdateTrigger } from "./messages.js";
import { type NewStation, type StationModel, newStation, powerKw } from "./model.js";
import { needsOf } from "./needs.js";
import { type Outbox, createOutbox } from "./outbox.js";
import { type StationInput, stateOf, step } from "./step.js";
import type { Delivery, StationOperations, Uplink } from "./uplink.js";

/** A change of power below this is not worth a message of its own. */
const MATERIAL_KW = 0.05;
const RECONNECT_MS = 10_000;
/** Inputs that only look: they change no power. */
const QUIET: readonly StationInput["kind"][] = ["sample", "meter", "look"];

/** One virtual station: model, outbox and connection. Every call acts at the clock's now. */
export interface SimStation {
  readonly id: string;
  model(): StationModel;
  connect(): void;
  plug(visit: Visit): void;
  unplug(): void;
  /** Takes the connection away until `restore`. */
  cutOff(): void;
  restore(): void;
  stick(on: boolean): void;
  sample(trigger: UpdateTrigger): void;
  /** Sends a heartbeat when nothing was said for a while. */
  beat(): void;
  /** Time brought a jump of power or of state that is not told yet. */
  needsLook(): boolean;
  /** Tells such a jump. */
  look(): void;
  connected(): boolean;
  idle(): boolean;
  /** Messages that wait for a connection, and messages given up. */
  backlog(): { readonly waiting: number; readonly dropped: number };
  stop(): Promise<void>;
}

export interface StationParts {
  readonly clock: Clock;
  readonly spec: NewStation;
  readonly uplink: (operations: StationOperations) => Uplink;
  /** Brings every model to now; the world's books are kept there. */
  readonly settle: () => void;
  /** Something happened; power may have changed. */
  readonly onChange: () => void;
  /** The central system answered a start. */
  readonly onTransaction: (visit: Visit) => void;
}

export interface SettledStation extends SimStation {
  /** For the fleet alone: the model as time has brought it. */
  replaceModel(model: StationModel): void;
}

interface State {
  model: StationModel;
  visit: Visit | null;
  needs: ChargingNeeds | null;
  toldKw: number;
  link: "down" | "connecting" | "up";
  /** Connection taken away on purpose. */
  cut: boolean;
  stopped: boolean;
  retry: Cancel | null;
  saidMs: EpochMs;
  readonly transactionIds: Map<string, string>;
}

export const createStation = (parts: StationParts): SettledStation => {
  const { clock, spec } = parts;
  const state: State = {
    model: newStation(spec),
    visit: null,
    needs: null,
    toldKw: 0,
    link: "down",
    cut: false,
    stopped: false,
    retry: null,
    saidMs: clock.now(),
    transactionIds: new Map(),
  };
  const idOf = (localId: string | null): string | null =>
    localId === null ? null : spec.version === "1.6" ? (state.transactionIds.get(localId) ?? null) : localId;

  const apply = (input: StationInput): void => {
    parts.settle();
    const result = step(state.model, input, clock.now());
    state.model = result.model;
    say(result.messages);
    tellJump();
    if (!QUIET.includes(input.kind)) parts.onChange();
  };
  const say = (messages: readonly StationMessage[]): void => {
    for (const message of messages) if ("reading" in message) state.toldKw = message.reading.powerW / 1000;
    outbox.push(messages);
  };
  const tellJump = (): void => {
    if (state.model.transaction === null) return;
    if (Math.abs(powerKw(state.model) - state.toldKw) < MATERIAL_KW) return;
    const result = step(state.model, { kind: "sample", trigger: "rate-changed" }, clock.now());
    state.model = result.model;
    say(result.messages);
  };
  const begin = (idToken: string): void => {
    if (state.visit !== null) apply({ kind: "start", idToken, needs: state.needs });
  };

  const onDelivered = (message: StationMessage, delivery: Delivery): void => {
    state.saidMs = clock.now();
    if (message.kind === "authorize") {
      const mine = state.visit?.idToken === message.idToken && state.model.transaction === null;
      const granted = delivery.status === "lost" || (delivery.status === "delivered" && delivery.authorized);
      if (mine && granted === true) begin(message.idToken);
    }
    if (message.kind === "started" && delivery.status === "delivered") {
      if (delivery.transactionId !== undefined)
        state.transactionIds.set(message.localId, delivery.transactionId);
      if (state.visit !== null && state.model.transaction?.localId === message.localId)
        parts.onTransaction(state.visit);
    }
  };

  const lost = (): void => {
    if (state.link === "down") return;
    state.link = "down";
    parts.settle();
    state.model = step(state.model, { kind: "offline" }, clock.now()).model;
    outbox.close();
    parts.onChange();
    connectLater();
  };
  const connectLater = (): void => {
    if (state.cut || state.stopped || state.retry !== null) return;
    state.retry = clock.after(RECONNECT_MS, () => {
      state.retry = null;
      connect();
    });
  };
  const connect = (): void => {
    if (state.link !== "down" || state.cut || state.stopped) return;
    state.link = "connecting";
    void connectNow();
  };
  const connectNow = async (): Promise<void> => {
    const up = await uplink.connect();
    if (state.cut || state.stopped) await uplink.cut();
    if (!up || state.cut || state.stopped || state.link !== "connecting") {
      state.link = "down";
      connectLater();
      return;
    }
    state.link = "up";
    outbox.open();
    apply({ kind: "online" });
  };

  const operations: StationOperations = {
    model: () => (parts.settle(), state.model),
    now: () => clock.now(),
    install: (profile, transactionId) => {
      const running = idOf(state.model.transaction?.localId ?? null);
      if (profile.purpose === "transaction" && (running === null || (transactionId ?? running) !== running))
        return false;
      apply({ kind: "install", profile });
      return true;
    },
    clear: (filter) => {
      const before = state.model.profiles.length;
      apply({ kind: "clear", filter });
      return before - state.model.profiles.length;
    },
    composite: (durationS) => (parts.settle(), compositeOf(state.model, clock.now(), durationS)),
    remoteStart: (idToken) => {
      if (state.visit === null || state.model.transaction !== null) return false;
      begin(idToken);
      return true;
    },
    remoteStop: (transactionId) => {
      if (idOf(state.model.transaction?.localId ?? null) !== transactionId) return false;
      apply({ kind: "stop", reason: "Remote" });
      return true;
    },
    trigger: (message) => {
      if (message === "MeterValues") apply({ kind: "meter" });
      else if (message === "TransactionEvent") apply({ kind: "sample", trigger: "triggered" });
      else if (message === "Heartbeat") say([{ kind: "heartbeat", atMs: clock.now() }]);
      else apply({ kind: "online" });
    },
    lost,
  };
  const uplink = parts.uplink(operations);
  const outbox: Outbox = createOutbox({
    clock,
    send: (message, transactionId) => uplink.send(message, transactionId),
    transactionId: (message) => ("localId" in message ? idOf(message.localId) : null),
    onDelivered,
  });

  return {
    id: spec.stationId,
    model: () => state.model,
    replaceModel: (model) => {
      state.model = model;
    },
    connect,
    plug: (visit) => {
      state.visit = visit;
      state.needs = needsOf(visit, spec.version, spec.evse);
      apply({ kind: "plug", visit });
      if (state.link !== "up") begin(visit.idToken);
    },
    unplug: () => {
      state.visit = null;
      apply({ kind: "unplug" });
    },
    cutOff: () => {
      state.cut = true;
      state.retry?.();
      state.retry = null;
      lost();
      void uplink.cut();
    },
    restore: () => {
      state.cut = false;
      connect();
    },
    stick: (on) => apply({ kind: "stick", on }),
    sample: (trigger) => {
      if (state.model.transaction !== null) apply({ kind: "sample", trigger });
    },
    beat: () => {
      if (state.link === "up" && clock.now() - state.saidMs >= uplink.heartbeatMs())
        say([{ kind: "heartbeat", atMs: clock.now() }]);
    },
    needsLook: () =>
      stateOf(state.model) !== state.model.toldState ||
      (state.model.transaction !== null && Math.abs(powerKw(state.model) - state.toldKw) >= MATERIAL_KW),
    look: () => apply({ kind: "look" }),
    connected: () => state.link === "up",
    idle: () => state.link !== "connecting" && outbox.idle(),
    backlog: () => ({ waiting: outbox.waiting(), dropped: outbox.dropped() }),
    stop: async () => {
      state.stopped = true;
      state.retry?.();
      outbox.close();
      state.link = "down";
      await uplink.cut();
    },
  };
};
