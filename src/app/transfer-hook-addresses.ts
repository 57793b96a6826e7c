import type { Config, OriginOf } from "../config/index.js";
import { YouxuError } from "../domain/errors.js";
import { createHttpSender } from "../webhooks/http-sender.js";

/** Transfer hooks at addresses to which nothing is ever sent. */
export const unusableAddresses = (
  { transferHooks, webhooks }: Pick<Config, "transferHooks" | "webhooks">,
  originOf: OriginOf,
): YouxuError[] => {
  const sender = createHttpSender(webhooks);
  return transferHooks.flatMap(({ url }, index) => {
    const fault = sender.faultOf(url);
    if (fault === null) return [];
    const message = `${fault}, unless webhooks.privateAddresses is true`;
    return [new YouxuError("config.invalid", message, originOf(`transferHooks[${index}].url`))];
  });
};
