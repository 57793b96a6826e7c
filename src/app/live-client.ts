import { z } from "zod";
import type { Curtailment } from "../domain/curtailment.js";
import type { DeviceState } from "../domain/device.js";
import type { SessionView, SiteLive, StationRow } from "../domain/views.js";
import { deviceSchema } from "../server/schemas/device.js";
import { historySchema, type MeasurementHistory } from "../server/schemas/history.js";
import { curtailmentSchema } from "../server/schemas/inverter.js";
import { siteLiveSchema, stationRowSchema } from "../server/schemas/live.js";
import { type preferenceRequest, sessionSchema } from "../server/schemas/session.js";
import { type Access, ask, stationPath } from "./operator-client.js";

const wordsOf = (query: object): string =>
  new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();

/** Every EVSE of a running server, or those of one station, as they stand. */
export const stationRows = async (
  access: Access,
  {
    stationId = null,
    siteId = null,
  }: { readonly stationId?: string | null; readonly siteId?: string | null },
): Promise<StationRow[]> => {
  if (stationId === null) {
    const path = siteId === null ? "/stations" : `/stations?siteId=${encodeURIComponent(siteId)}`;
    return z.array(stationRowSchema).parse(await (await ask(access, path)).json());
  }
  const station = z.object({ evses: z.array(stationRowSchema) });
  return station.parse(await (await ask(access, stationPath(stationId))).json()).evses;
};

/** How a site stands, with its stationary batteries and the slots in which its plan holds PV back. */
export interface SiteStanding extends Omit<SiteLive, "past" | "planned" | "rows"> {
  readonly batteries: readonly DeviceState[];
  readonly curtailments: readonly Curtailment[];
}

const planned = z.object({ curtailments: z.array(curtailmentSchema) }).nullable();

/** A site of a running server as it stands. */
export const siteStanding = async (access: Access, siteId: string): Promise<SiteStanding> => {
  const path = `/sites/${encodeURIComponent(siteId)}`;
  const live = siteLiveSchema.parse(await (await ask(access, `${path}/live`)).json());
  const plan = planned.parse(await (await ask(access, `${path}/plan`)).json());
  const devices = z.array(deviceSchema).parse(await (await ask(access, `${path}/devices`)).json());
  const batteries = devices.filter(({ kind }) => kind === "battery");
  const { past: _past, planned: _planned, rows: _rows, ...site } = live;
  return { ...site, batteries, curtailments: plan?.curtailments ?? [] };
};

export interface SessionQuery {
  readonly siteId?: string;
  readonly active?: boolean;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly limit?: number;
}

/** Sessions of a running server, in order of their begin. */
export const listSessions = async (access: Access, query: SessionQuery): Promise<SessionView[]> => {
  const response = await ask(access, `/sessions?${wordsOf(query)}`);
  return z.array(sessionSchema).parse(await response.json());
};

const sessionPath = (id: string): string => `/sessions/${encodeURIComponent(id)}`;

/** A driver's wish for a session; what it leaves out stays as it is. */
export const wishOfSession = async (
  access: Access,
  id: string,
  wish: z.input<typeof preferenceRequest>,
): Promise<SessionView> => {
  const init = { method: "PATCH", body: JSON.stringify(wish) };
  return sessionSchema.parse(await (await ask(access, `${sessionPath(id)}/preference`, init)).json());
};

/** Has a session charge now, or go back to the plan. */
export const chargeNow = async (access: Access, id: string, on: boolean): Promise<SessionView> => {
  const init = { method: "POST", body: JSON.stringify({ on }) };
  return sessionSchema.parse(await (await ask(access, `${sessionPath(id)}/charge-now`, init)).json());
};

export interface HistoryQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly resolution: "raw" | "quarter";
  /** Of one EVSE instead of the site. */
  readonly stationId?: string;
  readonly evseId?: number;
}

/** What a running server measured at a site, one series after the other. */
export const measurementHistory = async (
  access: Access,
  siteId: string,
  query: HistoryQuery,
): Promise<MeasurementHistory[]> => {
  const path = `/sites/${encodeURIComponent(siteId)}/measurements?${wordsOf(query)}`;
  return z.array(historySchema).parse(await (await ask(access, path)).json());
};
