import type { NetworkCommand, NetworkProfile } from "../../../domain/commands/network.js";
import type { OcppVersion } from "../../../domain/fleet.js";
import { call, type SayingsOf } from "../../common/operate.js";
import type { Payload } from "../../wire.js";
import type { Version2 } from "./version.js";

const given = (name: string, value: unknown): Payload => (value === null ? {} : { [name]: value });

const apnOf = ({
  name,
  userName,
  password,
  authentication,
}: NonNullable<NetworkProfile["apn"]>): Payload => ({
  apn: name,
  ...given("apnUserName", userName),
  ...given("apnPassword", password),
  apnAuthentication: authentication,
});

/** `versions`: as this version names them. */
const networkBy = (
  versions: Readonly<Record<OcppVersion, string>>,
  ownCredentials: boolean,
): SayingsOf<NetworkCommand> => ({
  "set-network-profile": {
    write: ({ slot, profile }) => {
      if (!ownCredentials && (profile.identity !== null || profile.password !== null))
        return { outcome: { status: "unsupported", detail: "2.0.1 keeps identity and password of its own" } };
      return call("SetNetworkProfile", {
        configurationSlot: slot,
        connectionData: {
          ocppVersion: versions[profile.ocppVersion],
          ocppTransport: "JSON",
          ocppCsmsUrl: profile.url,
          messageTimeout: profile.messageTimeoutS,
          securityProfile: profile.securityProfile,
          ocppInterface: profile.interface,
          ...given("identity", profile.identity),
          ...given("basicAuthPassword", profile.password),
          ...(profile.apn === null ? {} : { apn: apnOf(profile.apn) }),
        },
      });
    },
  },
});

/** 2.0.1 knows no version after itself. */
const network201 = networkBy({ "1.6": "OCPP16", "2.0.1": "OCPP20", "2.1": "OCPP20" }, false);
const network21 = networkBy({ "1.6": "OCPP16", "2.0.1": "OCPP201", "2.1": "OCPP21" }, true);

export const networkOf = (version: Version2): SayingsOf<NetworkCommand> =>
  version === "2.1" ? network21 : network201;
