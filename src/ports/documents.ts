/**
 * Small durable documents by collection and id: OpenADR programs and events, stations added at run
 * time, tokens. Resolves after the commit; `get` gives null where there is none. Order of `list` is
 * the order of creation.
 */
export interface Documents {
  put(collection: string, id: string, document: unknown): Promise<void>;
  get(collection: string, id: string): Promise<unknown>;
  remove(collection: string, id: string): Promise<boolean>;
  list(collection: string): Promise<readonly unknown[]>;
}
