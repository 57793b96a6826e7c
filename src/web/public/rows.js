import { ApiError, chargeNow } from "./api.js";
import { el, morph, setAttribute, setText } from "./dom.js";
import { duration, kwh, number, signedKw, when } from "./format.js";
import { t, tOr } from "./i18n.js";
import { reasonSentence } from "./reasons.js";

/** One row per EVSE, changed in place so that focus and what is being read stay where they are. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {"charging" | "discharging" | "waiting" | "done" | "occupied" | "free" | "reserved" | "unavailable" | "faulted" | "offline" | "unknown"} RowState */
/** @typedef {"station" | "state" | "power" | "energy" | "deadline" | "soc" | "reason" | "action"} Column */

/** @type {readonly Column[]} */
const COLUMNS = ["station", "state", "power", "energy", "deadline", "soc", "reason", "action"];
/** @type {readonly RowState[]} */
const STATES = [
  "charging",
  "discharging",
  "waiting",
  "done",
  "occupied",
  "free",
  "reserved",
  "unavailable",
  "faulted",
  "offline",
  "unknown",
];
/** Below this a meter shows noise, not charging. */
const IDLE_KW = 0.05;
const DONE_KWH = 0.05;
/** A plan that differs by less is what is measured. */
const SAME_KW = 0.15;
const RESULT_SHOWN_MS = 10_000;

/** @type {Readonly<Record<StationRow["status"], RowState>>} */
const WITHOUT_SESSION = {
  Available: "free",
  Occupied: "occupied",
  Reserved: "reserved",
  Unavailable: "unavailable",
  Faulted: "faulted",
  Unknown: "unknown",
};

/** @param {StationRow} row @returns {RowState} */
export const stateOf = (row) => {
  if (!row.connected) return "offline";
  if (row.status === "Faulted") return "faulted";
  if (row.session === null) return WITHOUT_SESSION[row.status];
  if (row.powerKw !== null && row.powerKw > IDLE_KW) return "charging";
  if (row.powerKw !== null && row.powerKw < -IDLE_KW) return "discharging";
  return row.session.energyToGoKwh <= DONE_KWH ? "done" : "waiting";
};

/** @param {StationRow} row */
const keyOf = (row) => `${row.stationId}#${row.evseId}`;

/**
 * @typedef {object} RowNodes
 * @property {HTMLTableRowElement} tr
 * @property {Record<Column, HTMLTableCellElement>} cells
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} result
 * @property {StationRow} row
 * @property {boolean} busy
 */

/** @type {Map<string, RowNodes>} */
const known = new Map();
/** @type {RowState | null} */
let filter = null;

/** @param {Column} name */
const cellOf = (name) =>
  name === "station"
    ? el("th", { class: name, role: "rowheader", scope: "row" })
    : el("td", { class: name, role: "cell" });

/** @returns {RowNodes["cells"]} */
const createCells = () => ({
  station: cellOf("station"),
  state: cellOf("state"),
  power: cellOf("power"),
  energy: cellOf("energy"),
  deadline: cellOf("deadline"),
  soc: cellOf("soc"),
  reason: cellOf("reason"),
  action: cellOf("action"),
});

/** @param {StationRow} row @returns {RowNodes} */
const createRow = (row) => {
  const button = el("button", { type: "button", class: "act" });
  const result = el("p", { class: "result", role: "status" });
  const cells = createCells();
  cells.action.append(button, result);
  const tr = el("tr", { role: "row" }, ...COLUMNS.map((name) => cells[name]));
  const nodes = { tr, cells, button, result, row, busy: false };
  button.addEventListener("click", () => void toggle(nodes));
  return nodes;
};

/** @param {RowNodes} nodes @param {string} text @param {boolean} failed */
const showResult = (nodes, text, failed) => {
  setText(nodes.result, text);
  nodes.result.classList.toggle("error", failed);
  if (failed || text === "") return;
  setTimeout(() => {
    if (nodes.result.textContent === text) setText(nodes.result, "");
  }, RESULT_SHOWN_MS);
};

/** @param {unknown} error */
const whyOf = (error) =>
  error instanceof ApiError ? tOr(`error.${error.code}`, error.message) : String(error);

/** @param {RowNodes} nodes */
const toggle = async (nodes) => {
  const { session } = nodes.row;
  if (session === null || nodes.busy) return;
  nodes.busy = true;
  updateButton(nodes);
  showResult(nodes, t("action.sending"), false);
  try {
    const changed = await chargeNow(session.id, !session.chargeNow);
    nodes.row = { ...nodes.row, session: changed };
    showResult(nodes, t(changed.chargeNow ? "action.on" : "action.off"), false);
  } catch (error) {
    showResult(nodes, t("action.failed", { why: whyOf(error) }), true);
  } finally {
    nodes.busy = false;
    updateButton(nodes);
  }
};

/** @param {RowNodes} nodes */
const updateButton = ({ button, row, busy }) => {
  const on = row.session?.chargeNow === true;
  button.hidden = row.session === null;
  setAttribute(button, "aria-disabled", String(busy));
  button.classList.toggle("on", on);
  setText(button, t(on ? "action.back-to-plan" : "action.charge-now"));
  const label = t(on ? "action.back-to-plan-label" : "action.charge-now-label", { station: row.stationId });
  setAttribute(button, "aria-label", label);
};

