import { z } from "zod";

/**
 * What a number from outside may be at most, in either direction. Far beyond any site, so that only a
 * wrong unit or a broken meter is refused, and small enough that no sum in the core overflows. Every
 * edge holds to them: measurements, events, tariffs, price tables, configuration, problem files.
 */
export const MOST_POWER_KW = 1e6;
const MOST_ENERGY_KWH = 1e6;
/** The most that one car draws from, or gives to, an EVSE as a mean of an hour or more. */
export const MOST_EVSE_POWER_KW = 1_000;
/** In any currency; scarcity prices of the smallest units are a tenth of it. */
export const MOST_PRICE_PER_KWH = 1e6;
/** Rated current of an EVSE per phase; the largest cables of the field carry some 500 A. */
export const MOST_CURRENT_A = 1_000;
/** What a driver may be taken to want: the largest batteries of lorries hold some 600 kWh. */
export const MOST_NEED_KWH = 1_000;

const within = (most: number) => z.number().min(-most).max(most);

export const powerKwSchema = within(MOST_POWER_KW);
export const pricePerKwhSchema = within(MOST_PRICE_PER_KWH);
/** Electricity of coal alone causes some 1 kg per kWh; more is a wrong unit. ≥ 0. */
export const MOST_CARBON_KG_PER_KWH = 10;
export const carbonKgPerKwhSchema = z.number().min(0).max(MOST_CARBON_KG_PER_KWH);
/** ≥ 0. */
export const energyKwhSchema = z.number().min(0).max(MOST_ENERGY_KWH);

/** Whether a measured power can be one; false for what is no finite number. */
export const isPowerKw = (value: number): boolean => Math.abs(value) <= MOST_POWER_KW;

export const isPricePerKwh = (value: number): boolean => Math.abs(value) <= MOST_PRICE_PER_KWH;
