import { keptStateSchema, type StateSchema } from "../../domain/sharing.js";
import type { Effect, Step } from "../../sharing/steps.js";
import type { ControlParts } from "../contract.js";
import type { ReservationKeeper } from "../reservations.js";

export interface DeskParts<State> {
  readonly parts: Pick<ControlParts, "documents" | "log">;
  readonly collection: string;
  readonly schema: StateSchema<State>;
  /** Steps of one turn come one after the other, those of other desks among them. */
  readonly inTurn: ReservationKeeper["inTurn"];
  /** Carries out what follows from a state that is on disk. */
  readonly perform: (state: State, effects: readonly Effect[]) => void;
  /** Something is another than it was. */
  readonly onChange: (state: State) => void;
}

/** States by id, each on disk before anything follows from it. */
export interface Desk<State> {
  readonly get: (id: string) => State | null;
  readonly all: () => readonly State[];
  /**
   * Takes a state one step on, after all that was begun for the same turn before; null: there is none yet, and
   * nothing to begin with. A step to the same state is not kept. What `make` throws is thrown.
   */
  readonly step: (where: Where<State>, make: (state: State | null) => Step<State>) => Promise<State>;
  readonly forget: (id: string) => void;
  readonly restore: () => Promise<void>;
  readonly idle: () => boolean;
}

interface Where<State> {
  readonly id: string;
  /** Steps of one turn come one after the other. */
  readonly turn: string;
  /** What a state begins with. */
  readonly initial?: State;
}

/** Keeps states as documents. */
export const createDesk = <State>({
  parts,
  collection,
  schema,
  inTurn,
  perform,
  onChange,
}: DeskParts<State>): Desk<State> => {
  const { documents, log } = parts;
  const states = new Map<string, State>();
  let underWay = 0;

  const take = async (
    { id, initial }: Where<State>,
    make: (state: State | null) => Step<State>,
  ): Promise<State> => {
    const before = states.get(id) ?? initial ?? null;
    const { state, effects } = make(before);
    if (state !== before) {
      await documents.put(collection, id, { id, state });
      states.set(id, state);
      onChange(state);
    }
    if (effects.length > 0) perform(state, effects);
    return state;
  };

  return {
    get: (id) => states.get(id) ?? null,
    all: () => [...states.values()],
    step: async (where, make) => {
      underWay++;
      try {
        return await inTurn(where.turn, () => take(where, make));
      } finally {
        underWay--;
      }
    },
    forget: (id) => {
      states.delete(id);
      documents
        .remove(collection, id)
        .catch((err: unknown) => log.error({ collection, id, err }, "a document could not be removed"));
    },
    restore: async () => {
      for (const document of await documents.list(collection)) {
        const { id, state } = keptStateSchema.parse(document);
        const read = schema.safeParse(state);
        if (read.success) states.set(id, read.data);
        else log.error({ collection, id, faults: read.error.issues }, "a kept state cannot be read");
      }
    },
    idle: () => underWay === 0,
  };
};