/** @param {StationRow} row */
const stateCell = (row) => {
  const state = stateOf(row);
  const dot = el("span", { class: `dot ${state}`, "aria-hidden": "true" });
  const text = el("span", {}, t(`state.${state}`));
  const off = row.following ? [] : [el("span", { class: "badge warn" }, t("rows.not-following"))];
  return [el("span", { class: "status" }, dot, text), ...off];
};

/** @param {StationRow} row */
const powerCell = ({ powerKw, plannedKw }) => [
  el("span", { class: "value" }, powerKw === null ? t("rows.none") : signedKw(powerKw)),
  ...(plannedKw === null || (powerKw !== null && Math.abs(plannedKw - powerKw) < SAME_KW)
    ? []
    : [el("small", {}, t("rows.planned", { power: signedKw(plannedKw) }))]),
];

/** @param {StationRow} row */
const energyCell = ({ session }) => {
  if (session === null) return [t("rows.none")];
  const { energyNeedKwh: need, energyToGoKwh: toGo } = session;
  return [
    el("span", { class: "value" }, kwh(toGo)),
    el("small", {}, t("rows.to-go", { need: kwh(need) })),
    el("progress", { max: Math.max(need, DONE_KWH), value: Math.max(0, need - toGo), "aria-hidden": "true" }),
  ];
};

/** @param {StationRow} row @param {SiteLive} live */
const deadlineCell = ({ session }, live) => {
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
const stationCell = (row) => [
  el("span", { class: "value" }, row.evseId === 1 ? row.stationId : `${row.stationId}·${row.evseId}`),
  el("small", {}, row.version === null ? t("rows.none") : t("rows.ocpp", { version: row.version })),
];

/** @param {RowNodes} nodes @param {StationRow} row @param {SiteLive} live */
const updateRow = (nodes, row, live) => {
  const { cells, tr } = nodes;
  nodes.row = row;
  setAttribute(tr, "data-state", stateOf(row));
  for (const name of COLUMNS) setAttribute(cells[name], "data-label", t(`rows.${name}`));
  morph(cells.station, ...stationCell(row));
  morph(cells.state, ...stateCell(row));
  morph(cells.power, ...powerCell(row));
  morph(cells.energy, ...energyCell(row));
  morph(cells.deadline, ...deadlineCell(row, live));
  const soc = row.session?.socPercent ?? null;
  morph(cells.soc, soc === null ? t("rows.none") : `${number(soc, 0)} %`);
  morph(cells.reason, reasonSentence(row.reason, live));
  setAttribute(tr, "data-soc", soc === null ? "unknown" : "known");
  updateButton(nodes);
};

/** @param {HTMLElement} head */
const renderHead = (head) =>
  morph(
    head,
    ...COLUMNS.map((name) =>
      el("th", { class: name, role: "columnheader", scope: "col" }, t(`rows.${name}`)),
    ),
  );

/** @param {RowState | null} state @param {number} total */
const chip = (state, total) =>
  el(
    "button",
    { type: "button", "aria-pressed": String(filter === state), "data-filter": state ?? "all" },
    state === null ? null : el("span", { class: `dot ${state}`, "aria-hidden": "true" }),
    el("span", {}, t(state === null ? "rows.all" : `state.${state}`)),
    el("b", {}, String(total)),
  );

/** @param {HTMLElement} host @param {readonly StationRow[]} rows */
const renderFilter = (host, rows) => {
  const count = (/** @type {RowState} */ state) => rows.filter((row) => stateOf(row) === state).length;
  const present = STATES.filter((state) => state === filter || count(state) > 0);
  morph(host, chip(null, rows.length), ...present.map((state) => chip(state, count(state))));
};

/**
 * Lets the chips choose which rows are shown.
 * @param {HTMLElement} host
 * @param {() => void} changed
 */
export const onFilter = (host, changed) =>
  host.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest("[data-filter]") : null;
    if (pressed === null) return;
    const chosen = STATES.find((state) => state === pressed.getAttribute("data-filter")) ?? null;
    filter = filter === chosen ? null : chosen;
    changed();
  });

/**
 * @param {{head: HTMLElement, body: HTMLElement, filter: HTMLElement, empty: HTMLElement}} hosts
 * @param {SiteLive} live
 */
export const renderRows = (hosts, live) => {
  renderHead(hosts.head);
  renderFilter(hosts.filter, live.rows);
  const keys = new Set(live.rows.map(keyOf));
  for (const [key, nodes] of known) {
    if (keys.has(key)) continue;
    nodes.tr.remove();
    known.delete(key);
  }
  let shown = 0;
  for (const row of live.rows) {
    const nodes = known.get(keyOf(row)) ?? createRow(row);
    known.set(keyOf(row), nodes);
    updateRow(nodes, row, live);
    nodes.tr.hidden = filter !== null && stateOf(row) !== filter;
    if (!nodes.tr.hidden) shown++;
    if (!nodes.tr.isConnected) hosts.body.append(nodes.tr);
  }
  hosts.empty.hidden = shown > 0;
};
