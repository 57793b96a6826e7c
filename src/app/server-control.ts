import { checkedLink } from "../control/checked-link.js";
import type { Log } from "../control/contract.js";
import { createControl } from "../control/control.js";
import { createCostBook } from "../control/cost-book.js";
import { createCustomerReports } from "../control/customer-reports.js";
import { openIdTokenBook } from "../control/id-token-book.js";
import { createInventory } from "../control/inventory.js";
import { createLocalLists } from "../control/local-lists.js";
import { splitLink } from "../control/split-link.js";
import { createStationFiles } from "../control/station-files.js";
import { plainToken } from "../domain/id-token.js";
import { createDevices } from "../metering/devices.js";
import { fixedIdTokens } from "../ports/id-tokens.js";
import { createQuirkBook } from "../ports/quirk-book.js";
import type { StationLink } from "../ports/station-link.js";
import { driverTariffOf } from "../signals/driver-tariff.js";
import { createSignalSource } from "../signals/source.js";
import { createEars } from "./ears.js";
import type { ServerParts } from "./server-parts.js";
import type { People } from "./server-people.js";
import { siteOfStations, tariffsOfStations } from "./site-lookups.js";
import { registeredSecurity } from "./station-security.js";

/** The way to stations and the log of them, which are there before the stations are. */
export interface ToStations {
  readonly link: StationLink;
  /** With version and connection in every line about a station. */
  readonly lines: Log;
}

/** What stations, cars and devices are known to be: read from the store before anything is steered. */
const openBooks = async ({ store, quirks: entries = [], idTokens, log }: ServerParts) => {
  const quirks = createQuirkBook({
    documents: store.documents,
    entries,
    failed: (err) => log.error({ err }, "what a station taught could not be kept"),
  });
  await quirks.open();
  const tokens = await openIdTokenBook({
    documents: store.documents,
    configured: fixedIdTokens(idTokens === null ? null : [...idTokens].map(plainToken)),
    log,
  });
  return { quirks, idTokens: tokens };
};

/** The control loop, with the books that it reads and what goes on beside it for stations. */
export const composeControl = async (
  parts: ServerParts,
  { registry, vtn }: People,
  { link, lines }: ToStations,
) => {
  const { clock, sites, store, log } = parts;
  const { quirks, idTokens } = await openBooks(parts);
  const devices = createDevices({ configs: parts.devices ?? [], clock, log });
  const tariffOf = tariffsOfStations(sites, parts.tariffs);
  const stationFiles = createStationFiles({ documents: store.documents, clock, log: lines });
  const costs = createCostBook({ clock, sites, tariffOf, link });
  const ears = createEars();
  const operatorLink = checkedLink({
    link: splitLink({ link, files: stationFiles }),
    files: stationFiles,
    securityOf: (stationId) => registeredSecurity(registry, stationId),
    driverTariff: (stationId) => {
      const tariff = tariffOf(stationId);
      return tariff === null ? null : driverTariffOf(tariff, clock.now());
    },
  });
  const control = createControl({
    clock,
    sites,
    signals: createSignalSource({ sites, tariffs: parts.tariffs, prices: parts.prices, events: vtn.events }),
    events: vtn.events,
    ledger: store.ledger,
    telemetry: store.telemetry,
    documents: store.documents,
    link: operatorLink,
    exceeded: (excess) => ears.excess(excess),
    heard: (event) => {
      costs.heard(event);
      ears.event(event);
    },
    quirks,
    devices,
    policy: parts.policy,
    settings: parts.settings,
    log: lines,
    idTokens,
  });
  const beside = { clock, files: stationFiles, link, log: lines, random: parts.random ?? Math.random };
  const inventory = createInventory(beside);
  const localLists = createLocalLists({ ...beside, tokens: idTokens, siteOf: siteOfStations(sites) });
  const customerReports = createCustomerReports(clock);
  const books = { quirks, idTokens, stationFiles, costs, inventory, localLists, customerReports };
  return { control, devices, ears, ...books };
};

export type Steering = Awaited<ReturnType<typeof composeControl>>;
