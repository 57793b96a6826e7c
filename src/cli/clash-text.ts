import type { ShortfallClash } from "../domain/plan.js";

type NodeClash = Extract<ShortfallClash, { key: "node" }>;

/** Rounded up, so that it does; what is less than 0.1 kW in W. */
const kwText = (kw: number): string =>
  kw < 0.1 ? `${Math.ceil(1000 * kw)} W` : `${(Math.ceil(10 * kw - 1e-6) / 10).toFixed(1)} kW`;

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
    case "pile":
      return clash.isEnoughAlone ? [`the pile ${clash.nodeId} for itself`] : [];
    case "port":
      return clash.needKw === null ? [] : [`${kwText(clash.needKw)} more at the port`];
    case "stay":
      return clash.minutesLater === null ? [] : [`${clash.minutesLater} min later`];
    case "taper":
      return clash.isEnoughAlone ? ["a battery that takes full power to the end"] : [];
    default:
      // What is wanted beyond the battery needs a larger one, whatever else is granted.
      return [];
  }
};

/** Node limits that do only together. */
const together = (nodes: readonly NodeClash[]): string[] => {
  const needKw = nodes.find((clash) => clash.needKw !== null)?.needKw ?? null;
  if (needKw === null || nodes.some(({ isEnoughAlone }) => isEnoughAlone)) return [];
  return [`${kwText(needKw)} more at each of ${nodes.map(limitOf).join("; ")}`];
};

const keeper = (clash: ShortfallClash): string[] => {
  const kept = "keptKwh" in clash ? `keeps ${clash.keptKwh.toFixed(1)} kWh` : "";
  if (clash.key === "node") return [`${limitOf(clash)} ${kept}`];
  return clash.key === "pile" ? [`who else has the pile ${clash.nodeId} ${kept}`] : [];
};

const battery = (clashes: readonly ShortfallClash[]): string[] =>
  clashes.flatMap((clash) =>
    clash.key === "battery" ? [`a battery of ${clash.needKwh.toFixed(1)} kWh more`] : [],
  );

/**
 * What a wish would need, as one phrase: any one of what is joined by "or", and a larger battery where more is wanted
 * than it takes in; else what keeps it. Empty: nothing is known.
 */
export const clashText = (clashes: readonly ShortfallClash[]): string => {
  const nodes = clashes.filter(isNode);
  const alone = [...clashes.flatMap(remedy), ...together(nodes)].join(", or ");
  const remedies = [...(alone === "" ? [] : [alone]), ...battery(clashes)];
  if (remedies.length > 0) return `needs ${remedies.join("; and ")}`;
  return clashes.flatMap(keeper).join(", ");
};
