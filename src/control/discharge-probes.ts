import {
  isOfProbe,
  judgeProbe,
  LONGEST_PROBE_MS,
  type Probed,
  probePowerKw,
  type ProbeVerdict,
} from "../dispatch/discharge-probe.js";
import {
  type DischargeProbe,
  type DischargeWay,
  isSameAside,
  isToldAside,
  probeResult,
  withProof,
} from "../domain/discharge.js";
import { isWilling } from "../dispatch/told-aside.js";
import { YouxuError } from "../domain/errors.js";
import type { EvseState, MeterSample } from "../domain/fleet.js";
import { asideFault, asideWording, isEndless } from "../domain/quirks.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import type { DischargeProbes, ProbeTried } from "../ports/discharge-probes.js";
import type { QuirkBook } from "../ports/quirk-book.js";
import { passed } from "../ports/clock.js";
import type { ControlParts } from "./contract.js";
import type { FleetKeeper } from "./fleet-keeper.js";
import type { SiteRun } from "./site-run.js";

/** How often the meter is looked at, and asked. */
const LOOK_EVERY_MS = 10 * SECOND_MS;
const ASK_EVERY_LOOKS = 2;
/** A pass of the loop and its sending, with patience. */
const TAKEN_WITHIN_MS = 60 * SECOND_MS;

type ProbeParts = Pick<ControlParts, "clock" | "link" | "log" | "settings"> & {
  readonly keeper: FleetKeeper;
  readonly quirks: Pick<QuirkBook, "learn" | "of">;
  readonly runOf: (stationId: string) => SiteRun | null;
};

/** One EVSE under a probe. */
interface Place {
  readonly stationId: string;
  readonly evseId: number;
  readonly config: EvseConfig;
  readonly sessionId: string;
  readonly run: SiteRun;
}

/**
 * The probe stands in the fleet's state in place of the plan: the loop sends it within the limits of import and
 * export as it sends a plan, and takes it away with the next pass.
 */
export const createDischargeProbes = (parts: ProbeParts): DischargeProbes => ({
  probe: async (stationId, { evseId, way }) => {
    const place = placeOf(parts, stationId, evseId);
    const tried: ProbeTried[] = [];
    for (const one of way === null ? waysToTry(parts, stationId) : [way]) {
      demandTold(parts, place, one);
      const result = await tryWay(parts, place, one);
      tried.push(result);
      parts.log.warn({ stationId, evseId, ...result }, "a discharge was probed");
      learn(parts, place, { way: one, works: result.works, wasNamed: way !== null });
      if (result.works || !isStill(parts, place)) break;
    }
    place.run.loop.trigger("probe");
    return tried;
  },
});

const refused = (why: string): YouxuError => new YouxuError("discharge.not-probed", why, "params.id");

const waysToTry = ({ quirks }: ProbeParts, stationId: string): readonly DischargeWay[] => {
  const { dischargeMethod } = quirks.of(stationId).values;
  return dischargeMethod === "none" ? ["negative-limit-W", "negative-limit-A"] : [dischargeMethod];
};

/** What is told beside the profile is told in stated words, of one EVSE, and has an end that somebody vouches for. */
const demandTold = (parts: ProbeParts, { stationId, evseId }: Place, way: DischargeWay): void => {
  const values = parts.quirks.of(stationId).values;
  const { capabilities, evses } = parts.keeper.station(stationId) ?? {};
  if (isToldAside(way) && capabilities == null) throw refused("its abilities are not known yet");
  const fault = isToldAside(way) ? asideFault(values, capabilities?.severalEvses !== true) : null;
  if (fault !== null) throw refused(fault);
  const aside = evses?.get(evseId)?.aside;
  if (aside != null && !isSameAside(aside, { way, wording: asideWording(values) }))
    throw refused("what it was told in other words is not taken back yet");
};

interface Found {
  readonly way: DischargeWay;
  readonly works: boolean;
  /** By whoever asked for the probe: it is the way from then on, whether it works or not. */
  readonly wasNamed: boolean;
}

const learn = (
  { quirks }: ProbeParts,
  { stationId, evseId }: Place,
  { way, works, wasNamed }: Found,
): void => {
  const { values } = quirks.of(stationId);
  const probed = { evseId, way, wording: asideWording(values) };
  quirks.learn(stationId, {
    ...(works || wasNamed ? { dischargeMethod: way } : {}),
    dischargeProbe: probeResult(way, works),
    dischargeProofs: withProof(values.dischargeProofs, probed, works),
  });
};

