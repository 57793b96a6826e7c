import { kw, kwh, perKwh, when } from "./format.js";
import { t, tOr } from "./i18n.js";

/** @typedef {import("../../domain/plan.js").Reason} Reason */
/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {Pick<SiteLive, "nowMs" | "timeZone" | "currency" | "events">} ReasonSite */

/** The name that people know an event by. @param {string} id @param {ReasonSite} site */
export const eventName = (id, site) =>
  site.events.find((event) => event.id === id)?.name ?? t("events.unnamed", { id });

/** @param {string} rule */
const ruleName = (rule) => tOr(`rule.${rule.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`, rule);

/**
 * Why a car does what it does, as a sentence. The type checker sees to it that every key of `Reason`
 * has one.
 * @param {Reason} reason
 * @param {ReasonSite} site
 * @returns {string}
 */
export const reasonSentence = (reason, site) => {
  const price = (/** @type {number} */ perUnit) => perKwh(perUnit, site.currency);
  switch (reason.key) {
    case "charging":
      return t("reason.charging", { price: price(reason.pricePerKwh) });
    case "waiting-for-cheaper-slot":
      return t("reason.waiting-for-cheaper-slot", {
        time: when(reason.untilMs, site),
        saving: price(reason.savingPerKwh),
      });
    case "node-full":
      return t("reason.node-full", { node: reason.nodeId, price: price(reason.shadowPricePerKwh) });
    case "held-for-failsafe":
      return t("reason.held-for-failsafe", { node: reason.nodeId, price: price(reason.shadowPricePerKwh) });
    case "demand-response-event":
      return t("reason.demand-response-event", {
        event: eventName(reason.eventId, site),
        price: price(reason.shadowPricePerKwh),
      });
    case "target-reached":
      return t("reason.target-reached", { energy: kwh(reason.targetKwh) });
    case "below-reserve-charging-first":
      return t("reason.below-reserve-charging-first", { energy: kwh(reason.reserveKwh) });
    case "selling":
      return t("reason.selling", { price: price(reason.pricePerKwh), wear: price(reason.wearPerKwh) });
    case "driver-chose-fast":
      return t("reason.driver-chose-fast");
    case "minimum-current":
      return t("reason.minimum-current", { power: kw(reason.minChargeKw) });
    case "station-offline":
      return t("reason.station-offline");
    case "station-not-following":
      return t("reason.station-not-following");
    case "rule":
      return t("reason.rule", { rule: ruleName(reason.rule) });
    case "not-plugged-in":
      return t("reason.not-plugged-in");
    default:
      return unknownReason(reason);
  }
};

/** A server newer than this page may say more than we know. @param {never} reason */
const unknownReason = (reason) => JSON.stringify(reason);
