import type { BareSkills } from "./bare-server.js";
import type { Cost } from "./cost.js";
import type { OwnSkills } from "./own-server.js";
import { type Party, startParty } from "./party.js";
import { PASSWORD } from "./sites.js";
import type { StationSkills } from "./stations.js";

type Version = "1.6" | "2.0.1" | "2.1";

export const startStations = (): Party<StationSkills> =>
  startParty(new URL("./stations.js", import.meta.url));

/** Collects when it is asked to; young objects have room, so that passes of the collector are alike. */
const NODE_ARGS = ["--expose-gc"];

export const startOwn = (stations: number, steer: "steer" | "no" = "no"): Party<OwnSkills> =>
  startParty(new URL("./own-server.js", import.meta.url), {
    args: [String(stations), steer],
    nodeArgs: NODE_ARGS,
  });

export const startBare = (version: Version): Party<BareSkills> =>
  startParty(new URL("./bare-server.js", import.meta.url), { args: [version], nodeArgs: NODE_ARGS });

interface Side {
  readonly stations: Party<StationSkills>;
  readonly cost: () => Promise<Cost>;
  /** A SetChargingProfile to each station, so many times. */
  readonly callAll: (rounds: number) => Promise<number>;
}

export interface Pair {
  readonly own: Side & { readonly server: Party<OwnSkills> };
  readonly bare: Side & { readonly server: Party<BareSkills> };
  readonly close: () => Promise<void>;
}

/** Handshakes that stations begin at once where these are not what is measured. */
const AT_ONCE = 50;

const profile = (version: Version): Record<string, unknown> => {
  const schedule = {
    chargingRateUnit: "A",
    startSchedule: "2026-01-14T00:00:00.000Z",
    duration: 86_400,
    chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }],
  };
  const head = {
    stackLevel: 0,
    chargingProfilePurpose: "TxDefaultProfile",
    chargingProfileKind: "Recurring",
    recurrencyKind: "Daily",
  };
  return version === "1.6"
    ? { connectorId: 1, csChargingProfiles: { chargingProfileId: 1, ...head, chargingSchedule: schedule } }
    : { evseId: 1, chargingProfile: { id: 1, ...head, chargingSchedule: [{ id: 1, ...schedule }] } };
};

/** Both servers, each with its stations connected and booted. */
export const openPair = async (version: Version, count: number): Promise<Pair> => {
  const [own, bare] = [startOwn(count), startBare(version)];
  const [ownStations, bareStations] = [startStations(), startStations()];
  const place = { count, version, atOnce: AT_ONCE };
  const connect = async (stations: Party<StationSkills>, url: string, password: string | null) => {
    const { connected } = await stations.ask("connect", { ...place, url, password });
    if (connected !== count) throw new Error(`${connected} of ${count} stations are connected`);
    await stations.ask("load", { kind: "boot", perStation: 1 });
  };
  await connect(ownStations, await own.ask("listen"), PASSWORD);
  await connect(bareStations, await bare.ask("listen"), null);
  await settled(own);
  return {
    own: {
      server: own,
      stations: ownStations,
      cost: () => own.ask("cost", { collect: false }),
      callAll: (rounds) => own.ask("callAll", { rounds }),
    },
    bare: {
      server: bare,
      stations: bareStations,
      cost: () => bare.ask("cost", { collect: false }),
      callAll: (rounds) =>
        bare.ask("callAll", { action: "SetChargingProfile", payload: profile(version), rounds }),
    },
    close: async () => {
      await Promise.all([ownStations.end(), bareStations.end()]);
      await Promise.all([own.ask("close"), bare.ask("close")]);
      await Promise.all([own.end(), bare.end()]);
    },
  };
};

const LOOK_EVERY_MS = 250;
/** What is asked after a boot begins a little after it. */
const REST_MS = 1_500;

/** Waits until no station waits for anything any more. */
export const settled = async (own: Party<OwnSkills>): Promise<void> => {
  for (let restMs = 0; restMs < REST_MS; restMs += LOOK_EVERY_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    if ((await own.ask("connected")).busy > 0) restMs = 0;
  }
};
