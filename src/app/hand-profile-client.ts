import { z } from "zod";
import {
  assignmentSchema,
  type HandProfile,
  type NamedProfile,
  namedProfileSchema,
  type ProfileAssignment,
  type ReleasedProfile,
  releasedSchema,
} from "../domain/hand-profile.js";
import type { assignmentRequest, releaseRequest } from "../server/schemas/hand-profile.js";
import { type Access, ask } from "./operator-client.js";

const pathOf = (name: string): string => `/charging-profiles/${encodeURIComponent(name)}`;

/** Charging profiles by hand, at a running server. */
export const handProfileClient = (access: Access) => ({
  list: async (): Promise<NamedProfile[]> =>
    z.array(namedProfileSchema).parse(await (await ask(access, "/charging-profiles")).json()),
  find: async (name: string): Promise<NamedProfile> =>
    namedProfileSchema.parse(await (await ask(access, pathOf(name))).json()),
  put: async (name: string, profile: HandProfile): Promise<NamedProfile> => {
    const init = { method: "POST", body: JSON.stringify({ name, profile }) };
    return namedProfileSchema.parse(await (await ask(access, "/charging-profiles", init)).json());
  },
  remove: async (name: string): Promise<void> => {
    await ask(access, pathOf(name), { method: "DELETE", body: "{}" });
  },
  assign: async (name: string, place: z.input<typeof assignmentRequest>): Promise<ProfileAssignment[]> => {
    const init = { method: "POST", body: JSON.stringify(place) };
    const response = await ask(access, `${pathOf(name)}/assignments`, init);
    return z.array(assignmentSchema).parse(await response.json());
  },
  release: async (place: z.input<typeof releaseRequest>): Promise<ReleasedProfile[]> => {
    const init = { method: "POST", body: JSON.stringify(place) };
    const response = await ask(access, "/charging-profiles/releases", init);
    return z.array(releasedSchema).parse(await response.json());
  },
});
