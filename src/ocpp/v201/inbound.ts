import type { InboundHandler } from "../common/codec.js";
import { sharedInbound } from "../v2x/inbound.js";

/** Every action that an OCPP 2.0.1 station may send. */
export const inbound: ReadonlyMap<string, InboundHandler> = sharedInbound;
