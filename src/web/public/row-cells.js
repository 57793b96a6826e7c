import { el } from "./dom.js";
import { ago, duration, kwh, percent, signedKw, when } from "./format.js";
import { t } from "./i18n.js";
import { reasonSentence } from "./reasons.js";
import { DONE_KWH, isLastKnown, stateOf } from "./row-state.js";
import { shortfallSentence } from "./shortfall.js";

/** What stands in each cell of a row; the cell with the buttons is made in row.js. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {import("./dom.js").Child} Child */

/** A plan that differs by less is what is measured. */
const SAME_KW = 0.15;

/** @param {StationRow} row */
const station = (row) => [
  el("span", { class: "value" }, row.evseId === 1 ? row.stationId : `${row.stationId}·${row.evseId}`),
  el("small", {}, row.version === null ? t("rows.none") : t("rows.ocpp", { version: row.version })),
];

/** @param {StationRow} row */
const state = (row) => {
  const name = stateOf(row);
  const dot = el("span", { class: `dot ${name}`, "aria-hidden": "true" });
  const text = el("span", {}, t(`state.${name}`));
  const off = row.following ? [] : [el("span", { class: "badge warn" }, t("rows.not-following"))];
  return [el("span", { class: "status" }, dot, text), ...off];
};

/** @param {StationRow} row @param {SiteLive} live */
const lastKnown = ({ powerAtMs }, { nowMs }) =>
  powerAtMs === null ? t("rows.last-known") : t("rows.last-known-at", { age: ago(nowMs - powerAtMs) });

/** @param {StationRow} row @param {SiteLive} live */
const power = (row, live) => [
  el("span", { class: "value" }, row.powerKw === null ? t("rows.none") : signedKw(row.powerKw)),
  isLastKnown(row) ? el("small", { class: "warn" }, lastKnown(row, live)) : null,
  planned(row),
];

/** @param {StationRow} row */
const planned = ({ powerKw, plannedKw }) =>
  plannedKw === null || (powerKw !== null && Math.abs(plannedKw - powerKw) < SAME_KW)
    ? null
    : el("small", {}, t("rows.planned", { power: signedKw(plannedKw) }));

/** @param {StationRow} row */
const energy = ({ session }) => {
  if (session === null) return [t("rows.none")];
  const { energyNeedKwh: need, energyToGoKwh: toGo, deliveredKwh } = session;
  // A car that gave back more than it took has more to go than was wanted of it.
  const small =
    deliveredKwh < -DONE_KWH
      ? t("rows.to-go-lent", { need: kwh(need), lent: kwh(-deliveredKwh) })
      : t("rows.to-go", { need: kwh(need) });
  return [
    el("span", { class: "value" }, kwh(toGo)),
    el("small", {}, small),
    el("progress", { max: Math.max(need, DONE_KWH), value: Math.max(0, need - toGo), "aria-hidden": "true" }),
  ];
};

/** @param {StationRow} row @param {SiteLive} live */
const deadline = ({ session }, live) => {
  if (session === null) return [t("rows.none")];
  const source =
    session.preferenceSource === "site-default" ? [el("small", {}, t("rows.default-preference"))] : [];
  if (session.departureMs === null)
    return [el("span", { class: "value" }, t("rows.open-departure")), ...source];
  const leftMs = session.departureMs - live.nowMs;
  return [
    el("span", { class: "value" }, when(session.departureMs, live)),
    el("small", {}, leftMs > 0 ? t("time.in", { duration: duration(leftMs) }) : t("time.passed")),
    ...source,
  ];
};

/** @param {StationRow} row */
const soc = ({ session }) => {
  const percentNow = session?.socPercent ?? null;
  return [
    percentNow === null ? t("rows.none") : percent(percentNow / 100),
    session?.preference.dischargeAllowed ? el("small", {}, t("rows.lends")) : null,
  ];
};

/** @param {StationRow} row @param {SiteLive} live */
const reason = ({ reason: why, session }, live) => {
  const missing = shortfallSentence(session, live);
  return [
    reasonSentence(why, live),
    missing === null ? null : el("small", { class: "warn missing" }, `⚠ ${missing}`),
  ];
};

/** @type {Readonly<Record<import("./row.js").Shown, (row: StationRow, live: SiteLive) => Child[]>>} */
export const CELLS = {
  station,
  state,
  power,
  energy,
  deadline,
  soc,
  reason,
};
