/** Whose proof a station's is that writes its name in its own way; and that what is asked for it tells no name. */
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { UNKNOWN_PROFILE } from "../../src/domain/security.js";
import { createNames } from "../../src/ocpp/server/identity.js";
import { proveNamed } from "../../src/ocpp/server/prove.js";

const PASSWORDS = new Map([
  ["CP-1", "of CP-1"],
  ["CP-2", "of CP-2"],
  ["cp-2", "of cp-2"],
]);
const nameOf = createNames(new Set(["CP-1", "CP-2"]));

/** Who a station of this name and password is, or nobody; and what the registry was asked for it. */
const prove = async (told: string, password: string) => {
  const asked: string[] = [];
  const registry = {
    authenticate: async (identity: string, given: string | Buffer | null) => {
      asked.push("authenticate");
      return given !== null && PASSWORDS.get(identity) === String(given);
    },
    hasPassword: async (identity: string) => {
      asked.push("hasPassword");
      return PASSWORDS.has(identity);
    },
    profileOf: async () => {
      asked.push("profileOf");
      return UNKNOWN_PROFILE;
    },
  };
  const request = new IncomingMessage(new Socket());
  request.headers.authorization = `Basic ${btoa(`${told}:${password}`)}`;
  const { identity, proven } = await proveNamed({ identity: nameOf(told), told }, request, {
    registry,
    isOpen: () => false,
    nameOf,
  });
  return { is: proven.includes(1) ? identity : null, asked: asked.toSorted() };
};

it.each([
  ["CP-1", "of CP-1", "CP-1"],
  ["cp-1", "of CP-1", "CP-1"],
  ["cp-2", "of cp-2", "cp-2"],
  ["cp-2", "of CP-2", null],
  ["CP-1", "of CP-2", null],
  ["nobody", "of CP-1", null],
])("%s with the password %s is %s, and as much is asked as of any other", async (told, password, is) => {
  const found = await prove(told, password);
  expect(found.is).toBe(is);
  expect(found.asked).toEqual(["authenticate", "authenticate", "hasPassword", "profileOf", "profileOf"]);
});
