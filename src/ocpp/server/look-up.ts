import type {
  CertificateStanding,
  ContractDelivery,
  ContractFinding,
  FailedCause,
} from "../../domain/plug-and-charge.js";
import type { PlugAndCharge } from "../../ports/plug-and-charge.js";
import type { Found, LookUp } from "../common/look-up.js";
import type { Desk } from "./desk.js";
import { noteOnce, type Station } from "./station.js";

type LookUpDesk = Pick<Desk, "plugAndCharge" | "log" | "track">;

/** Looks up what a station wants to know; a fault of ours is answered as whatever could not be had. */
export const lookUp = (station: Station, wish: LookUp, desk: LookUpDesk): Promise<Found> =>
  desk.track(async () => {
    const found = await ask(station.id, wish, desk.plugAndCharge);
    tell(station, found, desk);
    return found;
  }, {});

const ask = async (stationId: string, wish: LookUp, plugAndCharge: PlugAndCharge): Promise<Found> => {
  if (wish.kind === "contract") return { contract: await plugAndCharge.judge(stationId, wish.shown) };
  if (wish.kind === "delivery") return { delivery: await plugAndCharge.deliver(stationId, wish.request) };
  return { standings: await Promise.all(wish.asked.map((one) => plugAndCharge.standingOf(stationId, one))) };
};

const tell = (station: Station, { standings = [], contract, delivery }: Found, desk: LookUpDesk): void => {
  for (const standing of standings) tellStanding(station, standing, desk);
  if (contract != null) tellContract(station, contract, desk);
  if (delivery !== undefined) tellDelivery(station, delivery, desk);
};

const tellStanding = (station: Station, standing: CertificateStanding, desk: LookUpDesk): void => {
  if (standing.status === "Failed")
    tellFailure(station, standing, { desk, message: "the status of a certificate is not to be had" });
  else if (!standing.isProven)
    noteOnce(station, desk, {
      fields: { hint: "add the certificate of the authority to plugAndCharge.caFiles" },
      message: "the status of a certificate is passed on unproven: its authority is not known",
    });
};

const tellContract = (
  station: Station,
  { status, why, goodFor }: ContractFinding,
  desk: LookUpDesk,
): void => {
  if (status !== "Accepted")
    desk.log.warn({ stationId: station.id, status, why }, "a contract certificate is not accepted");
  else if (goodFor === "known" || goodFor === "none")
    noteOnce(station, desk, {
      fields: { emaidsByHashes: goodFor, hint: "add the eMAID to the id tokens" },
      message: "contracts are named by hashes alone, which do not tell whose they are",
    });
};

const tellDelivery = (station: Station, delivery: ContractDelivery, desk: LookUpDesk): void => {
  if ("cause" in delivery)
    tellFailure(station, delivery, { desk, message: "a car's contract certificate is not to be had" });
  else desk.log.info({ stationId: station.id }, "a contract certificate was delivered to a car");
};

/** What the configuration does not allow is said once per station: each of its messages would say it again. */
const tellFailure = (
  station: Station,
  { cause, why }: { readonly cause: FailedCause; readonly why: string },
  { desk, message }: { readonly desk: LookUpDesk; readonly message: string },
): void => {
  if (cause === "not-enabled") noteOnce(station, desk, { fields: { why }, message });
  else desk.log.warn({ stationId: station.id, why }, message);
};
