import type { Config, OriginOf } from "../config/index.js";
import { YouxuError } from "../domain/errors.js";
import { createHttpSender } from "../webhooks/http-sender.js";

/** Transfer hooks at addresses to which nothing is ever sent. */
export const unusableAddresses = (
  { transferHooks }: Pick<Config, "transferHooks">,
  originOf: OriginOf,
): YouxuError[] => {
  return transferHooks.flatMap(({ url, privateAddress }, index) => {
    const fault = createHttpSender({ privateAddresses: privateAddress }).faultOf(url);
    if (fault === null) return [];
    const message = `${fault}, unless privateAddress is true`;
    return [new YouxuError("config.invalid", message, originOf(`transferHooks[${index}].url`))];
  });
};
