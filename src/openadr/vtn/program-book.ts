import { YouxuError } from "../../domain/errors.js";
import type { Documents } from "../../ports/documents.js";
import type { Log } from "./problem.js";
import { type ProgramObject, programObject } from "../wire/objects.js";

export interface ProgramBook {
  /** In order of creation. */
  all(): readonly ProgramObject[];
  find(id: string): ProgramObject | null;
  /** Throws `program.exists` when another program has the name. */
  save(object: ProgramObject): Promise<void>;
  remove(id: string): Promise<void>;
}

const COLLECTION = "openadr-programs";

export const openProgramBook = async (documents: Documents, log: Log): Promise<ProgramBook> => {
  const programs = new Map<string, ProgramObject>();
  for (const document of await documents.list(COLLECTION)) {
    const read = programObject.safeParse(document);
    if (read.success) programs.set(read.data.id, read.data);
    else log.error({ err: read.error }, "a stored OpenADR program cannot be read and is left out");
  }
  return {
    all: () => [...programs.values()],
    find: (id) => programs.get(id) ?? null,
    save: async (object) => {
      const { id, programName } = object;
      const namesake = [...programs.values()].find(
        (other) => other.programName === programName && other.id !== id,
      );
      if (namesake !== undefined)
        throw new YouxuError(
          "program.exists",
          `program ${namesake.id} is named ${programName}`,
          "programName",
        );
      const before = programs.get(id);
      programs.set(id, object);
      try {
        await documents.put(COLLECTION, id, object);
      } catch (failure) {
        if (before === undefined) programs.delete(id);
        else programs.set(id, before);
        throw failure;
      }
    },
    remove: async (id) => {
      await documents.remove(COLLECTION, id);
      programs.delete(id);
    },
  };
};
