import { DateTime, Duration } from "luxon";
import { z } from "zod";
import { YouxuError } from "../domain/errors.js";
import type { Preference } from "../domain/session.js";
import type { Measurement } from "../domain/site.js";
import type { DriverApp, ScenarioEvent } from "../../sims/index.js";
import { OPENADR_PREFIX } from "../openadr/vtn/vtn.js";
import type { RunningServer } from "./server.js";

/** Bearer tokens of those who speak to a server in a simulation or demonstration. */
export interface Tokens {
  readonly meter: string;
  readonly driver: string;
  readonly gridOperator: string;
}

export const tokensFor = async ({ accounts }: Pick<RunningServer, "accounts">): Promise<Tokens> => {
  const issue = async (name: string, role: "meter" | "operator" | "grid-operator"): Promise<string> =>
    (await accounts.issueToken({ name, role })).token;
  return {
    meter: await issue("community meter", "meter"),
    driver: await issue("drivers' apps", "operator"),
    gridOperator: await issue("grid operator", "grid-operator"),
  };
};

/** Calls the product's own API as any client would; a refusal is an error with what was said. */
const call = async (
  url: string,
  token: string,
  request: { method: string; body: unknown },
): Promise<unknown> => {
  const response = await fetch(url, {
    method: request.method,
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(request.body),
  });
  const text = await response.text();
  if (!response.ok) throw new YouxuError("connect.failed", `${response.status} ${text.slice(0, 300)}`, url);
  return text === "" ? null : JSON.parse(text);
};

/** The community's meter, over the measurements route. */
export const httpMeter =
  (url: string, token: string) =>
  async ({ siteId, kind, powerKw, atMs }: Measurement): Promise<void> => {
    await call(`${url}/api/v1/sites/${siteId}/measurements`, token, {
      method: "POST",
      body: { kind, powerKw, atMs },
    });
  };

/** A driver's app, over the preference route. */
export const httpDriver = (url: string, token: string): DriverApp => ({
  setPreference: async (stationId: string, evseId: number, preference: Preference) => {
    await call(`${url}/api/v1/stations/${stationId}/evses/${evseId}/preference`, token, {
      method: "PUT",
      body: preference,
    });
  },
});

const programAnswer = z.object({ id: z.string() });

/** A grid operator: one program, and an event in it per call. */
export const gridOperator = (url: string, token: string) => {
  const vtn = `${url}${OPENADR_PREFIX}`;
  let programId: Promise<string> | null = null;
  const program = async (): Promise<string> => {
    const made = await call(`${vtn}/programs`, token, {
      method: "POST",
      body: { programName: "simulation" },
    });
    return programAnswer.parse(made).id;
  };
  const theProgram = (): Promise<string> => (programId ??= program());
  return {
    /** Id of the operator's program, made at the first call. */
    program: theProgram,
    post: async (event: ScenarioEvent): Promise<void> => {
      const body = { programID: await theProgram(), targets: event.nodeIds ?? [], ...intervalOf(event) };
      await call(`${vtn}/events`, token, { method: "POST", body });
    },
  };
};

const intervalOf = ({ startsNow, startMs, endMs, type, value }: ScenarioEvent) => ({
  intervalPeriod: {
    start: startsNow ? "0001-01-01" : DateTime.fromMillis(startMs, { zone: "utc" }).toISO(),
    duration: Duration.fromMillis(endMs - startMs)
      .rescale()
      .toISO(),
  },
  intervals: [{ id: 0, payloads: [{ type, values: [value] }] }],
});
