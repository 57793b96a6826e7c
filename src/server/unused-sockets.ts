import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * Browsers and fetch open connections in reserve. One on which nothing was ever said does not count
 * as idle to node and would hold up closing until its timeout of a minute, so those are cut first;
 * requests under way are answered.
 */
export const cutUnusedSocketsOnClose = (app: FastifyInstance): void => {
  const sockets = new Set<Socket>();
  app.server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  app.addHook("preClose", async () => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  });
};

/** What is answered while it closes is the last of its connection, which node would keep open for its next minute. */
export const keepNoConnectionOnClose = (app: FastifyInstance): void => {
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isClosing) void reply.header("connection", "close");
  });
};
