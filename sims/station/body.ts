import type { ChargingNeeds } from "../../src/domain/session.js";
import { isSameToken } from "../../src/domain/id-token.js";
import type { EpochMs } from "../../src/domain/units.js";
import type { Clock } from "../../src/ports/clock.js";
import { type Visit, stillWanted } from "../world/visit.js";
import { endsAtZero, ignoresProfiles, sleepsAtZero, switchesPhases } from "./faults/index.js";
import type { StationMessage } from "./messages.js";
import { type NewStation, type StationModel, newStation, powerKw, wantedNow } from "./model.js";
import { needsOf } from "./needs.js";
import { type StationInput, stateOf, step } from "./step.js";
import type { Delivery } from "./uplink.js";

/** A change of power below this is not worth a message of its own. */
const MATERIAL_KW = 0.05;
/** Inputs that only look: they change no power. */
const QUIET: readonly StationInput["kind"][] = ["sample", "meter", "look"];

/** The station itself, without its connection: model, visit, and what it has to say. */
export interface StationBody {
  model(): StationModel;
  /** For the fleet alone: the model as time has brought it. */
  replaceModel(model: StationModel): void;
  visit(): Visit | null;
  arrive(visit: Visit): void;
  leave(): void;
  /** Something happens now: the model takes it in and says what follows. */
  apply(input: StationInput): void;
  say(messages: readonly StationMessage[]): void;
  /** Begins a transaction for the car that stands here; not for another token than it is held for. */
  begin(idToken: string): void;
  /** Holds the plug for a token; false while something is plugged in, or it is held under another number. */
  hold(hold: StationHold): boolean;
  /** False where nothing is held under this number. */
  letGo(reservationId: number): boolean;
  /** The connection is gone: profiles know it, nothing is said. */
  offline(): void;
  /** Without power it begins no transaction. */
  switchOff(): void;
  switchOn(): void;
  /** Asks for the car that stands here without a transaction, as when it was plugged in. */
  resume(): void;
  hear(message: StationMessage, delivery: Delivery): void;
  /** The central system's id of a transaction: 1.6 has its own, 2.x takes the station's. */
  transactionId(localId: string | null): string | null;
  /** Time brought a jump of power or of state that is not told yet. */
  needsLook(): boolean;
}

/** What ReserveNow asks. */
interface StationHold {
  readonly reservationId: number;
  readonly idToken: string;
  readonly untilMs: EpochMs;
}

export interface BodyParts {
  readonly clock: Clock;
  readonly spec: NewStation;
  /** Brings every model to now; the world's books are kept there. */
  readonly settle: () => void;
  /** Something happened; power may have changed. */
  readonly onChange: () => void;
  /** The central system answered a start. */
  readonly onTransaction: (visit: Visit) => void;
}

export const createBody = (
  parts: BodyParts,
  speak: (messages: readonly StationMessage[]) => void,
): StationBody => {
  const { clock, spec } = parts;
  const transactionIds = new Map<string, string>();
  let model = newStation({
    ...spec,
    sleeps: spec.sleeps ?? sleepsAtZero(spec),
    switches: spec.switches ?? switchesPhases(spec),
    ignores: spec.ignores ?? ignoresProfiles(spec),
  });
  let visit: Visit | null = null;
  let needs: ChargingNeeds | null = null;
  let toldKw = 0;
  let off = false;
  let held: StationHold | null = null;
  /** A fault: it gives the transaction up in a pause. */
  const giving = endsAtZero(spec);

  const say = (messages: readonly StationMessage[]): void => {
    for (const message of messages) if ("reading" in message) toldKw = message.reading.powerW / 1000;
    speak(messages);
  };
  const take = (input: StationInput): void => {
    const result = step(model, input, clock.now());
    model = result.model;
    say(result.messages);
  };
  const hasJumped = (): boolean =>
    model.transaction !== null && Math.abs(powerKw(model) - toldKw) >= MATERIAL_KW;
  const apply = (input: StationInput): void => {
    parts.settle();
    take(input);
    if (hasJumped()) take({ kind: "sample", trigger: "rate-changed" });
    if (giving && isPaused(model)) take({ kind: "stop", reason: "Other" });
    if (!QUIET.includes(input.kind)) parts.onChange();
  };
  const standing = (): StationHold | null => (held !== null && clock.now() < held.untilMs ? held : null);
  const begin = (idToken: string): void => {
    const hold = standing();
    if (hold !== null && !isSameToken(hold.idToken, idToken)) return;
    if (visit !== null && !off) held = null;
    if (visit !== null && !off) apply({ kind: "start", idToken, needs });
  };
  const expect = (coming: Visit): void => {
    visit = coming;
    needs = needsOf(coming, spec.version, spec.evse);
  };
  const authorized = (idToken: string, delivery: Delivery): void => {
    const mine = visit?.idToken === idToken && model.transaction === null;
    const granted = delivery.status === "lost" || (delivery.status === "delivered" && delivery.authorized);
    if (mine && granted === true) begin(idToken);
  };
  const started = (localId: string, transactionId: string | undefined): void => {
    if (transactionId !== undefined) transactionIds.set(localId, transactionId);
    if (visit !== null && model.transaction?.localId === localId) parts.onTransaction(visit);
  };

  return {
    model: () => model,
    replaceModel: (next) => {
      model = next;
    },
    visit: () => visit,
    arrive: (coming) => {
      expect(coming);
      apply({ kind: "plug", visit: coming });
    },
    leave: () => {
      visit = null;
      apply({ kind: "unplug" });
    },
    apply,
    say,
    begin,
    hold: (asked) => {
      const other = standing();
      const isFree = other === null || other.reservationId === asked.reservationId;
      if (visit !== null || !isFree) return false;
      held = asked;
      return true;
    },
    letGo: (reservationId) => {
      const mine = standing()?.reservationId === reservationId;
      if (mine) held = null;
      return mine;
    },
    offline: () => {
      parts.settle();
      model = step(model, { kind: "offline" }, clock.now()).model;
    },
    switchOff: () => {
      off = true;
    },
    switchOn: () => {
      off = false;
    },
    resume: () => {
      if (visit === null || model.car === null || model.transaction !== null) return;
      expect(stillWanted(visit, model.car));
      apply({ kind: "plug", visit });
    },
    hear: (message, delivery) => {
      if (message.kind === "authorize") authorized(message.idToken, delivery);
      if (message.kind === "started" && delivery.status === "delivered")
        started(message.localId, delivery.transactionId);
    },
    transactionId: (localId) =>
      localId === null || spec.version !== "1.6" ? localId : (transactionIds.get(localId) ?? null),
    needsLook: () => stateOf(model) !== model.toldState || hasJumped(),
  };
};

/** Its car has charged, and may have nothing now. */
const isPaused = (model: StationModel): boolean =>
  model.transaction !== null &&
  model.importedWh > model.transaction.startWh &&
  wantedNow(model).wantedKw === 0;
