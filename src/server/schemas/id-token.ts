import { z } from "zod";
import { idTokenSchema } from "../../domain/id-token.js";

const { shape } = idTokenSchema;

/** As it is added: what is left out is as for a token of which nothing is known but that it may charge. */
export const newIdToken = z
  .strictObject({
    idToken: shape.idToken,
    type: shape.type.default(null),
    standing: shape.standing.default("Accepted"),
    groupId: shape.groupId.default(null),
    expiresMs: z
      .number()
      .min(0)
      .max(253_402_300_799_999)
      .nullable()
      .default(null)
      .describe("From when on it may charge no more; epoch ms; null: never"),
    language: shape.language.default(null),
    mostAtOnce: shape.mostAtOnce.default(null),
    siteIds: z
      .array(z.string().min(1).max(200))
      .max(1_000)
      .nullable()
      .default(null)
      .describe("Sites at which it may charge; null: all"),
  })
  .meta({ id: "NewIdToken", description: "An id token to be known" });

export const knownTokenSchema = z
  .object({ ...shape, fixed: z.boolean().describe("It stands in the site file") })
  .meta({ id: "KnownIdToken", description: "An id token that is known" });

export const idTokenList = z
  .object({
    othersMayCharge: z.boolean().describe("Whether tokens that are not known may charge, too"),
    tokens: z.array(knownTokenSchema).describe("Those that are known"),
  })
  .meta({ id: "IdTokens", description: "Who may charge" });
