import { randomUUID } from "node:crypto";

/** Id of a message to somebody outside. One per event and webhook: Node draws these in stock, other random bytes one by one. */
export const newMessageId = (): string => randomUUID().replaceAll("-", "");
