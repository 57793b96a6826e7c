import type { Visit } from "../world/visit.js";
import { type BodyParts, type StationBody, createBody } from "./body.js";
import { type Line, createLine } from "./line.js";
import type { UpdateTrigger } from "./messages.js";
import type { StationModel } from "./model.js";
import { operationsOf } from "./operations.js";
import type { Fate, StationOperations, Uplink } from "./uplink.js";

/** One virtual station: body, outbox and connection. Every call acts at the clock's now. */
export interface SimStation {
  readonly id: string;
  model(): StationModel;
  connect(): void;
  plug(visit: Visit): void;
  unplug(): void;
  /** Takes the connection away until `restore`. */
  cutOff(): void;
  restore(): void;
  /** Takes its power away: no connection, no transaction; defaults survive, the car stays. */
  switchOff(): void;
  /** It boots, connects, and asks for the car that stands there. */
  switchOn(): void;
  stick(on: boolean): void;
  /** The driver presses for priority charging at the station, or takes it back. */
  press(on: boolean): void;
  /** It keeps its connection and neither answers nor says anything. */
  silence(on: boolean): void;
  /** What becomes of each message from now on. */
  disturb(fates: () => Fate): void;
  /** The last command was left without an answer. */
  owesAnswer(): boolean;
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

export interface StationParts extends BodyParts {
  /** It is idle no more, or its connection went. */
  readonly onStir: () => void;
  readonly uplink: (operations: StationOperations) => Uplink;
}

export interface SettledStation extends SimStation {
  /** For the fleet alone: the model as time has brought it. */
  replaceModel(model: StationModel): void;
}

/** Time that a reset takes. */
const RESTART_MS = 5_000;

export const createStation = (parts: StationParts): SettledStation => {
  const { clock, spec } = parts;
  let rebooted = false;
  const body: StationBody = createBody(parts, (messages) => line.outbox.push(messages));
  const line: Line = createLine({
    clock,
    body,
    uplink: () => uplink,
    onChange: parts.onChange,
    onStir: parts.onStir,
    onUp: () => {
      body.apply({ kind: "online" });
      if (rebooted) body.resume();
      rebooted = false;
    },
  });
  const faults = faultsOf(body, line, () => {
    rebooted = true;
    uplink.switchedOff();
  });
  const restart = (): void => {
    faults.switchOff();
    clock.after(RESTART_MS, faults.switchOn);
  };
  const uplink: Uplink = parts.uplink(
    operationsOf({ clock, body, line: () => line, settle: parts.settle, restart }),
  );

  return {
    id: spec.stationId,
    model: () => body.model(),
    replaceModel: (model) => body.replaceModel(model),
    ...faults,
    connect: () => line.connect(),
    plug: (visit) => {
      body.arrive(visit);
      if (!line.canSpeak()) body.begin(visit.idToken);
    },
    unplug: () => body.leave(),
    sample: (trigger) => {
      if (body.model().transaction !== null) body.apply({ kind: "sample", trigger });
    },
    beat: () => {
      if (line.isUp() && clock.now() - line.heardMs() >= uplink.heartbeatMs())
        body.say([{ kind: "heartbeat", atMs: clock.now() }]);
    },
    needsLook: () => body.needsLook(),
    look: () => body.apply({ kind: "look" }),
    connected: () => line.isUp(),
    idle: () => line.idle(),
    backlog: () => ({ waiting: line.outbox.waiting(), dropped: line.outbox.dropped() }),
    stop: () => line.stop(),
  };
};

const faultsOf = (body: StationBody, line: Line, onSwitchedOff: () => void) => ({
  cutOff: () => line.cutOff(),
  restore: () => line.restore(),
  switchOff: () => {
    body.switchOff();
    line.cutOff();
    body.apply({ kind: "stop", reason: "Reboot" });
    onSwitchedOff();
  },
  switchOn: () => {
    body.switchOn();
    line.restore();
  },
  stick: (on: boolean) => body.apply({ kind: "stick", on }),
  press: (on: boolean) => body.apply({ kind: "priority", on, tell: true }),
  silence: (on: boolean) => line.silence(on),
  disturb: (fates: () => Fate) => line.disturb(fates),
  owesAnswer: () => line.owesAnswer(),
});