/** Consent of operator (the site file) and driver, an old version, a car, a connection: all that a probe needs. */
const placeOf = (parts: ProbeParts, stationId: string, evseId: number): Place => {
  const run = parts.runOf(stationId);
  const station = run?.site.stations.find(({ id }) => id === stationId);
  const config = station?.evses.find((evse) => evse.evseId === evseId);
  const state = parts.keeper.station(stationId);
  const evse = state?.evses.get(evseId);
  if (run === null || config === undefined || config.maxDischargeKw <= 0)
    throw refused("the site file gives this EVSE no maxDischargeKw");
  if (state === null || !state.connected) throw refused("the station is not connected");
  if (state.version === "2.1") throw refused("a station of OCPP 2.1 is told by setpoints");
  if (!parts.settings.steer) throw refused("this server does not steer");
  if (evse?.session == null) throw refused("no car is charged there");
  if (evse.session.preference?.dischargeAllowed !== true)
    throw refused("its driver has not allowed discharge");
  if (!isWilling(evse.session)) throw refused("its driver charges now, or may not charge");
  if (isEndless(parts.quirks.of(stationId).values))
    throw refused("what it is told has no end there: a lost connection would let it give back for good");
  if (evse.notFollowingSinceMs !== null) throw refused("it does not follow what it is told");
  if (evse.probe != null) throw refused("a probe is under way there");
  return { stationId, evseId, config, sessionId: evse.session.id, run };
};

const evseOf = ({ keeper }: ProbeParts, { stationId, evseId }: Place): EvseState | undefined =>
  keeper.station(stationId)?.evses.get(evseId);

/** The same car, whose driver still allows it, and a connection. */
const isStill = (parts: ProbeParts, place: Place): boolean => {
  const session = evseOf(parts, place)?.session;
  const isConnected = parts.keeper.station(place.stationId)?.connected === true;
  return isConnected && session?.id === place.sessionId && isWilling(session);
};

const tryWay = async (parts: ProbeParts, place: Place, way: DischargeWay): Promise<ProbeTried> => {
  const { clock, keeper } = parts;
  const { stationId, evseId, config, run } = place;
  await nothingUnderWay(parts, place);
  const sinceMs = clock.now();
  const powerKw = probePowerKw(config);
  const probe = { way, powerKw, sinceMs, endMs: sinceMs + LONGEST_PROBE_MS };
  const samples: MeterSample[] = [];
  keeper.apply({ kind: "probing", stationId, evseId, atMs: sinceMs, probe });
  run.loop.trigger("probe");
  try {
    const takenMs = await taken(parts, place, probe);
    const found =
      takenMs === null
        ? notTaken(parts, place, sinceMs)
        : await metered(parts, place, { askedKw: powerKw, takenMs, samples });
    const why = found.verdict === "fails" ? found.why : null;
    const told = samples.map(({ atMs, powerKw: kw }) => ({ atMs, powerKw: kw }));
    return { way, works: found.verdict === "works", why, askedKw: powerKw, metered: told };
  } finally {
    keeper.apply({ kind: "probing", stationId, evseId, atMs: clock.now(), probe: null });
    run.loop.trigger("probe");
  }
};

/** What the plan told before is answered first: its answer is none to the probe. */
const nothingUnderWay = async (parts: ProbeParts, place: Place): Promise<void> => {
  const untilMs = parts.clock.now() + TAKEN_WITHIN_MS;
  while (evseOf(parts, place)?.sending != null) {
    if (parts.clock.now() >= untilMs) throw refused("it owes an answer to what it was told before");
    await passed(parts.clock, SECOND_MS);
  }
  if (evseOf(parts, place)?.probe != null) throw refused("a probe is under way there");
};

/** When the station took it; null: it did not. */
const taken = async (parts: ProbeParts, place: Place, probe: DischargeProbe): Promise<EpochMs | null> => {
  const untilMs = probe.sinceMs + TAKEN_WITHIN_MS;
  while (parts.clock.now() < untilMs && isStill(parts, place)) {
    const evse = evseOf(parts, place);
    if (evse?.held != null && isOfProbe(evse.held, probe)) return evse.toldMs ?? parts.clock.now();
    if ((evse?.refusedMs ?? -Infinity) >= probe.sinceMs) return null;
    await passed(parts.clock, SECOND_MS);
  }
  return null;
};

/** Only what the station itself refused says something of it. */
const notTaken = (parts: ProbeParts, place: Place, sinceMs: EpochMs): ProbeVerdict => {
  if ((evseOf(parts, place)?.refusedMs ?? -Infinity) < sinceMs)
    throw refused("it could not be asked: the site's limits leave no room, or it did not answer");
  const { stationId, evseId } = place;
  // It refused this one word, and follows the others.
  parts.keeper.apply({ kind: "following", stationId, evseId, atMs: parts.clock.now(), sinceMs: null });
  return { verdict: "fails", why: "the station refused it" };
};

/** Looks at the meter, and asks for it, until that has decided. */
const metered = async (
  parts: ProbeParts,
  place: Place,
  probed: Probed & { readonly samples: MeterSample[] },
): Promise<ProbeVerdict> => {
  const { clock, link } = parts;
  const { stationId, evseId } = place;
  for (let look = 0; ; look += 1) {
    if (!isStill(parts, place))
      throw refused("the car, its driver's consent or the connection was gone meanwhile");
    if (look % ASK_EVERY_LOOKS === 0)
      void link.send(stationId, { kind: "trigger", message: "MeterValues", evseId });
    await passed(clock, LOOK_EVERY_MS);
    const sample = evseOf(parts, place)?.sample;
    if (sample != null && sample.atMs > (probed.samples.at(-1)?.atMs ?? probed.takenMs))
      probed.samples.push(sample);
    const found = judgeProbe(probed, clock.now());
    if (found.verdict !== "open") return found;
  }
};
