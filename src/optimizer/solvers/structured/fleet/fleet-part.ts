import type { Links, Part } from "../method/part.js";
import type { Fleet } from "./fleet.js";
import type { Kernel, Point } from "./kernel.js";

/** A fleet as a part of the method. */
export interface FleetPart extends Part {
  /** The point that was kept last. */
  kept(): Point;
  now: Kernel["now"];
}

/** Calls back for every gate and slot with its linking rows; -1 where there is none. */
const eachLink = (
  { gates, slots, place, tile }: Fleet,
  call: (at: number, link: { net: number; charge: number; discharge: number; gate: number }) => void,
): void => {
  for (let gate = 0; gate < gates; gate++) {
    const first = tile.firstLink[gate]!;
    const link = (local: number): number => (local < 0 ? -1 : first + local);
    for (let slot = 0; slot < slots; slot++) {
      const at = gate * slots + slot;
      call(at, {
        net: link(place.net[at]!),
        charge: link(place.charge[at]!),
        discharge: link(place.discharge[at]!),
        gate,
      });
    }
  }
};

/** What multipliers of the linking rows pull at charge and at discharge. */
export const spread = (fleet: Fleet, values: Float64Array): void => {
  const { pullIn, pullOut } = fleet.sums;
  eachLink(fleet, (at, { net, charge, discharge }) => {
    pullIn[at] = net >= 0 ? values[net]! : charge >= 0 ? values[charge]! : 0;
    pullOut[at] = net >= 0 ? -values[net]! : discharge >= 0 ? values[discharge]! : 0;
  });
};

/** Adds a sum over both directions to the linking rows, and clears it. */
const collect = (
  fleet: Fleet,
  { fromIn, fromOut, sign = 1 }: { fromIn: Float64Array; fromOut: Float64Array; sign?: 1 | -1 },
  into: Float64Array,
): void => {
  eachLink(fleet, (at, { net, charge, discharge }) => {
    if (net >= 0) into[net]! += sign * (fromIn[at]! - fromOut[at]!);
    if (charge >= 0) into[charge]! += sign * fromIn[at]!;
    if (discharge >= 0) into[discharge]! += sign * fromOut[at]!;
  });
  fromIn.fill(0);
  fromOut.fill(0);
};

/** Adds the weights of all powers to the diagonal of S: the sessions' part of D. */
const addDiagonal = (fleet: Fleet, { schur, whole }: Links): void => {
  const { sums, tile } = fleet;
  const { weightIn, weightOut } = sums;
  const add = (link: number, gate: number, weight: number): void => {
    if (link < 0) return;
    const local = link - tile.firstLink[gate]!;
    schur[tile.offset[gate]! + local * (tile.width[gate]! + 1)]! += weight;
    whole[link]! += weight;
  };
  eachLink(fleet, (at, { net, charge, discharge, gate }) => {
    add(net, gate, weightIn[at]! + weightOut[at]!);
    add(charge, gate, weightIn[at]!);
    add(discharge, gate, weightOut[at]!);
  });
  weightIn.fill(0);
  weightOut.fill(0);
};

/** The part of the sessions that kernels know. */
export const fleetPart = (fleet: Fleet, kernel: Kernel): FleetPart => {
  const { sums: gates } = fleet;
  return {
    ends: 2 * kernel.columns,
    keep: () => kernel.keep(),
    kept: () => kernel.kept(),
    now: () => kernel.now(),
    advance({ primal, dual }, proximal, { links, sums }) {
      spread(fleet, links.y);
      kernel.advance({ primal, dual, proximal }, sums);
      collect(fleet, { fromIn: gates.takenIn, fromOut: gates.takenOut, sign: -1 }, links.residual);
      collect(fleet, { fromIn: gates.affineIn, fromOut: gates.affineOut }, links.affine);
      addDiagonal(fleet, links);
    },
    predict({ links, sums }) {
      spread(fleet, links.dy);
      kernel.predict(sums);
      collect(fleet, { fromIn: gates.takenIn, fromOut: gates.takenOut }, links.taken);
      collect(fleet, { fromIn: gates.centreIn, fromOut: gates.centreOut }, links.centre);
      collect(fleet, { fromIn: gates.secondIn, fromOut: gates.secondOut }, links.second);
    },
    correct(mu, { links, sums }) {
      spread(fleet, links.dy);
      kernel.correct(mu, sums);
      collect(fleet, { fromIn: gates.takenIn, fromOut: gates.takenOut }, links.taken);
    },
  };
};
