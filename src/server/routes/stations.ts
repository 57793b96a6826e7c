import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { StationRow } from "../../domain/views.js";
import type { Operations } from "../../ports/operations.js";
import { mustBeAllowed } from "../command-scopes.js";
import { commandOutcomeSchema, commandRequest } from "../schemas/command.js";
import { errorSchema, siteId, stationId } from "../schemas/common.js";
import { stationRowSchema } from "../schemas/live.js";
import { secured } from "./secured.js";
import { findSite } from "./sites.js";

const params = z.strictObject({ id: stationId });

const stationView = z
  .object({ stationId, evses: z.array(stationRowSchema).describe("One row per EVSE") })
  .meta({ id: "Station", description: "One station with its EVSEs" });

/** The station's rows; throws `not-found.station`. */
export const findRows = (operations: Pick<Operations, "stations">, id: string): readonly StationRow[] => {
  const rows = operations.stations().filter((row) => row.stationId === id);
  if (rows.length === 0) throw new YouxuError("not-found.station", `no station ${id}`, "params.id");
  return rows;
};

export const stations: FastifyPluginAsyncZod<{ operations: Operations }> = async (app, { operations }) => {
  const tags = ["stations"];
  app.get(
    "/stations",
    secured("read", {
      summary: "One row per EVSE: state, power, session and reason",
      tags,
      querystring: z.strictObject({ siteId: siteId.optional() }),
      response: { 200: z.array(stationRowSchema) },
    }),
    async (request) => {
      const wanted = request.query.siteId;
      if (wanted === undefined) return [...operations.stations()];
      return [...operations.stations(findSite(operations, wanted).id)];
    },
  );
  app.get(
    "/stations/:id",
    secured("read", { summary: "One station", tags, params, response: { 200: stationView } }),
    async (request) => {
      const { id } = request.params;
      return { stationId: id, evses: [...findRows(operations, id)] };
    },
  );
  app.post(
    "/stations/:id/commands",
    secured("operate", {
      summary: "Ask a station for something",
      description:
        "Start or stop a transaction, send a message, tell its composite schedule, reset, take out of service and back, unlock, forget tokens, read, write and report settings, watch variables, tell or erase what is kept of a customer, show messages, prices and costs, write network profiles, hold an EVSE for an id token, keep the local list of id tokens, transfer data of a vendor, install, list, delete and renew certificates. Network profiles, firmware, changes of certificates and settings of security need the scope `admin`, too",
      tags,
      params,
      body: commandRequest,
      response: { 200: commandOutcomeSchema, 409: errorSchema },
    }),
    async (request) => {
      const { id } = request.params;
      mustBeAllowed(request, request.body);
      findRows(operations, id);
      const outcome = await operations.command(id, request.body);
      if (outcome.status === "offline") throw new YouxuError("station.offline", outcome.detail, "params.id");
      return outcome;
    },
  );
};
