import type { CommandOf, CommandOutcome } from "../domain/command.js";
import { YouxuError } from "../domain/errors.js";
import type { FleetEvent } from "../domain/fleet.js";
import { isSameToken } from "../domain/id-token.js";
import type { PilePlace } from "../domain/sharing.js";
import {
  keptReservationsSchema,
  OPERATOR_HOLDS,
  type Reservation,
} from "../domain/station-file/reservations.js";
import type { StationNews } from "../domain/station-news.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import { type Claim, conflictOf } from "../management/reservation-conflicts.js";
import {
  confirmed,
  ended,
  isInForce,
  reservationsAt,
  withoutRefused,
  withReservation,
} from "../management/reservations.js";
import { createTurns } from "../ports/turns.js";
import type { Hold } from "../sharing/steps.js";
import type { ControlParts } from "./contract.js";

const COLLECTION = "reservations";

/** Numbers count the seconds from here on, and so repeat none over a restart; 31 bits last until 2094. */
const NUMBERS_FROM_MS = Date.UTC(2026, 0, 1);

export interface ReservationParts {
  readonly parts: Pick<ControlParts, "clock" | "documents" | "link" | "log">;
  readonly evseCountOf: (stationId: string) => number;
  /** Time that sharing has given away at a station. */
  readonly claimsOf: (stationId: string) => readonly Claim[];
  /** An operator's reservation has come or gone: its piles are looked at anew. */
  readonly onChange: (stationId: string) => void;
}

/** The one keeper of what stations hold for id tokens, for operators and for sharing. */
export interface ReservationKeeper {
  /** Of a station as they stand now, oldest first. */
  of(stationId: string): readonly Reservation[];
  /** An operator's. Throws `reservation.conflict` where the time is somebody's. */
  reserve(stationId: string, command: CommandOf<"reserve">): Promise<CommandOutcome>;
  cancel(stationId: string, command: CommandOf<"cancel-reservation">): Promise<CommandOutcome>;
  /** Sharing's, under a number that it keeps as long as the holder has it. */
  hold(place: PilePlace, hold: Hold): Promise<CommandOutcome>;
  letGo(place: PilePlace, holder: string): Promise<void>;
  /** What operators have reserved of a time of a pile; null: nothing. */
  inTheWay(place: PilePlace, time: Pick<Claim, "fromMs" | "untilMs">): Claim | null;
  /** When the first of an operator's reservations of a station runs out; null: there is none. */
  nextEndMs(stationId: string): EpochMs | null;
  /** One after the other whatever gives time of a station away, so that no two give the same. */
  readonly inTurn: ReturnType<typeof createTurns>;
  told(news: StationNews): void;
  onFleetEvent(event: FleetEvent): void;
  restore(): Promise<void>;
  idle(): boolean;
}

