import { floorBetween, limitsNow, type PvScene, type PvSurroundings } from "../dispatch/inverter-limits.js";
import type { PvFloors, PvReason } from "../domain/curtailment.js";
import type { DeviceState } from "../domain/device.js";
import type { Site } from "../domain/site.js";
import { type EpochMs, sum } from "../domain/units.js";
import { isAtOrBelow } from "../planning/tree.js";
import type { PvNode } from "./pv-surroundings.js";

interface NodeScene extends Pick<PvScene, "nowMs" | "inverters" | "changedMs"> {
  readonly site: Site;
  readonly floors: PvFloors;
  /** All PV of the site, commanded or not. */
  readonly states: readonly DeviceState[];
  /** Until when a limit that is told now may be all that reaches an inverter. */
  readonly untilMs: EpochMs;
  readonly surroundings: (node: PvNode) => Omit<PvSurroundings, "othersKw">;
}

/** The most that nodes below the root let an inverter generate, and why. */
export interface NodeRoom {
  readonly limitKw: number;
  readonly reason: PvReason;
}

/** What each inverter is left by the tightest node at or above it, in the order given; null: none has a limit. */
export const nodeRooms = (scene: NodeScene): (NodeRoom | null)[] => {
  const rooms = scene.inverters.map((): NodeRoom | null => null);
  for (const [nodeId, bySlot] of scene.floors.below ?? []) {
    const floor = floorBetween({ horizon: scene.floors.horizon, bySlot }, scene.nowMs, scene.untilMs);
    if (floor === null) continue;
    const here = membersOf(scene, nodeId);
    const limits = limitsNow({
      nowMs: scene.nowMs,
      changedMs: scene.changedMs,
      floor,
      around: aroundNode(scene, nodeId),
      inverters: here.flatMap((at) => scene.inverters[at] ?? []),
    });
    for (const [place, at] of here.entries()) {
      const limitKw = limits[place] ?? 0;
      if (limitKw < (rooms[at]?.limitKw ?? Infinity)) rooms[at] = { limitKw, reason: floor.reason };
    }
  }
  return rooms;
};

const membersOf = ({ site, inverters }: NodeScene, nodeId: string): number[] => {
  const isHere = isAtOrBelow(site, nodeId);
  return [...inverters.keys()].filter((at) => isHere(inverters[at]?.config.nodeId ?? site.rootNodeId));
};

const aroundNode = (scene: NodeScene, nodeId: string): PvSurroundings => {
  const { site, states, nowMs } = scene;
  const isHere = isAtOrBelow(site, nodeId);
  const idsOf = (devices: readonly { readonly id: string; readonly nodeId?: string }[] = []) =>
    devices.filter((one) => isHere(one.nodeId ?? site.rootNodeId)).map(({ id }) => id);
  const others = idsOf(site.measuredPv);
  const powers = [...idsOf(site.inverters), ...others].map((id) => freshPower(states, id));
  const known = powers.filter((power) => power !== null);
  const pv =
    known.length < powers.length
      ? null
      : { pvKw: sum(known.map(({ value }) => value)), atMs: Math.min(...known.map(({ atMs }) => atMs)) };
  const othersKw = others.map((id) =>
    Math.max(0, states.find((state) => state.id === id)?.power?.value ?? 0),
  );
  return { ...scene.surroundings({ nodeId, pv, nowMs }), othersKw: sum(othersKw) };
};

const freshPower = (states: readonly DeviceState[], id: string): DeviceState["power"] => {
  const state = states.find((one) => one.id === id);
  return state?.staleSinceMs === null ? state.power : null;
};
