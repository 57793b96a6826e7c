import { openWebhooks } from "../control/webhooks/webhook-book.js";
import type { WebhookEvent } from "../domain/webhook.js";
import { eventOfExcess, eventOfFleet, eventOfNews } from "../management/webhook-events.js";
import { createHttpSender } from "../webhooks/http-sender.js";
import { webhookSigning } from "../webhooks/signing.js";
import type { Steering } from "./server-control.js";
import type { ServerParts } from "./server-parts.js";
import { newMessageId } from "./message-id.js";
import { siteOfStations } from "./site-lookups.js";

/** Who is told of what happens: of the fleet, of stations' own news, of limits, and what drivers are told. */
export const webhooksOf = async (parts: ServerParts, { ears, control }: Steering) => {
  const { clock, log, store, sites, random = Math.random } = parts;
  const webhooks = await openWebhooks({
    documents: store.documents,
    clock,
    log,
    sender: createHttpSender({ privateAddresses: parts.webhooks?.privateAddresses ?? false }),
    ...webhookSigning(parts.secret),
    newId: newMessageId,
    random,
    siteIds: sites.map(({ id }) => id),
  });
  const siteOf = siteOfStations(sites);
  const tell = (event: WebhookEvent | null): void => {
    if (event !== null) webhooks.tell(event);
  };
  ears.onEvent((event) => tell(eventOfFleet(event, siteOf)));
  ears.onNews((news) => tell(eventOfNews(news, siteOf)));
  ears.onExcess((excess) => tell(eventOfExcess(excess)));
  for (const { id: siteId } of sites)
    control.sharing.notices.follow(siteId, ({ atMs, siteId: _site, ...data }) =>
      tell({ kind: "notice", atMs, siteId, stationId: null, data }),
    );
  return webhooks;
};
