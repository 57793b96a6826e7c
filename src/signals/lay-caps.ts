import { type Horizon, slotEndMs } from "../domain/horizon.js";
import type { GridEvent, NodeCap } from "../domain/signal.js";
import type { GridNode, Site } from "../domain/site.js";
import type { Notes } from "./notes.js";
import { targetedNodes } from "./targeting.js";
import { type Claim, claimsOf, heldBetween } from "./timeline.js";

interface Cap {
  readonly capKw: number;
  readonly eventId: string;
}

/** kW that a claim leaves to a node; null when it sets none. */
type ReadCap = (claim: Claim) => number | null;

const capacityLimit: ReadCap = ({ value }) => (typeof value === "number" ? value : null);

/** A SIMPLE level as a share of the node's own import limit. */
const simpleLevel =
  (node: GridNode, shares: readonly (number | null)[]): ReadCap =>
  ({ value }) => {
    const share = typeof value === "number" ? (shares[value] ?? null) : null;
    return share === null || node.importLimitKw === null ? null : share * node.importLimitKw;
  };

/** The strictest cap of any part of a slot: nothing finer than a slot can be planned. */
const strictest = (caps: readonly (Cap | null)[]): Cap | null => {
  let least: Cap | null = null;
  for (const cap of caps) if (cap !== null && (least === null || cap.capKw < least.capKw)) least = cap;
  return least;
};

export interface CapInputs {
  readonly site: Site;
  readonly events: readonly GridEvent[];
  readonly horizon: Horizon;
  readonly simpleShares: readonly (number | null)[];
  readonly notes: Notes;
}

const capsOfType = (
  claims: readonly Claim[],
  { type, node, read, horizon, notes }: Pick<CapInputs, "horizon" | "notes"> & TypeAtNode,
): (Cap | null)[] =>
  horizon.startsMs.map((startMs, slot) =>
    strictest(
      heldBetween(claims, startMs, slotEndMs(horizon, slot)).map((held) => {
        notes.tie(held, `${type} at ${node.id}`);
        const capKw = held.claim === null ? null : read(held.claim);
        return capKw === null ? null : { capKw, eventId: held.claim?.event.id ?? "" };
      }),
    ),
  );

interface TypeAtNode {
  readonly type: string;
  readonly node: GridNode;
  readonly read: ReadCap;
}

const noteSimpleWithoutLimit = (node: GridNode, claims: readonly Claim[], notes: Notes): void => {
  const [first] = claims;
  if (first !== undefined && node.importLimitKw === null)
    notes.add(
      "signal.simple-without-limit",
      `event ${first.event.id} caps ${node.id} at a share of its import limit, but it has none: no cap`,
      first.startMs,
    );
};

const capsAtNode = (node: GridNode, inputs: CapInputs): (Cap | null)[] | null => {
  const { site, events, simpleShares, notes } = inputs;
  const aimed = events.filter((event) => targetedNodes(event, site).includes(node.id));
  const limits = aimed.flatMap((event) => claimsOf(event, "IMPORT_CAPACITY_LIMIT"));
  const simple = aimed.flatMap((event) => claimsOf(event, "SIMPLE"));
  if (limits.length === 0 && simple.length === 0) return null;
  noteSimpleWithoutLimit(node, simple, notes);
  const byLimit = capsOfType(limits, { ...inputs, type: "IMPORT_CAPACITY_LIMIT", node, read: capacityLimit });
  const bySimple = capsOfType(simple, {
    ...inputs,
    type: "SIMPLE",
    node,
    read: simpleLevel(node, simpleShares),
  });
  return byLimit.map((cap, slot) => strictest([cap, bySimple[slot] ?? null]));
};

const withCaps = (caps: readonly (Cap | null)[], node: GridNode): NodeCap[] =>
  caps.every((cap) => cap === null)
    ? []
    : [
        {
          nodeId: node.id,
          capKw: caps.map((cap) => cap?.capKw ?? null),
          eventId: caps.map((cap) => cap?.eventId ?? null),
        },
      ];

/**
 * Hard caps on import per node and slot. Within one payload type the event of highest precedence
 * holds; between IMPORT_CAPACITY_LIMIT and SIMPLE, and between the parts of a slot, the strictest.
 */
export const layCaps = (inputs: CapInputs): NodeCap[] =>
  inputs.site.nodes.flatMap((node) => withCaps(capsAtNode(node, inputs) ?? [], node));

/** Hard caps on export per node and slot, by EXPORT_CAPACITY_LIMIT. */
export const layExportCaps = (inputs: CapInputs): NodeCap[] =>
  inputs.site.nodes.flatMap((node) => {
    const type = "EXPORT_CAPACITY_LIMIT";
    const aimed = inputs.events.filter((event) => targetedNodes(event, inputs.site).includes(node.id));
    const claims = aimed.flatMap((event) => claimsOf(event, type));
    if (claims.length === 0) return [];
    return withCaps(capsOfType(claims, { ...inputs, type, node, read: capacityLimit }), node);
  });
