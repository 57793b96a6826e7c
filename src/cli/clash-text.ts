import type { ShortfallClash } from "../domain/plan.js";

type NodeClash = Extract<ShortfallClash, { key: "node" }>;

const kwText = (kw: number): string => `${kw.toFixed(1)} kW`;

const limitOf = ({ kind, nodeId, eventId, phase }: NodeClash): string => {
  if (kind === "fail-safe") return `the fail-safe of node ${nodeId}`;
  if (kind === "phase") return `phase ${phase} of node ${nodeId}`;
  if (kind === "voltage") return `the feeder of node ${nodeId}, by its voltage`;
  return eventId === null ? `node ${nodeId}` : `node ${nodeId}, by event ${eventId}`;
};

const slotsOf = ({ slots }: NodeClash): string =>
  slots.length === 1 ? ` in slot ${slots[0]}` : ` in slots ${slots[0]}–${slots.at(-1)}`;

const isNode = (clash: ShortfallClash): clash is NodeClash => clash.key === "node";

/** What alone would do, each as a phrase. */
const remedy = (clash: ShortfallClash): string[] => {
  switch (clash.key) {
    case "node":
      return clash.needKw === null || !clash.isEnoughAlone
        ? []
        : [`${kwText(clash.needKw)} more at ${limitOf(clash)}${slotsOf(clash)}`];
    case "port":
      return clash.needKw === null ? [] : [`${kwText(clash.needKw)} more at the port`];
    case "stay":
      return clash.minutesLater === null ? [] : [`${clash.minutesLater} min later`];
    case "taper":
      return clash.isEnoughAlone ? ["a battery that takes full power to the end"] : [];
    default:
      return [`a battery of ${clash.needKwh.toFixed(1)} kWh more`];
  }
};

/** Node limits that do only together. */
const together = (nodes: readonly NodeClash[]): string[] => {
  const needKw = nodes.find((clash) => clash.needKw !== null)?.needKw ?? null;
  if (needKw === null || nodes.some(({ isEnoughAlone }) => isEnoughAlone)) return [];
  return [`${kwText(needKw)} more at each of ${nodes.map(limitOf).join("; ")}`];
};

/** What a wish would need, as one phrase: each of these alone would do, else what keeps it. Empty: nothing is known. */
export const clashText = (clashes: readonly ShortfallClash[]): string => {
  const nodes = clashes.filter(isNode);
  const remedies = [...clashes.flatMap(remedy), ...together(nodes)];
  if (remedies.length > 0) return `needs ${remedies.join(", or ")}`;
  const kept = nodes.map((clash) => `${limitOf(clash)} keeps ${clash.keptKwh.toFixed(1)} kWh`);
  return kept.join(", ");
};
