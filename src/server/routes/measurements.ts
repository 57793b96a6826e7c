import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { powerKwSchema } from "../../domain/bounds.js";
import { YouxuError } from "../../domain/errors.js";
import type { Measurement, Site } from "../../domain/site.js";
import type { Clock } from "../../ports/clock.js";
import type { Operations } from "../../ports/operations.js";
import { epochMs } from "../schemas/common.js";
import { secured } from "./secured.js";
import { findSite, siteParams } from "./sites.js";

const MOST_AT_ONCE = 10_000;
/** How far a meter's clock may run ahead of ours. */
const CLOCK_SKEW_MS = 5_000;

const measurement = z
  .strictObject({
    kind: z
      .union([
        z.enum(["site-import", "pv", "battery"]),
        z.templateLiteral(["node:", z.string().min(1).max(64)]),
      ])
      .describe("What was measured; node:ID what flows into a node below the root"),
    powerKw: powerKwSchema.describe("Import positive; PV generation positive; battery charging positive; kW"),
    atMs: epochMs("When; default now, not in the future").nonnegative().optional(),
  })
  .meta({ id: "Measurement", description: "Measured power" });

type Posted = z.infer<typeof measurement>;

/** A meter below the root measures a node that there is; the root has the site meter. */
const checkNode = ({ nodes, rootNodeId }: Site, kind: Posted["kind"], place: string): void => {
  const nodeId = kind.startsWith("node:") ? kind.slice("node:".length) : null;
  if (nodeId === null || (nodeId !== rootNodeId && nodes.some(({ id }) => id === nodeId))) return;
  const message =
    nodeId === rootNodeId
      ? `"${nodeId}" is the root, whose meter is site-import`
      : `no node is called "${nodeId}"; there are ${nodes.map(({ id }) => id).join(", ")}`;
  throw new YouxuError("measurement.invalid", message, `${place}.kind`);
};

export interface MeasurementOptions {
  readonly operations: Operations;
  readonly clock: Pick<Clock, "now">;
}

export const measurements: FastifyPluginAsyncZod<MeasurementOptions> = async (app, parts) => {
  const { operations, clock } = parts;

  const complete = (site: Site, posted: Posted, place: string): Measurement => {
    const siteId = site.id;
    checkNode(site, posted.kind, place);
    const nowMs = clock.now();
    const atMs = posted.atMs ?? nowMs;
    if (atMs > nowMs + CLOCK_SKEW_MS)
      throw new YouxuError(
        "measurement.invalid",
        `atMs ${atMs} is in the future (now ${nowMs})`,
        `${place}.atMs`,
      );
    return { siteId, kind: posted.kind, powerKw: posted.powerKw, atMs: Math.min(atMs, nowMs) };
  };

  app.post(
    "/sites/:id/measurements",
    secured("measure", {
      summary: "Post measured power of the site meter, PV or battery",
      description: "One measurement or an array of them; all are taken or, where one is wrong, none",
      tags: ["measurements"],
      params: siteParams,
      body: z.union([measurement, z.array(measurement).min(1).max(MOST_AT_ONCE)]),
      response: { 202: z.object({ accepted: z.int().describe("Measurements taken") }) },
    }),
    async (request, reply) => {
      const site = findSite(operations, request.params.id);
      const { body } = request;
      const taken = Array.isArray(body)
        ? body.map((posted, index) => complete(site, posted, `body[${index}]`))
        : [complete(site, body, "body")];
      for (const one of taken) await operations.measure(one);
      return reply.code(202).send({ accepted: taken.length });
    },
  );
};
