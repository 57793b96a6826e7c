import { costMessages } from "../control/cost-messages.js";
import { type CentralSystem, createCentralSystem } from "../ocpp/index.js";
import { type TransferHook, transferHooks as answersOf } from "../ports/transfer-hooks.js";
import type { ToStations } from "./server-control.js";
import type { Steering } from "./server-control.js";
import type { ServerParts } from "./server-parts.js";
import type { People } from "./server-people.js";
import { electricsOf, zoneOf } from "./site-lookups.js";

/** Stations by OCPP: what they say goes to the loop and to the books beside it. */
export const composeStations = (
  parts: ServerParts,
  { registry }: People,
  {
    steering,
    lines,
    transferHooks,
  }: {
    readonly steering: Steering;
    readonly transferHooks: readonly TransferHook[];
  } & Pick<ToStations, "lines">,
): CentralSystem => {
  const { clock, sites } = parts;
  const { control, costs, ears, stationFiles, customerReports, localLists, inventory, quirks } = steering;
  return createCentralSystem({
    clock,
    note: (news) => {
      stationFiles.tell(news);
      customerReports.tell(news);
      control.told(news);
      ears.news(news);
    },
    transfers: answersOf([costMessages(costs), ...transferHooks]),
    gateway: {
      ...control,
      costSoFar: (stationId, transactionId) => costs.costSoFar(stationId, transactionId),
      report: (event) => {
        control.report(event);
        localLists.heard(event);
        if (parts.asksSettings === true) inventory.heard(event);
      },
    },
    registry,
    documents: parts.store.documents,
    quirks,
    log: lines,
    settings: parts.ocpp,
    ...(parts.localCa?.signs == null ? {} : { authority: parts.localCa.signs }),
    ...(parts.plugAndCharge === undefined ? {} : { plugAndCharge: parts.plugAndCharge }),
    evseElectrics: electricsOf(sites),
    configured: stationIdsOf(parts),
    timeZone: zoneOf(sites),
  });
};

export const stationIdsOf = ({ sites }: Pick<ServerParts, "sites">): Set<string> =>
  new Set(sites.flatMap(({ stations }) => stations.map(({ id }) => id)));
