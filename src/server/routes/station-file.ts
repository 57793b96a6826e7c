import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { displayFileSchema } from "../../domain/station-file/display.js";
import { stationEventSchema } from "../../domain/station-file/events.js";
import { monitorsFileSchema } from "../../domain/station-file/monitors.js";
import { settingsFileSchema } from "../../domain/station-file/settings.js";
import { transferSchema } from "../../domain/station-file/transfers.js";
import type { StationFile } from "../../domain/station-file/file.js";
import { batteriesFileSchema } from "../../domain/station-file/batteries.js";
import { gridControlFileSchema } from "../../domain/station-file/grid-control.js";
import { stationIdentitySchema } from "../../domain/station-file/identity.js";
import { stationJobSchema } from "../../domain/station-file/jobs.js";
import { shownProfiles } from "../../domain/station-file/compared-profiles.js";
import { compareProfiles } from "../../management/held-profiles.js";
import { reservationSchema } from "../../domain/station-file/reservations.js";
import { jobsAt } from "../../management/jobs.js";
import type { Clock } from "../../ports/clock.js";
import type { Operations } from "../../ports/operations.js";
import type { StationFiles } from "../../ports/station-files.js";
import { stationId } from "../schemas/common.js";
import { answerWithStreams, eventsResponse, openEvents } from "../sse.js";
import { secured } from "./secured.js";
import { findRows } from "./stations.js";

const params = z.strictObject({ id: stationId });
const tags = ["stations"];

export interface StationFileOptions {
  readonly operations: Pick<Operations, "stations" | "reservations" | "heldSchedules">;
  readonly files: StationFiles;
  readonly clock: Pick<Clock, "now">;
}

/** What is kept of a station beside charging. */
export const stationFile: FastifyPluginAsyncZod<StationFileOptions> = async (
  app,
  { operations, files, clock },
) => {
  const fileOf = async (id: string): Promise<StationFile> => {
    findRows(operations, id);
    return files.of(id);
  };
  const answer = answerWithStreams(app);
  app.get(
    "/stations/:id/settings",
    secured("operate", {
      summary: "A station's settings as it last told them",
      description:
        "Keys of its configuration (1.6) or variables of its device model (2.x); the command report-settings asks for all of them anew",
      tags,
      params,
      querystring: z.strictObject({
        contains: z.string().min(1).max(200).optional().describe("Only names that contain this, in any case"),
      }),
      response: { 200: settingsFileSchema },
    }),
    async (request) => {
      const { id } = request.params;
      findRows(operations, id);
      const { settings, report } = (await files.of(id)).settings;
      const wanted = (request.query.contains ?? "").toLowerCase();
      return { settings: settings.filter(({ name }) => name.toLowerCase().includes(wanted)), report };
    },
  );
  app.get(
    "/stations/:id/monitors",
    secured("operate", {
      summary: "What a station watches of itself, as it last told it",
      description: "Monitors on variables of its device model; the command report-monitors asks for all anew",
      tags,
      params,
      response: { 200: monitorsFileSchema },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return (await files.of(request.params.id)).monitors;
    },
  );
  app.get(
    "/stations/:id/display",
    secured("operate", {
      summary: "What a station's display shows, as it last told it",
      description: "The command report-display-messages asks for it anew",
      tags,
      params,
      response: { 200: displayFileSchema },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return (await files.of(request.params.id)).display;
    },
  );
  app.get(
    "/stations/:id/charging-profiles",
    secured("operate", {
      summary: "Charging profiles that a station holds, as it last told them",
      description:
        "Whoever set them, and beside what was told for running transactions; the command report-charging-profiles asks for them anew",
      tags,
      params,
      response: { 200: shownProfiles },
    }),
    async (request) => {
      const { chargingProfiles: known } = await fileOf(request.params.id);
      const told = operations.heldSchedules(request.params.id);
      const compared =
        known.toldMs === null ? [] : compareProfiles(known.profiles, told, known.completeMs ?? known.toldMs);
      return { ...known, compared };
    },
  );
  app.get(
    "/stations/:id/transfers",
    secured("operate", {
      summary: "What a station sent that its vendor defined, oldest first",
      description: "The newest 50 data transfers, with what they were answered",
      tags,
      params,
      response: { 200: z.array(transferSchema) },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return (await files.of(request.params.id)).transfers;
    },
  );
  app.get(
    "/stations/:id/grid-controls",
    secured("operate", {
      summary: "Controls of what a station feeds into the grid, as it last told them",
      description: "OCPP 2.1's DER controls; the command get-der-controls asks for them anew",
      tags,
      params,
      response: { 200: gridControlFileSchema },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return (await files.of(request.params.id)).gridControls;
    },
  );
  app.get(
    "/stations/:id/batteries",
    secured("operate", {
      summary: "Batteries that stand in a swap station, and the newest swaps",
      description: "As the station told them by OCPP 2.1's BatterySwap",
      tags,
      params,
      response: { 200: batteriesFileSchema },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return (await files.of(request.params.id)).batteries;
    },
  );
  app.get(
    "/stations/:id/events",
    secured("operate", {
      summary: "What a station found worth telling, oldest first",
      description:
        "Breaches of security, alarms of its monitors, faults of the grid, reservations that are over; the newest 200",
      tags,
      params,
      response: { 200: z.array(stationEventSchema) },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return (await files.of(request.params.id)).events;
    },
  );
  app.get(
    "/stations/:id/events/stream",
    secured("operate", {
      summary: "The same, pushed",
      description:
        "Server-sent events: an `event` event for each from now on. A reader that is too slow loses some; a comment comes every 5 s",
      tags,
      params,
      response: { 200: eventsResponse("Events with what the station told as data") },
    }),
    async (request, reply) => {
      const { id } = request.params;
      findRows(operations, id);
      const { stream, write } = openEvents();
      const unfollow = files.follow(id, (event) => write(`event: event\ndata: ${JSON.stringify(event)}\n\n`));
      stream.once("close", unfollow);
      write(": following\n\n");
      return answer(reply, stream);
    },
  );
  app.get(
    "/stations/:id/identity",
    secured("operate", {
      summary: "What a station said of itself at its last boot: maker, model, firmware",
      tags,
      params,
      response: { 200: stationIdentitySchema },
    }),
    async (request) => (await fileOf(request.params.id)).identity,
  );
  app.get(
    "/stations/:id/jobs",
    secured("operate", {
      summary: "Updates of a station's firmware and uploads of its logs, oldest first",
      description: "What was asked, every status with its time, and the result; the newest 50",
      tags,
      params,
      response: { 200: z.array(stationJobSchema) },
    }),
    async (request) => jobsAt((await fileOf(request.params.id)).jobs, clock.now()),
  );
  app.get(
    "/stations/:id/reservations",
    secured("operate", {
      summary: "What a station holds, or held, for id tokens, oldest first",
      description: "As we asked for it, and what the station told of it since; the newest 100",
      tags,
      params,
      response: { 200: z.array(reservationSchema) },
    }),
    async (request) => {
      findRows(operations, request.params.id);
      return [...operations.reservations(request.params.id)];
    },
  );
};
