import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Clock } from "../../ports/clock.js";
import type { Operations } from "../../ports/operations.js";
import { commandOutcomeSchema } from "../schemas/command.js";
import { epochMs, stationId } from "../schemas/common.js";
import { secured } from "./secured.js";
import { findSite, siteParams } from "./sites.js";

const body = z
  .strictObject({
    signal: z.int().min(-1_000_000).max(1_000_000).describe("As the grid operator sent it"),
    atMs: epochMs("When it becomes active; default now").nonnegative().optional(),
    stationIds: z
      .array(stationId)
      .min(1)
      .max(1_000)
      .optional()
      .describe("Stations of the site; default all of OCPP 2.1"),
  })
  .meta({ id: "AfrrSignal", description: "A signal for automatic frequency restoration" });

const forwarded = z
  .object({
    stationId,
    outcome: commandOutcomeSchema.describe("What became of it there"),
  })
  .meta({ id: "ForwardedSignal", description: "What became of a signal at a station" });

export interface GridSignalOptions {
  readonly operations: Operations;
  readonly clock: Pick<Clock, "now">;
}

/** What the grid operator says to stations as it is. */
export const gridSignal: FastifyPluginAsyncZod<GridSignalOptions> = async (app, { operations, clock }) => {
  app.post(
    "/sites/:id/afrr-signal",
    secured("operate", {
      summary: "Forward a signal for automatic frequency restoration",
      description:
        "Sends OCPP 2.1's AFRRSignal to stations of the site, and tells what became of it at each. A station turns it into power by the signal curve of its charging profile; the profiles that are sent here have none, which the detail of an accepted signal says",
      tags: ["sites"],
      params: siteParams,
      body,
      response: { 200: z.array(forwarded) },
    }),
    async (request) => {
      const { signal, atMs = clock.now(), stationIds = null } = request.body;
      const { id } = findSite(operations, request.params.id);
      return [...(await operations.signalStations(id, { signal, atMs, stationIds }))];
    },
  );
};
