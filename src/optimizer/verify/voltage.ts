import type { Statement } from "./statement.js";

/** A node's voltage limits in one slot, in kW of load at the topmost line with resistance above it. */
export interface VoltageRoom {
  readonly node: number;
  /** What a kW drawn at a node counts. */
  readonly weight: (from: number) => number;
  /** Room for load and for feeding; below 0: broken with every car at rest. */
  readonly loadKw: number;
  readonly feedKw: number;
}

/**
 * LinDistFlow: v² falls along a line by 2·(r·P + x·Q)/V² with P and Q all that is drawn beyond it. The lowest
 * voltage is that without PV, the highest that with all of it.
 */
export const voltageRooms = ({ problem, upwards }: Statement, slot: number): VoltageRoom[] => {
  const rooms: VoltageRoom[] = [];
  for (const [node, { voltageLimits }] of problem.nodes.entries()) {
    if (voltageLimits === null) continue;
    const lines = (upwards[node] ?? []).filter((step) => problem.nodes[step]?.line != null);
    const perKw = lines.map((step) => {
      const { resistanceOhm = 0, nominalV = 1 } = problem.nodes[step]?.line ?? {};
      return (2_000 * resistanceOhm) / (nominalV * nominalV);
    });
    const first = perKw.findLast((fall) => fall > 0);
    if (first === undefined) continue;
    const beyond = (line: number, from: number): boolean => (upwards[from] ?? []).includes(line);
    const weight = (from: number): number =>
      lines.reduce((sum, line, place) => sum + (beyond(line, from) ? (perKw[place] ?? 0) : 0), 0) / first;
    let baseSquare = problem.supplyPu * problem.supplyPu;
    let pvSquare = 0;
    for (const [place, line] of lines.entries()) {
      const { reactanceOhm = 0, nominalV = 1 } = problem.nodes[line]?.line ?? {};
      for (const [from, { baseKw, pvKw, reactiveKvar }] of problem.nodes.entries()) {
        if (!beyond(line, from)) continue;
        baseSquare -= (perKw[place] ?? 0) * (baseKw[slot] ?? 0);
        baseSquare -= ((2_000 * reactanceOhm) / (nominalV * nominalV)) * (reactiveKvar?.[slot] ?? 0);
        pvSquare += (perKw[place] ?? 0) * (pvKw[slot] ?? 0);
      }
    }
    const { minPu, maxPu } = voltageLimits;
    rooms.push({
      node,
      weight,
      loadKw: minPu === null ? Infinity : (baseSquare - minPu * minPu) / first,
      feedKw: maxPu === null ? Infinity : (maxPu * maxPu - baseSquare - pvSquare) / first,
    });
  }
  return rooms;
};
