import { loadPrices } from "../config/load-prices.js";
import { YouxuError } from "../domain/errors.js";
import { Faults } from "../domain/faults.js";
import { readAuthorities } from "./plug-and-charge.js";
import { readConfig, type ReadConfig } from "./read-config.js";
import { readTlsFiles } from "./tls-files.js";

const faultsIn = (work: () => unknown): readonly YouxuError[] => {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof Faults) return error.faults;
    if (error instanceof YouxuError) return [error];
    throw error;
  }
};

/** The configuration with the files that it names and `serve` reads; throws all their faults at once. */
export const checkConfig = (path: string): ReadConfig => {
  const read = readConfig(path);
  const { server, prices, plugAndCharge } = read.config;
  const loaded = loadPrices(prices);
  const faults = [
    ...faultsIn(() => (server.tls === null ? null : readTlsFiles(server.tls, []))),
    ...faultsIn(() => (plugAndCharge === null ? null : readAuthorities(plugAndCharge))),
    ...(loaded.ok ? [] : loaded.errors),
  ];
  if (faults.length > 0) throw new Faults(faults);
  return read;
};
