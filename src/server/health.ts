import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { HealthCheck, HealthState } from "../ports/health.js";
import type { Operations } from "../ports/operations.js";
import { text } from "./schemas/common.js";

const live = z.object({
  status: z.literal("ok"),
  instance: text("Name of the installation: another one's is another"),
});
const ready = z.object({
  status: z.enum(["ok", "unready"]),
  checks: z
    .array(
      z.object({
        name: text("What was checked"),
        ok: z.boolean(),
        required: z.boolean().describe("Whether all is unready while this is not ok"),
        detail: z.string().nullable(),
      }),
    )
    .describe("One line per dependency"),
});
type Check = z.infer<typeof ready>["checks"][number];

/** A dependency that does not answer within this is not there. */
const ANSWER_WITHIN_MS = 2_000;

const SILENT: HealthState = { ok: false, detail: `does not answer within ${ANSWER_WITHIN_MS / 1_000} s` };

const within = (work: Promise<HealthState>): Promise<HealthState> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(SILENT), ANSWER_WITHIN_MS);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });

const answers = (probe: () => unknown) => async (): Promise<HealthState> => {
  await probe();
  return { ok: true, detail: null };
};

interface HealthOptions {
  readonly operations: Operations;
  readonly instance: string;
  /** What else is looked at. */
  readonly checks: readonly HealthCheck[];
}

/**
 * /health/live: the process answers. /health/ready: sites are loaded, the ledger can be read, and whatever
 * else is needed stands as it should; what is not required is shown beside. Why something failed is in the log alone: anybody may ask.
 */
export const health: FastifyPluginAsyncZod<HealthOptions> = async (app, { operations, instance, checks }) => {
  const all: readonly HealthCheck[] = [
    { name: "sites", check: answers(() => operations.sites()) },
    { name: "ledger", check: answers(() => operations.quarantined()) },
    ...checks,
  ];
  const look = async ({ name, required = true, check }: HealthCheck): Promise<Check> => {
    try {
      return { name, required, ...(await within((async () => check())())) };
    } catch (err) {
      app.log.error({ err, check: name }, "a check of health failed");
      return { name, required, ok: false, detail: "does not answer; the log has the details" };
    }
  };
  app.get(
    "/live",
    {
      schema: {
        summary: "The process answers",
        tags: ["health"],
        security: [],
        response: { 200: live },
      },
    },
    async () => ({ status: "ok" as const, instance }),
  );
  app.get(
    "/ready",
    {
      schema: {
        summary: "Everything that requests need is there",
        tags: ["health"],
        security: [],
        response: { 200: ready, 503: ready },
      },
    },
    async (_request, reply) => {
      const seen = await Promise.all(all.map(look));
      const ok = seen.every((one) => one.ok || !one.required);
      return reply.code(ok ? 200 : 503).send({ status: ok ? "ok" : "unready", checks: seen });
    },
  );
};
