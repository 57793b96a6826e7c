import type { Session } from "../../domain/session.js";
import type { PilePlace, StateSchema } from "../../domain/sharing.js";
import type { ControlParts } from "../contract.js";
import type { FleetKeeper } from "../fleet-keeper.js";
import type { ReservationKeeper } from "../reservations.js";
import type { SiteRun } from "../site-run.js";
import type { DeskMaker } from "./contract.js";
import { createDesk, type Desk } from "./desk.js";
import { createEmergencies, type Emergencies } from "./emergencies.js";
import { createLoans, type Loans } from "./loans.js";
import type { createPerform } from "./perform.js";
import { type Pile, viewPile } from "./pile-view.js";
import type { UnstoppedSessions } from "./unstopped.js";
import { createQueues, type Queues } from "./queues.js";

export interface Desks {
  readonly queues: Queues;
  readonly loans: Loans;
  readonly emergencies: Emergencies;
  restore(): Promise<void>;
  idle(): boolean;
}

export interface DesksParts {
  readonly parts: ControlParts;
  readonly keeper: FleetKeeper;
  readonly runs: ReadonlyMap<string, SiteRun>;
  readonly reservations: ReservationKeeper;
  readonly performing: ReturnType<typeof createPerform>;
  readonly unstopped: Pick<UnstoppedSessions, "at">;
}

/** The three kinds of sharing on one store: a change of any makes its site plan again. */
export const createDesks = ({
  parts,
  keeper,
  runs,
  reservations,
  performing,
  unstopped,
}: DesksParts): Desks => {
  const { clock } = parts;
  const made: { get(id: string): unknown }[] = [];
  const siteIdOf = new Map(
    [...runs].flatMap(([siteId, { site }]) => site.stations.map(({ id }) => [id, siteId] as const)),
  );
  let count = 0;
  const newId = (): string => {
    const id = `${clock.now().toString(36)}-${(count++).toString(36)}`;
    return made.some((desk) => desk.get(id) !== null) ? newId() : id;
  };
  const makeDesk = <State extends PilePlace>(collection: string, schema: StateSchema<State>): Desk<State> => {
    const desk = createDesk({
      parts,
      collection,
      schema,
      inTurn: reservations.inTurn,
      perform: (state, effects) =>
        void performing.perform(siteIdOf.get(state.stationId) ?? "", state, effects),
      onChange: ({ stationId }) => runs.get(siteIdOf.get(stationId) ?? "")?.loop.trigger("sharing"),
    });
    made.push(desk);
    return desk;
  };
  const viewOf = (pile: Pile, closed: Session | null, expected: readonly string[]) =>
    viewPile(pile, {
      keeper,
      plan: runs.get(pile.site.id)?.memory.plan ?? null,
      nowMs: clock.now(),
      isReserved: reservations.inTheWay(pile, { fromMs: clock.now(), untilMs: clock.now() + 1 }) !== null,
      unstopped: unstopped.at(pile, clock.now()),
      closed,
      expected,
    });
  const isConnected = (stationId: string) => keeper.station(stationId)?.connected === true;
  const maker: DeskMaker = { clock, newId, makeDesk, reservations, isConnected, viewOf };
  const kinds = {
    queues: createQueues(maker),
    loans: createLoans(maker),
    emergencies: createEmergencies(maker),
  };
  const all = Object.values(kinds);
  return {
    ...kinds,
    restore: async () => {
      for (const kind of all) await kind.restore();
    },
    idle: () => all.every((kind) => kind.idle()),
  };
};
