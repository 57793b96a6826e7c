import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { Devices } from "../../ports/devices.js";
import type { Operations } from "../../ports/operations.js";
import { deviceSchema } from "../schemas/device.js";
import { secured } from "./secured.js";
import { findSite, siteParams } from "./sites.js";

export interface DevicesOptions {
  readonly operations: Operations;
  readonly devices: Pick<Devices, "states">;
}

export const devices: FastifyPluginAsyncZod<DevicesOptions> = async (app, { operations, devices: all }) => {
  app.get(
    "/sites/:id/devices",
    secured("read", {
      summary: "Meters, PV inverters and batteries of a site as they stand",
      tags: ["measurements"],
      params: siteParams,
      response: { 200: z.array(deviceSchema) },
    }),
    async (request) => {
      const { id } = findSite(operations, request.params.id);
      return all.states().filter(({ siteId }) => siteId === id);
    },
  );
};
