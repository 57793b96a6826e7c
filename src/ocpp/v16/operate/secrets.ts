import type { SecretCommand } from "../../../domain/commands/secrets.js";
import { accepting, call, type SayingsOf } from "../../common/operate.js";

/** Keys of the security extension; the password goes as hexadecimal digits, as it wants. */
export const secrets: SayingsOf<SecretCommand> = {
  "change-password": {
    write: ({ password }) => call("ChangeConfiguration", { key: "AuthorizationKey", value: password }),
    read: accepting("RebootRequired"),
  },
  "raise-profile": {
    write: ({ profile }) => call("ChangeConfiguration", { key: "SecurityProfile", value: String(profile) }),
    read: accepting("RebootRequired"),
  },
  "hand-certificate": { write: ({ chain }) => call("CertificateSigned", { certificateChain: chain }) },
};
