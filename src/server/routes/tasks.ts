import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import {
  type StationTask,
  stationTaskSchema,
  type TaskResult,
  taskResultSchema,
} from "../../domain/station-task.js";
import type { StationTasks } from "../../ports/station-tasks.js";
import { mustBeAllowed, mustHaveScopeOf, scopeToAsk } from "../command-scopes.js";
import { errorSchema, stationId } from "../schemas/common.js";
import { taskRequest } from "../schemas/task.js";
import { secured } from "./secured.js";

const params = z.strictObject({ id: z.string().min(1).max(64).describe("Id of a task") });

const mustFind = (task: StationTask | null, id: string): StationTask => {
  if (task === null) throw new YouxuError("not-found.task", `no task "${id}"`, "params.id");
  return task;
};

const page = z.strictObject({
  after: stationId.optional().describe("Only those that are asked after this station"),
  limit: z.coerce.number().int().min(1).max(1_000).default(200).describe("So many stations"),
});

type Reading = Pick<FastifyRequest, "principal">;

const mayReadAll = ({ principal }: Reading, { scope }: StationTask): boolean =>
  principal?.scopes.has(scope) === true;

/** What was asked, and what it brought, is for those that may ask it. */
const shownTask = (request: Reading, task: StationTask): StationTask =>
  mayReadAll(request, task) ? task : { ...task, command: { kind: task.command.kind } };

const onlyState = (result: TaskResult): TaskResult => ({ ...result, detail: null, answer: null });

/** Commands for many stations. */
export const taskRoutes: FastifyPluginAsyncZod<{ tasks: StationTasks }> = async (app, { tasks }) => {
  const tags = ["tasks"];
  app.post(
    "/tasks",
    secured("operate", {
      summary: "Ask many stations for the same",
      description:
        "Any command that one station can be asked, asked of all that are selected, a few at a time. It goes on over a restart of the server, and no station is asked twice. What needs the scope `admin` at one station needs it here, too",
      tags,
      body: taskRequest,
      response: { 201: stationTaskSchema, 409: errorSchema },
    }),
    async (request, reply) => {
      const { command, selection, atOnce, waitForOfflineS } = request.body;
      mustBeAllowed(request, command, "body.command");
      const askedBy = request.principal?.name ?? "nobody";
      const waitMs = waitForOfflineS * 1_000;
      return reply
        .code(201)
        .send(await tasks.start({ askedBy, command, scope: scopeToAsk(command), selection, atOnce, waitMs }));
    },
  );
  app.get(
    "/tasks",
    secured("read", {
      summary: "Commands for many stations: those that run, and the newest that are over",
      description:
        "Newest first; 200 that are over are kept, of 100,000 stations. What was asked is shown to those whose token has the scope that the command needs",
      tags,
      response: { 200: z.array(stationTaskSchema) },
    }),
    async (request) => tasks.list().map((task) => shownTask(request, task)),
  );
  app.get(
    "/tasks/:id",
    secured("read", {
      summary: "A task, and how far it is",
      tags,
      params,
      response: { 200: stationTaskSchema },
    }),
    async (request) => {
      const { id } = request.params;
      return shownTask(request, mustFind(tasks.find(id), id));
    },
  );
  app.get(
    "/tasks/:id/results",
    secured("read", {
      summary: "What became of a task at each station",
      description:
        "In the order in which they are asked, a page at a time. Answers and their words are shown to those whose token has the scope that the command needs",
      tags,
      params,
      querystring: page,
      response: { 200: z.array(taskResultSchema) },
    }),
    async (request) => {
      const { id } = request.params;
      const { after = null, limit } = request.query;
      const task = mustFind(tasks.find(id), id);
      const results = await tasks.results(id, { after, limit });
      return mayReadAll(request, task) ? [...results] : results.map(onlyState);
    },
  );
  app.post(
    "/tasks/:id/cancel",
    secured("operate", {
      summary: "Ask nobody more",
      description:
        "Stations that are being asked may still answer; one that is over stays as it is. A task whose command needs the scope `admin` needs it here, too",
      tags,
      params,
      body: z.strictObject({}).describe("Nothing"),
      response: { 200: stationTaskSchema },
    }),
    async (request) => {
      const { id } = request.params;
      mustHaveScopeOf(request, mustFind(tasks.find(id), id));
      return shownTask(request, mustFind(await tasks.cancel(id), id));
    },
  );
};
