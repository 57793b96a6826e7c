import { el, morph } from "./dom.js";
import {
  ago,
  duration,
  kw,
  kwh,
  money,
  number,
  percent,
  scientific,
  signedKw,
  signedPercent,
  when,
} from "./format.js";
import { t } from "./i18n.js";
import { isLastKnown } from "./row-state.js";

/** The numbers at the top: import against the limit, savings, energy, plan. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("./dom.js").Child} Child */

/** Energy below this is nothing yet. */
const SOME_KWH = 0.005;
/** An extra cost below this reads as nothing. */
const SOME_MONEY = 0.005;
/** A gap below this is the tolerance of the solvers. */
const GAP_OF_EXACT = 1e-6;

/**
 * @param {string} title
 * @param {string} kind
 * @param {...Child} children
 */
const card = (title, kind, ...children) =>
  el("article", { class: `card figure ${kind}` }, el("h2", {}, title), ...children);

/** @param {string} value @param {string} [unit] */
const big = (value, unit) =>
  el("p", { class: "big" }, el("span", {}, value), unit === undefined ? null : el("small", {}, ` ${unit}`));

/** @param {string} name @param {string} value @param {string} [kind] */
const pair = (name, value, kind = "") => el("div", { class: kind }, el("dt", {}, name), el("dd", {}, value));

/** @param {number} value @param {number} limit */
const gauge = (value, limit) => {
  const node = el("meter", {
    min: 0,
    max: limit,
    value: Math.min(Math.max(value, 0), limit),
    class: value > limit ? "over" : value > 0.9 * limit ? "near" : "",
    "aria-label": t("import.gauge", { value: kw(value), limit: kw(limit) }),
  });
  return node;
};

/** @param {SiteLive} live */
const meterAge = ({ measured, nowMs }) => {
  if (measured === null) return el("p", { class: "note warn" }, t("import.never"));
  const age = ago(nowMs - measured.atMs);
  return measured.stale
    ? el("p", { class: "note warn" }, t("import.stale", { age }))
    : el("p", { class: "note" }, t("import.measured", { age }));
};

/** The part of the cars' power that is not of now. @param {SiteLive} live */
const carsLastKnown = ({ rows }) => {
  const old = rows.filter((row) => row.session !== null && isLastKnown(row));
  const kwOld = old.reduce((total, { powerKw }) => total + (powerKw ?? 0), 0);
  return old.every(({ powerKw }) => powerKw === 0)
    ? null
    : pair(t("import.cars-old"), signedKw(kwOld), "warn");
};

/** @param {SiteLive} live */
const importCard = (live) => {
  const { measured, limitKw, evKw } = live;
  const room = measured === null || limitKw === null ? null : limitKw - measured.importKw;
  const over = room !== null && room < 0;
  return card(
    t("import.title"),
    "import",
    measured === null ? big("–", "kW") : big(number(measured.importKw), "kW"),
    measured === null || limitKw === null ? null : gauge(measured.importKw, limitKw),
    el(
      "dl",
      {},
      pair(t("import.limit"), limitKw === null ? t("import.no-limit") : kw(limitKw), "limit"),
      pair(
        over ? t("import.over") : t("import.headroom"),
        room === null ? "–" : kw(Math.abs(room)),
        over ? "warn" : "",
      ),
      pair(t("import.cars"), signedKw(evKw)),
      carsLastKnown(live),
    ),
    meterAge(live),
  );
};

/** What is counted, is counted since the server started. @param {SiteLive} live */
const since = (live) =>
  el("p", { class: "note" }, t("savings.since", { time: when(live.savings.sinceMs, live) }));

/** @param {SiteLive} live */
const savingsCard = (live) => {
  const { savings } = live;
  const { saved, currency, actualCost, uncontrolledCost } = savings;
  const nothing = savings.deliveredKwh < SOME_KWH && savings.dischargedKwh < SOME_KWH;
  const share = uncontrolledCost > 0 ? signedPercent(-saved / uncontrolledCost) : "–";
  const meaning = t("savings.meaning", {
    actual: money(actualCost, currency),
    uncontrolled: money(uncontrolledCost, currency),
    share,
  });
  const title = saved < -SOME_MONEY ? t("savings.extra") : t("savings.title");
  return card(
    title,
    "savings",
    big(money(Math.abs(saved), currency)),
    el("p", { class: "note" }, nothing ? t("savings.none") : meaning),
    since(live),
  );
};

/** @param {SiteLive} live */
const energyCard = (live) =>
  card(
    t("energy.title"),
    "energy",
    big(number(live.savings.deliveredKwh), "kWh"),
    el("p", { class: "note" }, t("energy.delivered")),
    el(
      "p",
      { class: "second" },
      el("strong", {}, kwh(live.savings.dischargedKwh)),
      ` ${t("energy.discharged")}`,
    ),
    since(live),
  );

/** @param {NonNullable<SiteLive["plan"]>} plan */
const proofText = ({ certificate }) => {
  const gap = certificate?.sent.gap ?? null;
  if (gap === null) return t("plan.no-gap");
  return gap <= GAP_OF_EXACT ? t("plan.exact") : t("plan.gap", { gap: percent(gap) });
};

/** @param {SiteLive} live */
const planCard = ({ plan, nowMs }) => {
  if (plan === null)
    return card(t("plan.title"), "plan", big(t("plan.none")), el("p", { class: "note" }, t("plan.none-why")));
  const age = ago(nowMs - plan.plannedMs);
  const made =
    plan.solver === null
      ? t("plan.made-unknown", { age })
      : t("plan.made", { age, solver: plan.solver, time: solveTime(plan.solveMs) });
  const { certificate } = plan;
  return card(
    t("plan.title"),
    `plan ${plan.status}`,
    big(t(`plan.status.${plan.status}`)),
    el("p", { class: "note" }, t(`plan.why.${plan.status}`)),
    certificate === null
      ? null
      : el(
          "p",
          { class: "second" },
          el("strong", {}, proofText(plan)),
          ` · ${t("plan.violation", { value: scientific(certificate.sent.maxViolation) })}`,
        ),
    el("p", { class: "note" }, made),
    notes(plan.notes),
  );
};

/** @param {number} solveMs */
const solveTime = (solveMs) => (solveMs < 1000 ? `${Math.round(solveMs)} ms` : duration(solveMs));

/** @param {readonly string[]} list */
const notes = (list) =>
  list.length === 0
    ? null
    : el(
        "details",
        {},
        el("summary", {}, t("plan.notes", { count: list.length })),
        el("ul", {}, ...list.map((note) => el("li", {}, note))),
      );

/** @param {HTMLElement} host @param {SiteLive} live */
export const renderSummary = (host, live) =>
  morph(host, importCard(live), savingsCard(live), energyCard(live), planCard(live));
