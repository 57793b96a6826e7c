import type { Clock } from "../../src/ports/clock.js";
import type { StationBody } from "./body.js";
import { compositeOf } from "./composite.js";
import type { Line } from "./line.js";
import type { StationOperations } from "./uplink.js";

interface OperationsParts {
  readonly clock: Clock;
  readonly body: StationBody;
  readonly line: () => Line;
  readonly settle: () => void;
  /** Takes the power away for some seconds. */
  readonly restart: () => void;
}

/** Time in which the answer to a command goes out. */
const ANSWERED_MS = 500;
/** Between two looks whether the transaction is over. */
const LOOK_MS = 5_000;

/** What the central system may do with the station. */
export const operationsOf = ({ clock, body, line, settle, restart }: OperationsParts): StationOperations => {
  const running = (): string | null => body.transactionId(body.model().transaction?.localId ?? null);
  const settled = () => (settle(), body.model());
  return {
    fate: () => line().fate(),
    answersLate: () => line().answersLate(),
    model: settled,
    now: () => clock.now(),
    install: (profile, transactionId) => {
      const mine = running();
      if (profile.purpose === "transaction" && (mine === null || (transactionId ?? mine) !== mine))
        return false;
      body.apply({ kind: "install", profile });
      return true;
    },
    clear: (filter) => {
      const before = body.model().profiles.length;
      body.apply({ kind: "clear", filter });
      return before - body.model().profiles.length;
    },
    update: (profileId, value) => {
      const known = body.model().profiles.some(({ id, kind }) => id === profileId && kind === "dynamic");
      if (known) body.apply({ kind: "update", profileId, value });
      return known;
    },
    usePriority: (on) => {
      body.apply({ kind: "priority", on, tell: false });
      return body.model().hasPriority === on;
    },
    composite: (durationS) => compositeOf(settled(), clock.now(), durationS),
    remoteStart: (idToken) => {
      if (body.visit() === null || body.model().transaction !== null) return false;
      body.begin(idToken);
      return true;
    },
    remoteStop: (transactionId) => {
      if (running() !== transactionId) return false;
      body.apply({ kind: "stop", reason: "Remote" });
      return true;
    },
    waiting: () => line().outbox.waiting(),
    hold: (asked) => body.hold(asked),
    letGo: (reservationId) => body.letGo(reservationId),
    trigger: (message) => {
      if (message === "MeterValues") body.apply({ kind: "meter" });
      else if (message === "TransactionEvent") body.apply({ kind: "sample", trigger: "triggered" });
      else if (message === "Heartbeat") body.say([{ kind: "heartbeat", atMs: clock.now() }]);
      else body.apply({ kind: "online" });
    },
    restart: (whenIdle) => {
      const later = whenIdle && body.model().transaction !== null;
      const look = (): void => {
        if (later && body.model().transaction !== null) clock.after(LOOK_MS, look);
        else restart();
      };
      clock.after(ANSWERED_MS, look);
      return later ? "later" : "now";
    },
    unlock: () => body.model().transaction === null,
    setOperative: (operative) => {
      body.apply({ kind: "availability", operative });
      return operative || body.model().transaction === null ? "now" : "later";
    },
    lost: () => line().lost(),
  };
};
