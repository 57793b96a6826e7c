import { createLoneStation, type LoneStation } from "../../sims/index.js";
import { YouxuError } from "../domain/errors.js";
import type { OcppVersion } from "../domain/fleet.js";
import type { EvseConfig } from "../domain/site.js";
import { type EpochMs, SECOND_MS } from "../domain/units.js";
import { WallClock } from "../ports/clock.js";
import { ownHost } from "./hosts.js";
import { openPasswordFile } from "./password-file.js";
import { readConfig } from "./read-config.js";

export interface VirtualStationOptions {
  readonly configPath: string;
  readonly identity: string;
  readonly version: OcppVersion;
  /** `-`: stdin. */
  readonly passwordFile: string;
  /** `ws://…/ocpp` without the identity; null: that of the site file. */
  readonly url: string | null;
  readonly idToken: string;
  readonly energyNeedKwh: number;
  readonly arriveAfterS: number;
  /** null: the car stays, and tells nothing of it. */
  readonly departMs: EpochMs | null;
}

/** Of a station that stands in no site file at hand. */
const USUAL: EvseConfig = { evseId: 1, phases: 1, voltageV: 230, minA: 6, maxA: 32, maxDischargeKw: 0 };

/** Where the server of the site file takes stations, and what the file says of this one. */
const placeOf = ({ configPath, identity, url }: VirtualStationOptions) => {
  if (url !== null) return { endpoint: url, evse: USUAL };
  const { server, sites } = readConfig(configPath).config;
  const station = sites.flatMap(({ stations }) => stations).find(({ id }) => id === identity);
  const evse = station?.evses[0];
  if (evse === undefined)
    throw new YouxuError("not-found.station", `${identity} stands in no site`, configPath);
  return { endpoint: `ws://${ownHost(server.host)}:${server.port}/ocpp`, evse };
};

/** A virtual station with a car, by the wall's clock, at a running server. */
export const virtualStation = (options: VirtualStationOptions): LoneStation & { readonly url: string } => {
  const { identity, version, idToken, energyNeedKwh, arriveAfterS, departMs } = options;
  const { endpoint, evse } = placeOf(options);
  const passwordFile = openPasswordFile(options.passwordFile);
  const lone = createLoneStation({
    clock: new WallClock(),
    endpoint,
    station: { stationId: identity, version, evse: { ...evse, evseId: 1 } },
    password: passwordFile.password,
    keepPassword: (next) => passwordFile.keep(next),
    idToken,
    energyNeedKwh,
    arriveAfterMs: arriveAfterS * SECOND_MS,
    departMs,
  });
  return { ...lone, url: `${endpoint.replace(/\/+$/, "")}/${identity}` };
};
