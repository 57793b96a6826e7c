import { z } from "zod";

const CODES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/** ISO 4217 code of a currency, present or past. */
export const currencySchema = z
  .string()
  .refine((code) => CODES.has(code), { message: "no ISO 4217 code, e.g. CNY, EUR, USD" });
