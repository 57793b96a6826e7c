import { Faults } from "../domain/faults.js";
import type { Tariff } from "../domain/tariff.js";
import { fixedPriceTables, type PriceTables } from "../ports/price-tables.js";
import { loadPrices } from "../config/load-prices.js";
import { readTariff } from "../config/read-tariff.js";
import type { Scenario } from "../../sims/index.js";

export interface ScenarioSignals {
  readonly tariffs: readonly Tariff[];
  readonly prices: PriceTables;
}

/** Tariffs and price tables that a scenario names. Throws what is wrong with its place. */
export const scenarioSignals = ({ tariffFiles, priceFiles, site }: Scenario): ScenarioSignals => {
  const tariffs = tariffFiles.map((file) => {
    const read = readTariff(file, file);
    if (!read.ok) throw new Faults(read.errors);
    return read.value;
  });
  const { currency, timeZone } = site;
  const prices = loadPrices(priceFiles.map((each) => ({ ...each, currency, timeZone, unit: null })));
  if (!prices.ok) throw new Faults(prices.errors);
  return { tariffs, prices: fixedPriceTables(prices.series) };
};
