import type { Documents } from "./documents.js";

/** Documents that are forgotten with the process. Kept as JSON, as every other implementation does. */
export const createMemoryDocuments = (): Documents => {
  const collections = new Map<string, Map<string, string>>();
  const collection = (name: string): Map<string, string> => {
    const known = collections.get(name) ?? new Map<string, string>();
    collections.set(name, known);
    return known;
  };
  return {
    put: async (name, id, document) => {
      collection(name).set(id, JSON.stringify(document));
    },
    get: async (name, id) => {
      const text = collection(name).get(id);
      return text === undefined ? null : (JSON.parse(text) as unknown);
    },
    remove: async (name, id) => collection(name).delete(id),
    list: async (name) => [...collection(name).values()].map((text) => JSON.parse(text) as unknown),
  };
};
