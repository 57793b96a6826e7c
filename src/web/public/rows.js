import { chargeNow, whyOf } from "./api.js";
import { el, morph, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { CELLS } from "./row-cells.js";
import { STATES, stateOf } from "./row-state.js";

/** One row per EVSE, changed in place so that focus and what is being read stay where they are. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {import("./row-state.js").RowState} RowState */
/** @typedef {typeof SHOWN[number]} Shown */
/** @typedef {Shown | "action"} Column */

const SHOWN = /** @type {const} */ (["station", "state", "power", "energy", "deadline", "soc", "reason"]);
/** @type {readonly Column[]} */
const COLUMNS = [...SHOWN, "action"];
const RESULT_SHOWN_MS = 10_000;

/** @param {StationRow} row */
const keyOf = (row) => `${row.stationId}#${row.evseId}`;

/**
 * @typedef {object} RowNodes
 * @property {HTMLTableRowElement} tr
 * @property {Record<Column, HTMLTableCellElement>} cells
 * @property {HTMLButtonElement} button
 * @property {HTMLButtonElement} wish
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

/** @param {StationRow} row @param {(row: StationRow) => void} openWish @returns {RowNodes} */
const createRow = (row, openWish) => {
  const button = el("button", { type: "button", class: "act" });
  const wish = el("button", { type: "button", class: "act" });
  const result = el("p", { class: "result", role: "status" });
  const cells = createCells();
  cells.action.append(button, wish, result);
  const tr = el("tr", { role: "row" }, ...COLUMNS.map((name) => cells[name]));
  const nodes = { tr, cells, button, wish, result, row, busy: false };
  button.addEventListener("click", () => void toggle(nodes));
  wish.addEventListener("click", () => openWish(nodes.row));
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

/** @param {RowNodes} nodes */
const toggle = async (nodes) => {
  const { session } = nodes.row;
  if (session === null || nodes.busy) return;
  nodes.busy = true;
  updateButtons(nodes);
  showResult(nodes, t("action.sending"), false);
  try {
    const changed = await chargeNow(session.id, !session.chargeNow);
    nodes.row = { ...nodes.row, session: changed };
    showResult(nodes, t(changed.chargeNow ? "action.on" : "action.off"), false);
  } catch (error) {
    showResult(nodes, t("action.failed", { why: whyOf(error) }), true);
  } finally {
    nodes.busy = false;
    updateButtons(nodes);
  }
};

/** @param {RowNodes} nodes */
const updateButtons = ({ button, wish, row, busy }) => {
  const { session, stationId: station } = row;
  const on = session?.chargeNow === true;
  button.hidden = session === null;
  wish.hidden = session === null;
  setAttribute(button, "aria-disabled", String(busy));
  button.classList.toggle("on", on);
  setText(button, t(on ? "action.back-to-plan" : "action.charge-now"));
  setAttribute(
    button,
    "aria-label",
    t(on ? "action.back-to-plan-label" : "action.charge-now-label", { station }),
  );
  setText(wish, t("action.wish"));
  setAttribute(wish, "aria-label", t("action.wish-label", { station }));
};

/** @param {RowNodes} nodes @param {StationRow} row @param {SiteLive} live */
const updateRow = (nodes, row, live) => {
  const { cells, tr } = nodes;
  nodes.row = row;
  setAttribute(tr, "data-state", stateOf(row));
  for (const name of COLUMNS) setAttribute(cells[name], "data-label", t(`rows.${name}`));
  for (const name of SHOWN) morph(cells[name], ...CELLS[name](row, live));
  setAttribute(tr, "data-soc", row.session?.socPercent == null ? "unknown" : "known");
  updateButtons(nodes);
};

/** @param {HTMLElement} head @param {boolean} mayOperate */
const renderHead = (head, mayOperate) =>
  morph(
    head,
    ...COLUMNS.map((name) =>
      el(
        "th",
        { class: name, role: "columnheader", scope: "col", hidden: name === "action" && !mayOperate },
        t(`rows.${name}`),
      ),
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

/** @param {ReadonlySet<string>} keys of the rows there are */
const dropRowsBut = (keys) => {
  for (const [key, nodes] of known) {
    if (keys.has(key)) continue;
    nodes.tr.remove();
    known.delete(key);
  }
};

/**
 * @typedef {object} RowHosts
 * @property {HTMLElement} head
 * @property {HTMLElement} body
 * @property {HTMLElement} filter
 * @property {HTMLElement} empty shown when no row is
 * @property {HTMLElement} lookOnly shown to who may change nothing
 */

/**
 * @param {RowHosts} hosts
 * @param {SiteLive} live
 * @param {{mayOperate: boolean, openWish: (row: StationRow) => void}} reader
 */
export const renderRows = (hosts, live, { mayOperate, openWish }) => {
  renderHead(hosts.head, mayOperate);
  renderFilter(hosts.filter, live.rows);
  dropRowsBut(new Set(live.rows.map(keyOf)));
  let shown = 0;
  for (const row of live.rows) {
    const nodes = known.get(keyOf(row)) ?? createRow(row, openWish);
    known.set(keyOf(row), nodes);
    updateRow(nodes, row, live);
    nodes.cells.action.hidden = !mayOperate;
    nodes.tr.hidden = filter !== null && stateOf(row) !== filter;
    if (!nodes.tr.hidden) shown++;
    if (!nodes.tr.isConnected) hosts.body.append(nodes.tr);
  }
  hosts.lookOnly.hidden = mayOperate;
  hosts.empty.hidden = shown > 0;
  setText(hosts.empty, t(live.rows.length === 0 ? "rows.no-stations" : "rows.empty"));
};
