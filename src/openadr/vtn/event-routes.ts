import type { FastifyInstance } from "fastify";
import { YouxuError } from "../../domain/errors.js";
import { shownTo } from "./admission.js";
import { checkTargets, describedAt } from "./event-book.js";
import { parseBody } from "../wire/parse.js";
import { checkPayloadTypes } from "../wire/payload-types.js";
import type { PayloadDescriptor } from "../wire/payloads.js";
import { hasTarget, type ListQuery, page, parseQuery } from "./query.js";
import { type IdParams, idOf, newMetadata, type RouteParts, stamp } from "./route-parts.js";
import { type EventObject, type EventRequest, eventRequest } from "../wire/objects.js";

export const eventRoutes = (app: FastifyInstance, parts: RouteParts): void => {
  const { events, admission, clock } = parts;
  const reading = { onRequest: admission.needs("read_all", "read_targets") };
  const writing = { onRequest: admission.needs("write_events") };

  app.get("/events", reading, async (request) => {
    const query = parseQuery(request.query);
    const principal = admission.principal(request);
    const shown = events.all().flatMap((event) => shownTo(principal, event) ?? []);
    return page(
      shown.filter((event) => asked(parts, event, query)),
      query,
    );
  });
  app.post("/events", writing, async (request, reply) => {
    const body = parseBody(eventRequest, request.body);
    const event: EventObject = { ...newMetadata(parts), objectType: "EVENT", ...body };
    await save(parts, event);
    return reply.code(201).send(event);
  });
  app.get<IdParams>("/events/:id", reading, async (request) => {
    const event = shownTo(admission.principal(request), found(parts, idOf(request)));
    return event ?? missing(idOf(request));
  });
  app.put<IdParams>("/events/:id", writing, async (request) => {
    const { id, createdDateTime } = found(parts, idOf(request));
    const body = parseBody(eventRequest, request.body);
    const metadata = { id, createdDateTime, modificationDateTime: stamp(clock) };
    const event: EventObject = { ...metadata, objectType: "EVENT", ...body };
    await save(parts, event);
    return event;
  });
  app.delete<IdParams>("/events/:id", writing, async (request) => {
    const event = found(parts, idOf(request));
    await events.remove(event.id);
    parts.log.info({ eventId: event.id }, "OpenADR event deleted");
    return event;
  });
};

const save = async (parts: RouteParts, event: EventObject): Promise<void> => {
  const descriptors = programDescriptors(parts, event);
  checkTargets(event, parts.knownNodes());
  checkPayloadTypes(event);
  await parts.events.save(event, descriptors);
  const fields = { eventId: event.id, programId: event.programID, targets: event.targets };
  if (parts.events.mayStillAct(event.id)) parts.log.info(fields, "OpenADR event kept");
  else parts.log.warn(fields, "OpenADR event kept without effect: it ended before it was posted");
};

const programDescriptors = (
  { programs }: RouteParts,
  { programID }: EventRequest,
): readonly PayloadDescriptor[] => {
  const program = programs.find(programID);
  if (program === null)
    throw new YouxuError("event.program-unknown", `there is no program ${programID}`, "programID");
  return describedAt("program.payloadDescriptors", program.payloadDescriptors ?? []);
};

const asked = ({ events }: RouteParts, event: EventObject, query: ListQuery): boolean =>
  (query.programID === undefined || query.programID === event.programID) &&
  hasTarget(event.targets, query) &&
  (query.active !== true || events.mayStillAct(event.id));

const missing = (id: string): never => {
  throw new YouxuError("not-found.event", `there is no event ${id}`, "eventID");
};

const found = ({ events }: RouteParts, id: string): EventObject => events.find(id) ?? missing(id);
