import type { Server } from "node:http";
import { WebSocket } from "ws";
import type { FleetGateway } from "../../src/ports/fleet-gateway.js";

/** Faults that are put into a central system on purpose: a detector that finds none of them finds nothing. */
const PLANTS = ["crash", "rejection", "hang", "stall", "leak", "invalid-answer", "lost-state"] as const;
export type Plant = (typeof PLANTS)[number];

interface Ground {
  readonly gateway: FleetGateway;
  readonly server: Server;
}

/** Number of what each leaked call leaves behind; some 400 KiB. */
const LEAKED = 50_000;

/** The gateway with a fault in it, or the server, or the wire. Each waits for something that an attacker does. */
const SOW: Readonly<Record<Plant, (ground: Ground) => Partial<FleetGateway>>> = {
  crash: ({ gateway }) => ({
    report: (event) => {
      gateway.report(event);
      if (event.kind === "status")
        setImmediate(() => {
          throw new Error("planted");
        });
    },
  }),
  rejection: ({ gateway }) => ({
    report: (event) => {
      gateway.report(event);
      if (event.kind === "booted") void Promise.reject(new Error("planted"));
    },
  }),
  hang: ({ gateway }) => ({
    authorize: (stationId, idToken, shown) =>
      idToken.length === 0 || stationId === "WITNESS"
        ? gateway.authorize(stationId, idToken, shown)
        : new Promise(() => undefined),
  }),
  stall: ({ server }) => {
    server.prependListener("upgrade", ({ url = "" }: { url?: string }) => {
      while (url.includes("%"));
    });
    return {};
  },
  leak: ({ gateway }) => {
    const kept: unknown[] = [];
    return {
      authorize: (stationId, idToken, shown) => {
        kept.push(Array.from({ length: LEAKED }, (_, index) => index));
        return gateway.authorize(stationId, idToken, shown);
      },
    };
  },
  "invalid-answer": () => {
    const send: unknown = Reflect.get(WebSocket.prototype, "send");
    if (typeof send !== "function") throw new Error("nothing sends");
    WebSocket.prototype.send = function spoiled(this: WebSocket, data: unknown, ...rest: unknown[]): void {
      const text = typeof data === "string" && data.startsWith("[3,") ? data : null;
      const told = text?.includes('"interval"') ? text.replace('"Accepted"', '"Perhaps"') : data;
      Reflect.apply(send, this, [told, ...rest]);
    } as typeof WebSocket.prototype.send;
    return {};
  },
  "lost-state": ({ gateway }) => {
    let isForgetful = false;
    return {
      keepAside: (message, lack) => {
        isForgetful = true;
        return gateway.keepAside(message, lack);
      },
      record: async (event) =>
        isForgetful && event.stationId === "WITNESS"
          ? { outcome: "stored", transactionId: event.transactionId ?? "", session: null, others: [] }
          : gateway.record(event),
    };
  },
};

export const planted = (plant: Plant | null, ground: Ground): FleetGateway =>
  plant === null ? ground.gateway : { ...ground.gateway, ...SOW[plant](ground) };

export const plantNamed = (name: string | undefined): Plant | null =>
  PLANTS.find((plant) => plant === name) ?? null;
