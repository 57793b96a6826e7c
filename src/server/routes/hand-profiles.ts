import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import {
  assignmentSchema,
  handProfileName,
  keptProfileSchema,
  type NamedProfile,
  namedProfileSchema,
  type ProfileAssignment,
  releasedSchema,
} from "../../domain/hand-profile.js";
import type { HandProfiles } from "../../ports/hand-profiles.js";
import type { Operations } from "../../ports/operations.js";
import { errorSchema, stationId } from "../schemas/common.js";
import { assignmentRequest, releaseRequest } from "../schemas/hand-profile.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

const params = z.strictObject({ name: handProfileName });
const placeParams = z.strictObject({
  id: stationId,
  evse: z
    .string()
    .regex(/^\d{1,4}$/)
    .describe("EVSE; 0: the whole station"),
});

const onlyAt = (id: string) => ({
  stationIds: [id],
  siteId: null,
  vendor: null,
  model: null,
  version: null,
});

const partText = (evse: number): string => (evse === 0 ? "of the whole station" : `at EVSE ${evse}`);

/** Most places that an error names. */
const MOST_NAMED = 5;

/** Where one is in force instead, for whoever named the wrong EVSE. */
const elsewhereText = (places: readonly ProfileAssignment[]): string => {
  if (places.length === 0) return " there";
  const named = places
    .slice(0, MOST_NAMED)
    .map(({ stationId: id, evseId, name }) => `"${name}" ${partText(evseId)} at ${id}`);
  return ` there, but ${named.join(", ")}${places.length > MOST_NAMED ? ", …" : ""}; name that EVSE (evseId, --evse)`;
};

const shown = ({ assignments, ...named }: NamedProfile) => ({ ...named, assignments: [...assignments] });

export interface HandProfileOptions {
  readonly operations: Pick<Operations, "stations">;
  readonly handProfiles: HandProfiles;
}

/** Charging profiles by an operator's hand. */
export const handProfileRoutes: FastifyPluginAsyncZod<HandProfileOptions> = async (app, options) => {
  const { operations, handProfiles } = options;
  const tags = ["charging profiles"];
  app.get(
    "/charging-profiles",
    secured("read", {
      summary: "Charging profiles by an operator's hand, and where each is in force",
      tags,
      response: { 200: z.array(namedProfileSchema) },
    }),
    async () => handProfiles.list().map(shown),
  );
  app.get(
    "/charging-profiles/:name",
    secured("read", {
      summary: "A charging profile by hand, and where it is in force",
      tags,
      params,
      response: { 200: namedProfileSchema },
    }),
    async (request) => {
      const { name } = request.params;
      const found = handProfiles.find(name);
      if (found !== null) return shown(found);
      throw new YouxuError("not-found.charging-profile", `no charging profile "${name}"`, "params.name");
    },
  );
  app.post(
    "/charging-profiles",
    secured("operate", {
      summary: "Store a charging profile, or change the one there is",
      description: "Where it is in force the plan keeps to the new one at once, and the stations are told it",
      tags,
      body: keptProfileSchema,
      response: { 201: namedProfileSchema, 409: errorSchema },
    }),
    async (request, reply) => {
      const { name, profile } = request.body;
      return reply.code(201).send(shown(await handProfiles.put(name, profile)));
    },
  );
  app.delete(
    "/charging-profiles/:name",
    secured("operate", {
      summary: "Forget a charging profile that is in force nowhere",
      tags,
      params,
      response: { 204: z.null().describe("Forgotten"), 409: errorSchema },
    }),
    async (request, reply) => {
      const { name } = request.params;
      if (await handProfiles.remove(name)) return reply.code(204).send(null);
      throw new YouxuError("not-found.charging-profile", `no charging profile "${name}"`, "params.name");
    },
  );
  app.post(
    "/charging-profiles/:name/assignments",
    secured("operate", {
      summary: "Put a charging profile in force",
      description:
        "In place of the one that is in force there. The plan keeps to it from now on; of a whole station the station is told it, too, as the maximum of the charging station (1.6 ChargePointMaxProfile, 2.x ChargingStationMaxProfile), now or when it comes, and again after it restarted",
      tags,
      params,
      body: assignmentRequest,
      response: { 200: z.array(assignmentSchema).describe("One for each station"), 409: errorSchema },
    }),
    async (request) => {
      const assignedBy = request.principal?.name ?? "nobody";
      return [...(await handProfiles.assign({ ...request.params, ...request.body, assignedBy }))];
    },
  );
  app.post(
    "/charging-profiles/releases",
    secured("operate", {
      summary: "Take the charging profiles back that are in force at some stations",
      description:
        "Whichever it is at each. A station that may hold it and is away is told when it comes; until then the plan keeps to it",
      tags,
      body: releaseRequest,
      response: { 200: z.array(releasedSchema).describe("One for each station where one was in force") },
    }),
    async (request) => {
      const released = await handProfiles.release(request.body);
      if (released.length > 0) return [...released];
      const elsewhere = await handProfiles.inForce(request.body.selection);
      throw new YouxuError(
        "not-found.assignment",
        `no charging profile is in force ${partText(request.body.evseId)}${elsewhereText(elsewhere)}`,
        "body.evseId",
      );
    },
  );
  app.delete(
    "/stations/:id/evses/:evse/charging-profile",
    secured("operate", {
      summary: "Take the charging profile back that is in force there",
      description:
        "A station that may hold it and is away is told when it comes; until then the plan keeps to it",
      tags,
      params: placeParams,
      response: { 204: z.null().describe("Taken back, or to be taken back") },
    }),
    async (request, reply) => {
      const { id, evse } = request.params;
      findRows(operations, id);
      const released = await handProfiles.release({ selection: onlyAt(id), evseId: Number(evse) });
      if (released.length > 0) return reply.code(204).send(null);
      throw new YouxuError(
        "not-found.assignment",
        `no charging profile is in force at ${id}/${evse}`,
        "params.evse",
      );
    },
  );
};
