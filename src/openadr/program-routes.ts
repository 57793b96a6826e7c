import type { FastifyInstance } from "fastify";
import { YouxuError } from "../domain/errors.js";
import { shownTo } from "./admission.js";
import { parseBody } from "./parse.js";
import { checkPayloadTypes } from "./payload-types.js";
import { hasTarget, page, parseQuery } from "./query.js";
import { type IdParams, idOf, newMetadata, type RouteParts, stamp } from "./route-parts.js";
import { type ProgramObject, type ProgramRequest, programRequest } from "./wire.js";

export const programRoutes = (app: FastifyInstance, parts: RouteParts): void => {
  const { programs, admission, clock } = parts;
  const reading = { onRequest: admission.needs("read_all", "read_targets") };
  const writing = { onRequest: admission.needs("write_programs") };

  app.get("/programs", reading, async (request) => {
    const query = parseQuery(request.query);
    const principal = admission.principal(request);
    const shown = programs.all().flatMap((program) => shownTo(principal, program) ?? []);
    return page(
      shown.filter((program) => hasTarget(program.targets, query)),
      query,
    );
  });
  app.post("/programs", writing, async (request, reply) => {
    const body = readProgram(request.body);
    const program: ProgramObject = { ...newMetadata(parts), objectType: "PROGRAM", ...body };
    await programs.save(program);
    return reply.code(201).send(program);
  });
  app.get<IdParams>("/programs/:id", reading, async (request) => {
    const program = shownTo(admission.principal(request), found(parts, idOf(request)));
    return program ?? missing(idOf(request));
  });
  app.put<IdParams>("/programs/:id", writing, async (request) => {
    const { id, createdDateTime } = found(parts, idOf(request));
    const body = readProgram(request.body);
    const metadata = { id, createdDateTime, modificationDateTime: stamp(clock) };
    const program: ProgramObject = { ...metadata, objectType: "PROGRAM", ...body };
    await programs.save(program);
    return program;
  });
  app.delete<IdParams>("/programs/:id", writing, async (request) => {
    const program = found(parts, idOf(request));
    await removeWithEvents(parts, program);
    return program;
  });
};

const readProgram = (posted: unknown): ProgramRequest => {
  const body = parseBody(programRequest, posted);
  checkPayloadTypes(body);
  return body;
};

/** The events of a program go with it: without their program they would act and nobody could say why. */
const removeWithEvents = async (
  { programs, events, log }: RouteParts,
  { id }: ProgramObject,
): Promise<void> => {
  const orphans = events.all().filter((event) => event.programID === id);
  for (const event of orphans) await events.remove(event.id);
  await programs.remove(id);
  log.info({ programId: id, events: orphans.length }, "OpenADR program deleted with its events");
};

const missing = (id: string): never => {
  throw new YouxuError("not-found.program", `there is no program ${id}`, "programID");
};

const found = ({ programs }: RouteParts, id: string): ProgramObject => programs.find(id) ?? missing(id);
