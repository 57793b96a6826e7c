import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { storedFileSchema } from "../../domain/stored-file.js";
import type { FileExchange } from "../../ports/file-exchange.js";
import { sendFile } from "../files/station-files.js";
import { epochMs } from "../schemas/common.js";
import { secured } from "./secured.js";

const params = z.strictObject({ id: z.string().min(1).max(64).describe("Id of a file, as in GET /files") });
const tags = ["files"];

const fileLinkSchema = z
  .object({
    url: z.string().describe("Where the file is to be put, once, with PUT or POST, as it is"),
    expiresMs: epochMs("Until when it opens"),
  })
  .meta({ id: "FileLink", description: "Where one file goes to" });

/** Firmware for stations, and logs that they uploaded. */
export const files: FastifyPluginAsyncZod<{ files: FileExchange }> = async (app, { files: exchange }) => {
  app.get(
    "/files",
    secured("operate", {
      summary: "Files that are kept for stations, or came from them, oldest first",
      tags,
      response: { 200: z.array(storedFileSchema) },
    }),
    async () => [...(await exchange.list())],
  );
  app.post(
    "/files",
    secured("operate", {
      summary: "Open a place for one file, e.g. an image of firmware",
      description: "The answer to the PUT is the file with its id and checksums",
      tags,
      body: z.strictObject({ name: z.string().min(1).max(200).describe("What it is called") }),
      response: { 201: fileLinkSchema },
    }),
    async (request, reply) => reply.code(201).send(await exchange.openUpload(null, request.body.name)),
  );
  app.get(
    "/files/:id",
    secured("operate", { summary: "One file", tags, params, response: { 200: storedFileSchema } }),
    async (request) => exchange.find(request.params.id),
  );
  app.get(
    "/files/:id/content",
    secured("operate", {
      summary: "What is in a file",
      tags,
      params,
      response: {
        200: {
          description: "The file",
          content: { "application/octet-stream": { schema: z.string().describe("Its bytes") } },
        },
      },
    }),
    async (request, reply) => sendFile(reply, await exchange.find(request.params.id), exchange),
  );
  app.delete(
    "/files/:id",
    secured("operate", {
      summary: "Remove a file",
      tags,
      params,
      response: { 204: z.null().describe("It is gone") },
    }),
    async (request, reply) => {
      await exchange.remove(request.params.id);
      return reply.code(204).send(null);
    },
  );
};
