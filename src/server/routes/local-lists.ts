import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { LocalLists } from "../../ports/local-lists.js";
import type { Operations } from "../../ports/operations.js";
import { errorSchema, stationId } from "../schemas/common.js";
import { listSyncSchema } from "../schemas/list-sync.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

export interface LocalListOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly localLists: LocalLists;
}

/** Lists of id tokens by which stations decide alone. */
export const localListRoutes: FastifyPluginAsyncZod<LocalListOptions> = async (app, options) => {
  app.post(
    "/stations/:id/local-list/sync",
    secured("operate", {
      summary: "Bring a station's list of id tokens in step with those that are known",
      description:
        "Sends what differs where its list is known, else all of it, and keeps it in step from now on: when id tokens change and when the station comes back",
      tags: ["stations"],
      params: z.strictObject({ id: stationId }),
      body: z.strictObject({}).describe("Nothing"),
      response: { 200: listSyncSchema, 409: errorSchema },
    }),
    async (request) => {
      const { id } = request.params;
      findRows(options.operations, id);
      const synced = await options.localLists.sync(id);
      if (synced.outcome.status === "offline")
        throw new YouxuError("station.offline", synced.outcome.detail, "params.id");
      return synced;
    },
  );
};
