import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { Operations } from "../../ports/operations.js";
import type { SettingsProfiles } from "../../ports/settings-profiles.js";
import { mustBeAllowedToSet } from "../command-scopes.js";
import { siteId } from "../schemas/common.js";
import { appliedProfiles, settingsProfile } from "../schemas/settings-profile.js";
import { secured } from "./secured.js";
import { findSite } from "./sites.js";

export interface SettingsProfileOptions {
  readonly operations: Pick<Operations, "sites" | "stations">;
  readonly profiles: SettingsProfiles;
}

/** The same settings for many stations. */
export const settingsProfileRoutes: FastifyPluginAsyncZod<SettingsProfileOptions> = async (app, options) => {
  const { operations, profiles } = options;
  app.post(
    "/sites/:id/settings",
    secured("operate", {
      summary: "Give the stations of a site the same settings",
      description:
        "What a station has already, or cannot be written, is left; the answer says what became of each setting at each station. Settings of security need the scope `admin`, too",
      tags: ["sites"],
      params: z.strictObject({ id: siteId }),
      body: settingsProfile,
      response: { 200: appliedProfiles },
    }),
    async (request) => {
      mustBeAllowedToSet(request, request.body.settings);
      const site = findSite(operations, request.params.id);
      const { settings, version, stationIds, dryRun } = request.body;
      const rows = operations.stations(site.id);
      const known = new Set(rows.map((row) => row.stationId));
      const unknown = stationIds?.find((id) => !known.has(id));
      if (unknown !== undefined)
        throw new YouxuError("not-found.station", `no station "${unknown}" at ${site.id}`, "body.stationIds");
      const speaking = new Set(
        rows
          .filter((row) => version === null || versionOf(row.version) === version)
          .map((row) => row.stationId),
      );
      const chosen = (stationIds ?? [...known]).filter((id) => speaking.has(id));
      return [...(await profiles.apply({ stationIds: chosen, settings, dryRun }))].map((profile) => ({
        ...profile,
        settings: [...profile.settings],
      }));
    },
  );
};

const versionOf = (version: string | null): "1.6" | "2.x" | null => {
  if (version === null) return null;
  return version === "1.6" ? "1.6" : "2.x";
};
