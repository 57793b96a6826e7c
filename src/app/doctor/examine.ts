import type { Config } from "../../config/index.js";
import { loadPrices } from "../../config/load-prices.js";
import { counted } from "../../domain/figures.js";
import { Faults } from "../../domain/faults.js";
import { type ReadConfig, readConfig } from "../read-config.js";
import { certificates } from "./certificates.js";
import { host, ports } from "./address.js";
import { withoutServer } from "./defaults.js";
import { devices } from "./devices.js";
import { faultsOf, type Finding, warning, well } from "./finding.js";
import { clock, nodeVersion, solver } from "./program.js";
import { storage } from "./storage.js";

/** Looks at everything that `youxu serve` needs and says how to mend what is wrong. Changes nothing. */
export const examine = async (configPath: string): Promise<Finding[]> => [
  nodeVersion(process.versions.node),
  await solver(),
  ...(await installation(configPath)),
];

const installation = async (configPath: string): Promise<Finding[]> => {
  let read: ReadConfig;
  try {
    read = readConfig(configPath);
  } catch (error) {
    return faultsOf("configuration", error);
  }
  const { config, warnings } = read;
  return [
    well("configuration", configPath),
    ...warnings.map(({ place, message }) =>
      warning("configuration", `${place} ${message}`, "correct it, or leave it where it is meant so"),
    ),
    ...prices(config),
    ...withoutServer(config),
    clock(config, Date.now()),
    host(config.server),
    ...(await ports(config)),
    ...certificates(config, Date.now()),
    ...(await storage(config)),
    ...(await devices(config)),
  ];
};

const prices = (config: Config): Finding[] => {
  if (config.prices.length === 0) return [];
  const loaded = loadPrices(config.prices);
  if (!loaded.ok) return faultsOf("prices", new Faults(loaded.errors));
  const gaps = [...loaded.missing].filter(([, spans]) => spans.length > 0).map(([id]) => id);
  return gaps.length === 0
    ? [well("prices", counted(config.prices.length, "table"))]
    : [
        warning(
          "prices",
          `points are missing in ${gaps.join(", ")}`,
          "complete the table; until then an earlier day's price at the same time is used",
        ),
      ];
};
