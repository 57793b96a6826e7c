import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Operations } from "../ports/operations.js";
import { text } from "./schemas/common.js";

const live = z.object({
  status: z.literal("ok"),
  instance: text("Name of the installation: another one's is another"),
});
const ready = z.object({
  status: z.enum(["ok", "unready"]),
  checks: z
    .array(z.object({ name: text("What was checked"), ok: z.boolean(), detail: z.string().nullable() }))
    .describe("One line per dependency"),
});
type Check = z.infer<typeof ready>["checks"][number];

const check = async (name: string, probe: () => unknown): Promise<Check> => {
  try {
    await probe();
    return { name, ok: true, detail: null };
  } catch {
    return { name, ok: false, detail: "does not answer; the log has the details" };
  }
};

/** /health/live: the process answers. /health/ready: sites are loaded and the ledger can be read. */
export const health: FastifyPluginAsyncZod<{ operations: Operations; instance: string }> = async (
  app,
  { operations, instance },
) => {
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
      const checks = await Promise.all([
        check("sites", () => operations.sites()),
        check("ledger", () => operations.quarantined()),
      ]);
      const ok = checks.every((one) => one.ok);
      return reply.code(ok ? 200 : 503).send({ status: ok ? "ok" : "unready", checks });
    },
  );
};
