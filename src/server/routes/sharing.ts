import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Operations } from "../../ports/operations.js";
import type { Sharing } from "../../ports/sharing.js";
import { errorSchema, siteId } from "../schemas/common.js";
import {
  answerRequest,
  bookingRequest,
  bookingSchema,
  calendarRequest,
  emergencyRequest,
  entrySchema,
  lentSchema,
  queueRequest,
  quoteSchema,
  returnRequest,
  sharingSchema,
  useSchema,
} from "../schemas/sharing.js";
import { secured } from "./secured.js";
import { findSite, siteParams } from "./sites.js";

const id = (what: string) => z.string().min(1).max(128).describe(what);
const entryParams = z.strictObject({ id: siteId, entry: id("Id of the wait") });
const bookingParams = z.strictObject({ id: siteId, booking: id("Id of the booking") });
const useParams = z.strictObject({ id: siteId, use: id("Id of the use, as it was quoted") });
const tags = ["sharing"];

export interface SharingOptions {
  readonly operations: Pick<Operations, "sites">;
  readonly sharing: Sharing;
}

/** Queues of shared piles, loans of neighbours' piles, the emergency pile. */
export const sharing: FastifyPluginAsyncZod<SharingOptions> = async (app, options) => {
  const { operations } = options;
  app.get(
    "/sites/:id/sharing",
    secured("read", {
      summary: "What is shared at a site: queues, bookings, the emergency pile",
      tags,
      params: siteParams,
      response: { 200: sharingSchema },
    }),
    async (request) => options.sharing.view(findSite(operations, request.params.id).id),
  );
  await app.register(queues, options);
  await app.register(loans, options);
  await app.register(emergencies, options);
};

const queues: FastifyPluginAsyncZod<SharingOptions> = async (app, options) => {
  const { operations } = options;
  app.post(
    "/sites/:id/queue",
    secured("operate", {
      summary: "Wait for a turn at a shared pile",
      description:
        "Answers the place in the fair order and when the plan gives the pile. When the turn comes, the pile is held for the card and a notice says until when",
      tags,
      params: siteParams,
      body: queueRequest,
      response: { 201: entrySchema, 409: errorSchema },
    }),
    async (request, reply) => {
      const site = findSite(operations, request.params.id);
      return reply.code(201).send(await options.sharing.join(site.id, request.body));
    },
  );
  app.delete(
    "/sites/:id/queue/:entry",
    secured("operate", {
      summary: "Wait no more",
      tags,
      params: entryParams,
      response: { 204: z.null().describe("Left") },
    }),
    async (request, reply) => {
      await options.sharing.leave(findSite(operations, request.params.id).id, request.params.entry);
      return reply.code(204).send(null);
    },
  );
};

const loans: FastifyPluginAsyncZod<SharingOptions> = async (app, options) => {
  const { operations } = options;
  const siteOf = (request: { params: { id: string } }): string => findSite(operations, request.params.id).id;
  app.post(
    "/sites/:id/bookings",
    secured("operate", {
      summary: "Book a neighbour's pile",
      description:
        "Refused with the reason where the owner's calendar does not have the time, another booking has it, or the owner's car needs the pile. Where the owner wants to be asked it waits for the answer",
      tags,
      params: siteParams,
      body: bookingRequest,
      response: { 201: bookingSchema, 409: errorSchema },
    }),
    async (request, reply) => reply.code(201).send(await options.sharing.book(siteOf(request), request.body)),
  );
  app.post(
    "/sites/:id/bookings/:booking/answer",
    secured("operate", {
      summary: "The owner's word on a booking",
      tags,
      params: bookingParams,
      body: answerRequest,
      response: { 200: bookingSchema, 409: errorSchema },
    }),
    (request) =>
      options.sharing.answerBooking(siteOf(request), request.params.booking, request.body.isGranted),
  );
  app.delete(
    "/sites/:id/bookings/:booking",
    secured("operate", {
      summary: "Cancel a booking that has not begun",
      tags,
      params: bookingParams,
      response: { 200: bookingSchema, 409: errorSchema },
    }),
    (request) => options.sharing.cancelBooking(siteOf(request), request.params.booking),
  );
  app.put(
    "/sites/:id/calendar",
    secured("operate", {
      summary: "Replace the calendar of a private pile",
      description: "Bookings that were made stay",
      tags,
      params: siteParams,
      body: calendarRequest,
      response: { 200: lentSchema, 409: errorSchema },
    }),
    (request) => {
      const { stationId, evseId, ...calendar } = request.body;
      return options.sharing.setCalendar(siteOf(request), { stationId, evseId }, calendar);
    },
  );
  app.post(
    "/sites/:id/owner-returns",
    secured("operate", {
      summary: "The owner comes home",
      description:
        "A booking that runs ends after the owner's notice, those that would begin before `until` are cancelled, and their drivers are told. Answers the bookings that still count or changed",
      tags,
      params: siteParams,
      body: returnRequest,
      response: { 200: z.array(bookingSchema), 409: errorSchema },
    }),
    async (request) => {
      const { untilMs, ...place } = request.body;
      return [...(await options.sharing.ownerReturns(siteOf(request), place, untilMs))];
    },
  );
};

const emergencies: FastifyPluginAsyncZod<SharingOptions> = async (app, options) => {
  const { operations } = options;
  app.post(
    "/sites/:id/emergency",
    secured("operate", {
      summary: "What a use of the emergency pile costs, and who waits for it",
      description:
        "The site is planned with the use and without it, under all limits. The price stands for five minutes",
      tags,
      params: siteParams,
      body: emergencyRequest,
      response: { 201: quoteSchema, 409: errorSchema },
    }),
    async (request, reply) => {
      const site = findSite(operations, request.params.id);
      return reply.code(201).send(await options.sharing.quoteEmergency(site.id, request.body));
    },
  );
  app.post(
    "/sites/:id/emergency/:use/accept",
    secured("operate", {
      summary: "Accept the price: the pile is held for the card",
      tags,
      params: useParams,
      response: { 200: useSchema, 409: errorSchema },
    }),
    (request) =>
      options.sharing.acceptEmergency(findSite(operations, request.params.id).id, request.params.use),
  );
};
