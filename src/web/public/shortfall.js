import { kw, kwh } from "./format.js";
import { t } from "./i18n.js";
import { eventName } from "./reasons.js";

/** @typedef {import("../../domain/plan.js").ShortfallCause} ShortfallCause */
/** @typedef {import("../../domain/views.js").SessionView} SessionView */
/** @typedef {import("./reasons.js").ReasonSite} ReasonSite */

/** @param {ShortfallCause} cause @param {ReasonSite} site @returns {string} */
const clash = (cause, site) => {
  switch (cause.key) {
    case "battery-tapers":
      return t("shortfall.battery-tapers");
    case "battery-too-small":
      return t("shortfall.battery-too-small", { capacity: kwh(cause.capacityKwh) });
    case "stay-too-short":
      return cause.besides === undefined
        ? t("shortfall.stay-too-short", { power: kw(cause.maxChargeKw) })
        : t("shortfall.stay-and-more", {
            power: kw(cause.maxChargeKw),
            energy: kwh(cause.besides.kwh),
            why: clash(cause.besides.cause, site),
          });
    case "limited-from-outside":
      return t("shortfall.limited-from-outside", { station: cause.stationId });
    case "limited-by-car":
      return t("shortfall.limited-by-car");
    case "limits":
      return cause.eventId === null
        ? t("shortfall.limits", { node: cause.nodeId })
        : t("shortfall.event", { node: cause.nodeId, event: eventName(cause.eventId, site) });
    case "pile-taken":
      return t("shortfall.pile-taken", { node: cause.nodeId });
    case "not-planned":
      return t("shortfall.not-planned");
    default:
      return unknownCause(cause);
  }
};

/** A server newer than this page may say more than we know. @param {never} cause */
const unknownCause = (cause) => JSON.stringify(cause);

/**
 * What will be missing at departure and why, as a sentence; null: nothing.
 * @param {SessionView | null} session @param {ReasonSite} site
 */
export const shortfallSentence = (session, site) =>
  session === null || session.shortfallCause === null
    ? null
    : t("shortfall.missing", {
        energy: kwh(session.shortfallKwh),
        why: clash(session.shortfallCause, site),
      });
