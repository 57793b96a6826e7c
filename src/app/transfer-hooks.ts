import { createHttpTransferHooks, type HttpTransferHooks } from "../control/webhooks/http-transfer-hooks.js";
import { createHttpSender } from "../webhooks/http-sender.js";
import { signBy } from "../webhooks/signing.js";
import { newMessageId } from "./message-id.js";
import type { ToStations } from "./server-control.js";
import type { ServerParts } from "./server-parts.js";
import { siteOfStations } from "./site-lookups.js";

/** Programs of the operator's own that answer what vendors defined. */
export const transferHooksOf = (
  parts: ServerParts,
  { lines }: Pick<ToStations, "lines">,
): HttpTransferHooks => {
  const anywhere = createHttpSender({ privateAddresses: true });
  const publicly = createHttpSender({ privateAddresses: false });
  return createHttpTransferHooks({
    hooks: parts.transferHooks ?? [],
    clock: parts.clock,
    log: lines,
    askerOf: ({ privateAddress }) => (privateAddress ? anywhere : publicly),
    sign: signBy,
    newId: newMessageId,
    siteOf: siteOfStations(parts.sites),
  });
};
