import type { SecretCommand } from "../../../domain/commands/secrets.js";
import { call, cannot, type SayingsOf } from "../../common/operate.js";
import { outcomeOf } from "../../common/outcome.js";
import { listAt } from "../../wire.js";
import type { Version2 } from "./version.js";

const PASSWORD = { component: { name: "SecurityCtrlr" }, variable: { name: "BasicAuthPassword" } };

/** Block A: how a station proves itself. */
export const secretsOf = (version: Version2): SayingsOf<SecretCommand> => ({
  "change-password": {
    write: ({ password }) =>
      call("SetVariables", { setVariableData: [{ ...PASSWORD, attributeValue: password }] }),
    read: (answer) => {
      const [result = {}] = listAt(answer, "setVariableResult");
      return outcomeOf({ status: result["attributeStatus"], statusInfo: result["attributeStatusInfo"] }, [
        "RebootRequired",
      ]);
    },
  },
  "raise-profile": {
    write: () => cannot("2.x rises by a network profile that stands first"),
  },
  "hand-certificate": {
    write: ({ chain, requestId }) =>
      call("CertificateSigned", {
        certificateChain: chain,
        certificateType: "ChargingStationCertificate",
        // Only 2.1 numbers its requests.
        ...(requestId === null || version === "2.0.1" ? {} : { requestId }),
      }),
  },
});
