import { z } from "zod";

/** A time of our clock; epoch ms. */
export const epochTime = (what: string): z.ZodNumber => z.number().describe(`${what}; epoch ms`);
