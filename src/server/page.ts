import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyPluginAsync } from "fastify";
import { setPageCookie } from "./page-cookie.js";

export interface PageOptions {
  readonly root: string;
  /** The demonstration's token; null: the page asks. */
  readonly token: string | null;
}

/** The live page at /. Files are revalidated at each load, so that an upgrade shows at once. */
export const page: FastifyPluginAsync<PageOptions> = async (app, { root, token }) => {
  await app.register(fastifyStatic, {
    root: join(root, "src", "web", "public"),
    prefix: "/",
    index: false,
    cacheControl: false,
    setHeaders: (reply) => void reply.header("cache-control", "no-cache"),
  });
  app.get("/", async (request, reply) => {
    if (token !== null) setPageCookie(request, reply, token);
    return reply.sendFile("index.html");
  });
};
