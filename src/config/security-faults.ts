import { type Entry, entries, type Fault } from "./site-faults.js";

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
const isFilled = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

/** Security profiles that nothing in the configuration could serve; reads faulty input too. */
export const securityFaults = (config: Entry): Fault[] => {
  const [server = {}] = entries([config["server"]]);
  const [ocpp = {}] = entries([config["ocpp"]]);
  const isTls = isThere(server["tls"]);
  const [tls = {}] = entries([server["tls"]]);
  const lackOf = (profile: unknown): string | null => {
    if (profile === 0 && !isFilled(ocpp["openNetworks"]))
      return "a station of profile 0 needs its network in ocpp.openNetworks";
    if ((profile === 2 || profile === 3) && !isTls)
      return `profile ${profile} needs server.tls; behind a TLS proxy a station's profile is 1`;
    if (profile === 3 && !isFilled(tls["clientCaFiles"]) && !isThere(config["localCa"]))
      return "profile 3 needs an authority: server.tls.clientCaFiles or localCa";
    return null;
  };
  return entries(config["sites"]).flatMap((site, index) =>
    (["stations", "stationGroups"] as const).flatMap((list) =>
      entries(site[list]).flatMap((station, position): Fault[] => {
        const message = lackOf(station["securityProfile"]);
        const path = ["sites", index, list, position, "securityProfile"];
        return message === null ? [] : [{ path, message }];
      }),
    ),
  );
};
