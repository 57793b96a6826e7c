import { kw, kwh, money, number, perKwh, when } from "./format.js";
import { t, tOr } from "./i18n.js";

/** @typedef {import("../../domain/reason.js").Reason} Reason */
/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {Pick<SiteLive, "nowMs" | "timeZone" | "currency" | "events">} ReasonSite */

/** @typedef {import("./i18n.js").Values} Values */
/** @typedef {keyof typeof PLAIN} PricedKey */

/** A price below this is written as 0.000 and says nothing. */
const LEAST_PRICE = 0.0005;

/** The same sentences without a price. */
const PLAIN = /** @type {const} */ ({
  "reason.node-full": "reason.node-full-plain",
  "reason.phase-full": "reason.phase-full-plain",
  "reason.voltage-low": "reason.voltage-low-plain",
  "reason.held-for-failsafe": "reason.held-for-failsafe-plain",
  "reason.demand-response-event": "reason.demand-response-event-plain",
});

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
  /** With its price where that is more than nothing. */
  const priced = (
    /** @type {PricedKey} */ key,
    /** @type {number | null} */ perUnit,
    /** @type {Values} */ values,
  ) =>
    perUnit === null || Math.abs(perUnit) < LEAST_PRICE
      ? t(PLAIN[key], values)
      : t(key, { ...values, price: price(perUnit) });
  switch (reason.key) {
    case "charging":
      return t("reason.charging", { price: price(reason.pricePerKwh) });
    case "waiting-for-cheaper-slot":
      return t("reason.waiting-for-cheaper-slot", {
        time: when(reason.untilMs, site),
        saving: price(reason.savingPerKwh),
      });
    case "waiting-for-cleaner-slot":
      return t("reason.waiting-for-cleaner-slot", {
        time: when(reason.untilMs, site),
        saving: `${number(reason.savingKgPerKwh, 3)} kg CO₂/kWh`,
      });
    case "charging-later":
      return t("reason.charging-later", { time: when(reason.untilMs, site) });
    case "node-full":
      return priced("reason.node-full", reason.shadowPricePerKwh, { node: reason.nodeId });
    case "phase-full":
      return priced("reason.phase-full", reason.shadowPricePerKwh, {
        node: reason.nodeId,
        phase: reason.phase,
      });
    case "voltage-low":
      return priced("reason.voltage-low", reason.shadowPricePerKwh, { node: reason.nodeId });
    case "waiting-for-pile":
      return t("reason.waiting-for-pile", { node: reason.nodeId });
    case "held-for-swap":
      return t("reason.held-for-swap", { time: when(reason.untilMs, site) });
    case "held-for-failsafe":
      return priced("reason.held-for-failsafe", reason.shadowPricePerKwh, { node: reason.nodeId });
    case "demand-response-event":
      return priced("reason.demand-response-event", reason.shadowPricePerKwh, {
        event: eventName(reason.eventId, site),
      });
    case "peak-held":
      return t("reason.peak-held", {
        meter: reason.meteringPointId,
        power: kw(reason.peakKw),
        price: `${money(reason.pricePerKw, site.currency)}/kW`,
      });
    case "limit-cannot-be-kept":
      return reason.eventId === null
        ? t("reason.limit-cannot-be-kept", { node: reason.nodeId, power: kw(reason.overKw) })
        : t("reason.event-cannot-be-kept", {
            node: reason.nodeId,
            power: kw(reason.overKw),
            event: eventName(reason.eventId, site),
          });
    case "dearer-than-shortfall":
      return reason.pricePerKwh === null || reason.worthPerKwh === null
        ? t("reason.weighs-more-than-shortfall")
        : t("reason.dearer-than-shortfall", {
            price: price(reason.pricePerKwh),
            worth: price(reason.worthPerKwh),
          });
    case "target-reached":
      return t("reason.target-reached");
    case "below-reserve-charging-first":
      return t("reason.below-reserve-charging-first", { energy: kwh(reason.reserveKwh) });
    case "selling":
      return t("reason.selling", { price: price(reason.pricePerKwh), wear: price(reason.wearPerKwh) });
    case "driver-chose-fast":
      return t("reason.driver-chose-fast");
    case "emergency-use":
      return t("reason.emergency-use");
    case "minimum-current":
      return t("reason.minimum-current", { power: kw(reason.minChargeKw) });
    case "station-offline":
      return t("reason.station-offline");
    case "station-not-following":
      return t("reason.station-not-following");
    case "not-authorized":
      return t("reason.not-authorized");
    case "price-not-accepted":
      return t("reason.price-not-accepted");
    case "not-booked":
      return t("reason.not-booked");
    case "limited-from-outside":
      return t("reason.limited-from-outside");
    case "limited-by-car":
      return t("reason.limited-by-car");
    case "evse-not-configured":
      return t("reason.evse-not-configured");
    case "rule":
      return t("reason.rule", { rule: ruleName(reason.rule) });
    case "not-plugged-in":
      return t("reason.not-plugged-in");
    case "reserved":
      return t(`reason.reserved-${reason.heldFor}`, { time: when(reason.untilMs, site) });
    case "past-departure":
      return t("reason.past-departure");
    case "session-over":
      return t("reason.session-over");
    case "no-session":
      return t("reason.no-session");
    default:
      return unknownReason(reason);
  }
};

/** A server newer than this page may say more than we know. @param {never} reason */
const unknownReason = (reason) => JSON.stringify(reason);
