import type { Reason } from "../../domain/plan.js";
import { at } from "../tree.js";
import { NOTICEABLE_KW, type Scene, type Spot } from "./scene.js";

/** First and last slot in which a session has power, in either direction; null: in none. */
const turnOf = ({ board }: Scene, session: number): { first: number; last: number } | null => {
  const powered = [...board.hours.keys()].filter(
    (slot) => at(board.charge[session], slot) + at(board.discharge[session], slot) > NOTICEABLE_KW,
  );
  const [first, last] = [powered[0], powered.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
};

/** The exclusive pile of a session that another car has in a slot, or is leaving; null: it is free. */
export const pileHold = (scene: Scene, { index, slot }: Spot): Reason | null => {
  for (const { node, sessions, freeFrom } of scene.piles) {
    if (!sessions.includes(index)) continue;
    for (const other of sessions) {
      const turn = other === index ? null : turnOf(scene, other);
      if (turn !== null && slot >= turn.first && slot < at(freeFrom, turn.last + 1))
        return { key: "waiting-for-pile", nodeId: scene.problem.nodes[node]?.id ?? "" };
    }
  }
  return null;
};