/** Each on disk before its station is asked; what a station does not confirm it is asked anew when it connects. */
export const createReservations = (context: ReservationParts): ReservationKeeper => {
  const { clock, documents, link, log } = context.parts;
  const kept = new Map<string, readonly Reservation[]>();
  const inTurn = createTurns();
  let lastNumber = 0;
  let underWay = 0;

  const listOf = (stationId: string): readonly Reservation[] => kept.get(stationId) ?? [];
  const standing = (stationId: string): Reservation[] =>
    reservationsAt(listOf(stationId), clock.now()).filter(isInForce);
  const operators = (stationId: string): Reservation[] =>
    standing(stationId).filter(({ holder }) => holder === OPERATOR_HOLDS);

  const newNumber = (stationId: string): number => {
    const seconds = Math.floor((clock.now() - NUMBERS_FROM_MS) / SECOND_MS);
    do lastNumber = Math.max(lastNumber + 1, seconds);
    while (listOf(stationId).some(({ reservationId }) => reservationId === lastNumber));
    return lastNumber;
  };

  const keep = async (stationId: string, reservations: readonly Reservation[]): Promise<void> => {
    if (reservations === listOf(stationId)) return;
    kept.set(stationId, reservations);
    await documents.put(COLLECTION, stationId, { stationId, reservations });
  };
  /** Changes what is kept of a station, in its turn. */
  const change = (
    stationId: string,
    make: (before: readonly Reservation[]) => readonly Reservation[],
  ): Promise<void> => inTurn(stationId, () => keep(stationId, make(listOf(stationId))));

  const busy = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    underWay++;
    try {
      return await run();
    } finally {
      underWay--;
    }
  };
  const apart = (stationId: string, run: () => Promise<unknown>): void => {
    busy(run).catch((err: unknown) => log.error({ stationId, err }, "a reservation could not be kept"));
  };

  /** Asks the station for what is on disk. */
  const ask = async (
    stationId: string,
    { reservationId, evseId, idToken, expiresMs }: Omit<Reservation, "state" | "endedMs">,
  ): Promise<CommandOutcome> => {
    const command = { kind: "reserve", reservationId, evseId, idToken, expiresMs } as const;
    const outcome = await link.send(stationId, command);
    if (outcome.status === "accepted") await change(stationId, (before) => confirmed(before, reservationId));
    return outcome;
  };

  /** What is asked is on disk, and the claim on its time with it, before anybody else has the turn. */
  const made = (stationId: string, command: CommandOf<"reserve">) =>
    inTurn(stationId, async () => {
      const { reservationId, evseId, idToken, expiresMs } = command;
      const before = standing(stationId).find((each) => each.reservationId === reservationId);
      mustBeOperators(before);
      const wanted = { evseId, fromMs: clock.now(), untilMs: expiresMs };
      const others = operators(stationId).filter(
        (each) => each !== before && each.reservationId !== reservationId,
      );
      const claims = [...others.map(claimOf), ...context.claimsOf(stationId)];
      const conflict = conflictOf(wanted, claims, context.evseCountOf(stationId));
      if (conflict !== null) throw conflicting(conflict, "body.evseId");
      const next = { reservationId, evseId, idToken, expiresMs, holder: OPERATOR_HOLDS, madeMs: clock.now() };
      await keep(stationId, withReservation(listOf(stationId), next));
      return { next, before };
    });

  const again = (stationId: string): void => {
    for (const reservation of operators(stationId)) apart(stationId, () => ask(stationId, reservation));
  };

  return {
    inTurn,
    idle: () => underWay === 0,
    of: (stationId) => reservationsAt(listOf(stationId), clock.now()),
    reserve: (stationId, command) =>
      busy(async () => {
        const { next, before } = await made(stationId, command);
        const outcome = await ask(stationId, next);
        // A station that did not answer may hold it.
        if (outcome.status !== "accepted" && outcome.status !== "timeout")
          await change(stationId, (list) => withoutRefused(list, next.reservationId, before));
        context.onChange(stationId);
        return outcome;
      }),
    cancel: (stationId, command) =>
      busy(async () => {
        const { reservationId } = command;
        const held = standing(stationId).find((each) => each.reservationId === reservationId);
        mustBeOperators(held);
        const outcome = told(await link.send(stationId, command), held === undefined ? reservationId : null);
        const end = ENDED_BY[outcome.status];
        if (end !== undefined)
          await change(stationId, (list) => ended(list, reservationId, { state: end, endedMs: clock.now() }));
        context.onChange(stationId);
        return outcome;
      }),
    hold: ({ stationId, evseId }, { holder, idToken, untilMs }) =>
      busy(async () => {
        const next = await inTurn(stationId, async () => {
          const before = standing(stationId).find((each) => each.holder === holder);
          const reservationId = before?.reservationId ?? newNumber(stationId);
          const all = { reservationId, evseId, idToken, expiresMs: untilMs, holder, madeMs: clock.now() };
          await keep(stationId, withReservation(listOf(stationId), all));
          return all;
        });
        return ask(stationId, next);
      }),
    letGo: ({ stationId }, holder) =>
      busy(async () => {
        // Whose time is over by our clock may stand by the station's.
        const held = listOf(stationId).findLast((each) => each.holder === holder);
        if (held === undefined || !isInForce(held)) return;
        const { reservationId } = held;
        await change(stationId, (list) =>
          ended(list, reservationId, { state: "cancelled", endedMs: clock.now() }),
        );
        await link.send(stationId, { kind: "cancel-reservation", reservationId });
      }),
    inTheWay: ({ stationId, evseId }, time) =>
      conflictOf({ evseId, ...time }, operators(stationId).map(claimOf), context.evseCountOf(stationId)),
    nextEndMs: (stationId) => {
      const ends = operators(stationId).map(({ expiresMs }) => expiresMs);
      return ends.length === 0 ? null : Math.min(...ends);
    },
    told: (news) => {
      if (news.kind !== "reservation-told") return;
      const { stationId, reservationId, became, atMs } = news;
      apart(stationId, async () => {
        await change(stationId, (list) => ended(list, reservationId, { state: became, endedMs: atMs }));
        context.onChange(stationId);
      });
    },
    onFleetEvent: (event) => {
      const { stationId } = event;
      if (event.kind === "connected") again(stationId);
      if (event.kind !== "session-opened") return;
      // Few stations name the reservation that a transaction uses.
      const { evseId, session, atMs } = event;
      const used = standing(stationId).find(
        (each) => isSameToken(each.idToken, session.idToken) && (each.evseId ?? evseId) === evseId,
      );
      if (used !== undefined)
        apart(stationId, () =>
          change(stationId, (list) => ended(list, used.reservationId, { state: "used", endedMs: atMs })),
        );
    },
    restore: async () => {
      for (const document of await documents.list(COLLECTION)) {
        const read = keptReservationsSchema.safeParse(document);
        if (read.success) kept.set(read.data.stationId, read.data.reservations);
        else log.error({ document, faults: read.error.issues }, "kept reservations cannot be read");
      }
    },
  };
};

/** What a station said to a cancelling; `unknownId`: nothing was known to be held under this number. */
const told = (outcome: CommandOutcome, unknownId: number | null): CommandOutcome =>
  unknownId !== null && outcome.status === "rejected"
    ? { ...outcome, detail: `${outcome.detail}: nothing is held under ${unknownId}` }
    : outcome;

/** Rejected: the station holds nothing under this number. */
const ENDED_BY: Partial<Record<CommandOutcome["status"], Reservation["state"]>> = {
  accepted: "cancelled",
  rejected: "removed",
};

const claimOf = ({ reservationId, evseId, madeMs, expiresMs }: Reservation): Claim => ({
  evseId,
  fromMs: madeMs,
  untilMs: expiresMs,
  what: `reservation ${reservationId}`,
});

const mustBeOperators = (reservation: Reservation | undefined): void => {
  if (reservation !== undefined && reservation.holder !== OPERATOR_HOLDS)
    throw new YouxuError(
      "reservation.of-sharing",
      `reservation ${reservation.reservationId} is held for ${reservation.holder}`,
      "body.reservationId",
    );
};

/** The time is somebody's. */
export const conflicting = ({ what, evseId, untilMs }: Claim, place: string): YouxuError => {
  const where = evseId === null ? "an EVSE of the station" : `EVSE ${evseId}`;
  const until = new Date(untilMs).toISOString();
  return new YouxuError("reservation.conflict", `${what} has ${where} until ${until}`, place);
};
