import { Readable } from "node:stream";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { StoredFile } from "../../domain/stored-file.js";
import type { FileExchange } from "../../ports/file-exchange.js";

interface LinkRequest {
  Params: { token: string };
}

/** The file as a download that no browser shows. */
export const sendFile = (reply: FastifyReply, file: StoredFile, files: FileExchange): FastifyReply =>
  reply
    .header("content-type", "application/octet-stream")
    .header("content-length", file.bytes)
    .header("content-disposition", `attachment; filename="${file.name}"`)
    .header("x-content-type-options", "nosniff")
    .header("cache-control", "no-store")
    .send(Readable.from(files.read(file), { objectMode: false }));

/**
 * Where stations bring and fetch files, by links alone: whoever knows one may use it, as stations have no
 * other way to say who they are. A name behind the token is the station's affair.
 */
export const stationFileLinks: FastifyPluginAsync<{ files: FileExchange }> = async (app, { files }) => {
  app.removeAllContentTypeParsers();
  // The body stays a stream, of whatever type: the route takes it as it comes.
  app.addContentTypeParser("*", (_request, _payload, done) => done(null));
  const schema = { hide: true };
  const take = async (request: FastifyRequest<LinkRequest>, reply: FastifyReply): Promise<StoredFile> => {
    try {
      return await files.receive(request.params.token, request.raw);
    } catch (error) {
      // What was not read would be taken for the next request.
      reply.header("connection", "close");
      throw error;
    }
  };
  const give = async (request: FastifyRequest<LinkRequest>, reply: FastifyReply): Promise<FastifyReply> =>
    sendFile(reply, await files.linked(request.params.token), files);
  for (const path of ["/files/upload/:token", "/files/upload/:token/:name"])
    app.route<LinkRequest>({ method: ["PUT", "POST"], url: path, schema, handler: take });
  for (const path of ["/files/download/:token", "/files/download/:token/:name"])
    app.get<LinkRequest>(path, { schema }, give);
};
