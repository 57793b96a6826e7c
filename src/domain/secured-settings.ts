import { isAddress, namesAddress } from "./address-like.js";
import { textsIn } from "./hidden-texts.js";
import { settingWord } from "./secret-settings.js";

/**
 * Settings by which a station may be lost or given to somebody else: where it connects and as whom, whom it
 * believes, what it opens. By the standard's names; `.*` is every variable of a component.
 */
const SECURED_SETTINGS = {
  "1.6": [
    "AuthorizationKey",
    "SecurityProfile",
    "AdditionalRootCertificateCheck",
    "CpoName",
    "CertificateSignedMaxChainSize",
    "CertificateStoreMaxLength",
    "CertSigningRepeatTimes",
    "CertSigningWaitMinimum",
    "CentralContractValidationAllowed",
    "ContractValidationOffline",
    "ISO15118PnCEnabled",
    "SupportedFileTransferProtocols",
  ],
  "2.x": [
    "SecurityCtrlr.*",
    "OCPPCommCtrlr.*",
    "NetworkConfiguration.*",
    "AuthCtrlr.MasterPassGroupId",
    "ISO15118Ctrlr.CentralContractValidationAllowed",
    "ISO15118Ctrlr.ContractCertificateInstallationEnabled",
    "ISO15118Ctrlr.ContractValidationOffline",
    "ISO15118Ctrlr.CountryName",
    "ISO15118Ctrlr.OrganizationName",
    "ISO15118Ctrlr.PnCEnabled",
    "ISO15118Ctrlr.SeccId",
    "ISO15118Ctrlr.V2GCertificateInstallationEnabled",
  ],
} as const;

/** Of a secured component, and yet an operator's: how it behaves while it is connected or is not. */
const OPERATORS: ReadonlySet<string> = new Set([
  "ocppcommctrlr.heartbeatinterval",
  "ocppcommctrlr.offlinethreshold",
  "ocppcommctrlr.publickeywithsignedmetervalue",
  "ocppcommctrlr.queueallmessages",
  "ocppcommctrlr.resetretries",
  "ocppcommctrlr.unlockonevsidedisconnect",
]);

/** Makers' own words for the same, which the standard's lists cannot have; letters and digits only. */
const MAKERS = [
  /password|passwd|authorizationkey|privatekey|secret|simpin|vpn|apn|ssh(?!old)|telnet|firewall|tls|cipher|certificate|rootca/,
  /(?:central|csms|cpms|ocpp|backend|backoffice|server|proxy).*(?:url|uri|address|host|hostname|endpoint|domain|port)/,
  /(?:chargebox|chargepoint|chargingstation|ocpp)(?:id|identity|identifier)$/,
];

const STANDARD: ReadonlySet<string> = new Set(
  Object.values(SECURED_SETTINGS)
    .flat()
    .map((name) => name.toLowerCase()),
);

/** What owns a variable of 2.x, without instance and EVSE; empty where the name has no owner. */
const ownerOf = (name: string): string =>
  name.includes(".")
    ? name
        .replace(/\[[^\]]*\]/g, "")
        .replace(/[@.].*$/s, "")
        .trim()
    : "";

/**
 * Whether to write a setting takes more than to operate; in whatever version, instance, EVSE and case. A maker's
 * own may lead a station away under any name: where its value is an address it is taken for one of these.
 */
export const isSecuredSetting = ({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string;
}): boolean => isSecuredName(name) || isAddress(value);

const isSecuredName = (name: string): boolean => {
  const [owner, word] = [ownerOf(name).toLowerCase(), settingWord(name).toLowerCase()];
  const full = owner === "" ? word : `${owner}.${word}`;
  if (OPERATORS.has(full)) return false;
  if (STANDARD.has(word) || STANDARD.has(full) || STANDARD.has(`${owner}.*`)) return true;
  const letters = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return namesAddress(name) || MAKERS.some((pattern) => pattern.test(letters));
};

const NAMES = [...STANDARD, "networkconfigurationpriority"]
  .map((name) => name.replace(/\.\*$/, ""))
  .map((name) => name.replace(/^.*\./, ""));

/** What names a setting is no longer, and has no spaces. */
const NAME = /^\S{1,64}$/;

/** Whether what a maker's own message holds, in whatever of the usual wrappings, names one or is an address. */
export const holdsSecuredSetting = (data: string): boolean =>
  textsIn(data).some(
    (text) => namesSecuredSetting(text) || isAddress(text) || (NAME.test(text) && namesAddress(text)),
  );

/** Whether a text of a maker's own, that cannot be read as a setting, names one. */
export const namesSecuredSetting = (text: string): boolean => {
  const letters = text.toLowerCase().replace(/[^a-z0-9]/g, "");
  return (
    NAMES.some((name) => letters.includes(name)) ||
    MAKERS.slice(0, 2).some((pattern) => pattern.test(letters))
  );
};
