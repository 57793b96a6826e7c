import type { FastifyInstance } from "fastify";
import { YouxuError } from "../../domain/errors.js";
import { shownTo } from "./admission.js";
import { parseBody } from "../wire/parse.js";
import { checkPayloadTypes } from "../wire/payload-types.js";
import { hasTarget, page, parseQuery } from "./query.js";
import { type IdParams, idOf, newMetadata, type RouteParts, stamp } from "./route-parts.js";
import { type ProgramObject, type ProgramRequest, programRequest } from "../wire/objects.js";

export const programRoutes = (app: FastifyInstance, parts: RouteParts): void => {
  const { programs, admission, clock, log } = parts;
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
    checkNothingActs(parts, program);
    await programs.remove(program.id);
    log.info({ programId: program.id }, "OpenADR program deleted");
    return program;
  });
};

const readProgram = (posted: unknown): ProgramRequest => {
  const body = parseBody(programRequest, posted);
  checkPayloadTypes(body);
  return body;
};

/**
 * Throws `program.in-use` while events of the program may still act: deleted with it, a cap would end
 * unasked; left without it, nobody could say why it acts. Events that are over stay, with their results.
 */
const checkNothingActs = ({ events }: RouteParts, { id }: ProgramObject): void => {
  const acting = events.all().filter((event) => event.programID === id && events.mayStillAct(event.id));
  const [first] = acting;
  if (first === undefined) return;
  const others = acting.length > 1 ? ` and ${acting.length - 1} more are` : " is";
  throw new YouxuError("program.in-use", `event ${first.id}${others} not over yet`, "programID");
};

const missing = (id: string): never => {
  throw new YouxuError("not-found.program", `there is no program ${id}`, "programID");
};

const found = ({ programs }: RouteParts, id: string): ProgramObject => programs.find(id) ?? missing(id);
