import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { CommandOutcome } from "../../domain/command.js";
import { YouxuError } from "../../domain/errors.js";
import { type ProfileState, SECURITY_PROFILES, type SecurityProfile } from "../../domain/security.js";
import { commandOutcomeSchema } from "../schemas/command.js";
import { networkInterface } from "../schemas/commands/network.js";
import { errorSchema, stationId } from "../schemas/common.js";
import { secured } from "./secured.js";

/** How stations prove themselves, changed while they are connected. Throws YouxuError `station.*`. */
export interface StationSecurityAdmin {
  rotate(stationId: string): Promise<CommandOutcome>;
  raise(
    stationId: string,
    wish: {
      readonly profile: SecurityProfile | null;
      readonly tell: boolean;
      readonly url: string | null;
      readonly networkInterface: string | null;
    },
  ): Promise<CommandOutcome>;
  stateOf(stationId: string): Promise<ProfileState>;
  /** Throws `not-found.station`. */
  mustKnow(stationId: string): void;
}

const profile = z.literal([...SECURITY_PROFILES]);

export const stationSecuritySchema = z
  .object({
    stationId,
    stated: profile.nullable().describe("What the site file states; null: nothing"),
    reached: profile.nullable().describe("The highest that it ever connected with; null: it never did"),
    rising: profile.nullable().describe("The one that it may rise to; null: none is awaited"),
  })
  .meta({ id: "StationSecurity", description: "A station's OCPP security profile" });

/** One that is not connected cannot be told: a refusal like that of any command. */
const heard = (outcome: CommandOutcome): CommandOutcome => {
  if (outcome.status === "offline") throw new YouxuError("station.offline", outcome.detail, "params.id");
  return outcome;
};

export const stationSecurity: FastifyPluginAsyncZod<{ security: StationSecurityAdmin }> = async (
  app,
  { security },
) => {
  const tags = ["stations"];
  const params = z.strictObject({ id: stationId });
  app.get(
    "/stations/:id/security",
    secured("read", {
      summary: "A station's security profile",
      tags,
      params,
      response: { 200: stationSecuritySchema },
    }),
    async (request) => {
      const { id } = request.params;
      security.mustKnow(id);
      return { stationId: id, ...(await security.stateOf(id)) };
    },
  );
  app.post(
    "/stations/:id/security/password",
    secured("admin", {
      summary: "Give a connected station a new password",
      description:
        "A random one, sent to the station and shown to nobody. The old one is valid until the station connected with the new; where it is not known whether the station took it, both are.",
      tags,
      params,
      response: { 200: commandOutcomeSchema, 409: errorSchema },
    }),
    async (request) => {
      security.mustKnow(request.params.id);
      return heard(await security.rotate(request.params.id));
    },
  );
  app.post(
    "/stations/:id/security/profile",
    secured("admin", {
      summary: "Let a station rise to a higher security profile",
      description:
        "From now on it may connect with that one too; once it has, with no lower one. A profile never falls.",
      tags,
      params,
      body: z.strictObject({
        profile: profile
          .nullable()
          .describe("2: password over TLS; 3: client certificate; null: none any more"),
        tell: z
          .boolean()
          .default(true)
          .describe(
            "Whether the station is told: 1.6 by its key, 2.x by a network profile that then stands first and is used after a restart",
          ),
        url: z
          .string()
          .max(2_000)
          .nullable()
          .default(null)
          .describe(
            "2.x: wss:// address by which it reaches this server, without the identity; null: as new stations are told",
          ),
        networkInterface: networkInterface
          .nullable()
          .default(null)
          .describe("2.x: by which it goes; null: Any for 2.1, Wired0 for 2.0.1"),
      }),
      response: { 200: commandOutcomeSchema, 409: errorSchema },
    }),
    async (request) => {
      security.mustKnow(request.params.id);
      return heard(await security.raise(request.params.id, request.body));
    },
  );
};
