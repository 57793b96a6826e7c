import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { YouxuError } from "../../domain/errors.js";
import type { Measurement, Site } from "../../domain/site.js";
import { DAY_MS, type EpochMs } from "../../domain/units.js";
import type { Clock } from "../../ports/clock.js";
import type { Operations } from "../../ports/operations.js";
import type { Series, Telemetry, Window } from "../../ports/telemetry.js";
import { evseId, queryMs, stationId } from "../schemas/common.js";
import { historySchema, type MeasurementHistory } from "../schemas/history.js";
import { secured } from "./secured.js";
import { findSite, siteParams } from "./sites.js";

/** What one answer holds at most, in days. */
const MOST_DAYS = { raw: 2, quarter: 93 } as const;

const kind = z
  .union([
    z.enum(["site-import", "pv", "battery", "ev"]),
    z.templateLiteral(["ev:", z.string().min(1).max(64)]),
    z.templateLiteral(["node:", z.string().min(1).max(64)]),
  ])
  .describe("Only this: as it is posted, or ev, ev:NODE for the cars of the site or at and below a node");

const query = z
  .strictObject({
    fromMs: queryMs("What was measured from here on; default a day before toMs").exactOptional(),
    toMs: queryMs("And before this; default now").exactOptional(),
    resolution: z
      .enum(["raw", "quarter"])
      .default("quarter")
      .describe(
        `quarter: means of quarters of an hour, kept for good, at most ${MOST_DAYS.quarter} days at once; raw: values as they came, for as long as they are kept (store.rawDays), at most ${MOST_DAYS.raw} days at once`,
      ),
    kind: kind.exactOptional(),
    stationId: stationId.exactOptional(),
    evseId: z.string().regex(/^\d+$/).transform(Number).pipe(evseId).exactOptional(),
  })
  .refine((asked) => (asked.stationId === undefined) === (asked.evseId === undefined), {
    message: "stationId and evseId go together",
    path: ["evseId"],
  })
  .refine((asked) => asked.stationId === undefined || asked.resolution === "quarter", {
    message: "of an EVSE quarters are told",
    path: ["resolution"],
  });
type Asked = z.infer<typeof query>;

/** The time that is asked for, no longer than one answer may be. */
const windowOf = ({ fromMs, toMs, resolution }: Asked, nowMs: EpochMs): Window => {
  const endMs = toMs ?? nowMs;
  const startMs = fromMs ?? endMs - DAY_MS;
  if (startMs >= endMs)
    throw new YouxuError("request.invalid", "fromMs must be before toMs", "querystring.toMs");
  if (endMs - startMs <= MOST_DAYS[resolution] * DAY_MS) return { fromMs: startMs, toMs: endMs };
  const message = `at most ${MOST_DAYS[resolution]} days at once of resolution=${resolution}`;
  throw new YouxuError("request.invalid", message, "querystring.toMs");
};

/** All kinds that a site may have values of. */
const kindsOf = ({ nodes, rootNodeId }: Site): Measurement["kind"][] => {
  const below = nodes.filter(({ id }) => id !== rootNodeId);
  return [
    ...(["site-import", "pv", "battery", "ev"] as const),
    ...below.map(({ id }) => `ev:${id}` as const),
    ...below.map(({ id }) => `node:${id}` as const),
  ];
};

/** The EVSE that is asked for; null: kinds of the site are. */
const evseAsked = (site: Site, asked: Asked): Extract<Series, { evseId: number }> | null => {
  if (asked.stationId === undefined || asked.evseId === undefined) return null;
  const place = { stationId: asked.stationId, evseId: asked.evseId };
  const station = site.stations.find(({ id }) => id === place.stationId);
  if (station?.evses.some((evse) => evse.evseId === place.evseId) === true) return place;
  throw new YouxuError(
    "not-found.station",
    `no EVSE ${place.evseId} of a station ${place.stationId} at this site`,
    "query.stationId",
  );
};

const nameOf = (series: Series): string =>
  "kind" in series ? series.kind : `evse:${series.stationId}/${series.evseId}`;

export interface HistoryOptions {
  readonly operations: Operations;
  readonly telemetry: Pick<Telemetry, "between" | "quarters">;
  readonly clock: Pick<Clock, "now">;
}

export const history: FastifyPluginAsyncZod<HistoryOptions> = async (
  app,
  { operations, telemetry, clock },
) => {
  const quartersOf = async (series: Series, window: Window): Promise<MeasurementHistory> => ({
    series: nameOf(series),
    values: [],
    quarters: [...(await telemetry.quarters(series, { ...window, nowMs: clock.now() }))],
  });
  const valuesOf = async (siteId: string, asked: Measurement["kind"], window: Window) => {
    const found = await telemetry.between({ siteId, kind: asked, ...window });
    // The last before the window comes first, for those who need what holds into it.
    const values = found.filter(({ atMs }) => atMs >= window.fromMs);
    return { series: asked, values: values.map(({ atMs, powerKw }) => ({ atMs, powerKw })), quarters: [] };
  };

  app.get(
    "/sites/:id/measurements",
    secured("read", {
      summary: "What was measured: the site, its nodes, its cars, one EVSE",
      description:
        "Without `kind` every kind of the site of which there is something; with `stationId` and `evseId` what that EVSE metered",
      tags: ["measurements"],
      params: siteParams,
      querystring: query,
      response: { 200: z.array(historySchema) },
    }),
    async (request) => {
      const site = findSite(operations, request.params.id);
      const { resolution, kind: only } = request.query;
      const window = windowOf(request.query, clock.now());
      const evse = evseAsked(site, request.query);
      if (evse !== null) return [await quartersOf(evse, window)];
      const kinds = only === undefined ? kindsOf(site) : [only];
      const found = await Promise.all(
        kinds.map((each) =>
          resolution === "raw"
            ? valuesOf(site.id, each, window)
            : quartersOf({ siteId: site.id, kind: each }, window),
        ),
      );
      return found.filter(
        ({ values, quarters }) => only !== undefined || values.length + quarters.length > 0,
      );
    },
  );
};
