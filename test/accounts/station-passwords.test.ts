/** Which stations are refused where a store takes the place of another: those that may hold a password it has not. */
import { expect, it } from "vitest";
import { createStationPasswords, unknownElsewhere } from "../../src/accounts/station-passwords.js";
import { createMemoryDocuments } from "../../src/ports/documents-memory.js";

/** A store in which a station has a password, and was sent others that it may have taken. */
const storeWith = async ([password, ...sent]: readonly string[]) => {
  const documents = createMemoryDocuments();
  const passwords = createStationPasswords(documents, "pepper");
  if (password !== undefined) await passwords.put("CP-1", password);
  for (const one of sent) await passwords.await("CP-1", one);
  return documents;
};

it.each([
  { now: ["a"], backup: ["a"], refused: false },
  { now: ["b"], backup: ["a"], refused: true },
  { now: ["a"], backup: [], refused: true },
  { now: [], backup: ["a"], refused: false },
  { now: ["a", "b"], backup: ["a"], refused: true },
  { now: ["b"], backup: ["a", "b"], refused: false },
  { now: ["a", "b"], backup: ["a", "b"], refused: false },
  { now: ["a", "c"], backup: ["a", "b"], refused: true },
])("of passwords $now and of a backup $backup: $refused", async ({ now, backup, refused }) => {
  const unknown = await unknownElsewhere(await storeWith(now), await storeWith(backup));
  expect(unknown).toEqual(refused ? ["CP-1"] : []);
});
