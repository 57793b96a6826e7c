import { el, morph, setText } from "./dom.js";
import { t } from "./i18n.js";
import { COLUMNS, createRow, updateRow } from "./row.js";
import { STATES, stateOf } from "./row-state.js";

/** The table of stations, one row per EVSE, and the chips that choose which are shown. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {import("./row-state.js").RowState} RowState */
/** @typedef {import("./row.js").RowNodes} RowNodes */
/**
 * @typedef {object} RowHosts
 * @property {HTMLElement} head
 * @property {HTMLElement} body
 * @property {HTMLElement} filter
 * @property {HTMLElement} empty shown when no row is
 * @property {HTMLElement} lookOnly shown to who may change nothing
 */

/** @param {StationRow} row */
const keyOf = (row) => `${row.stationId}#${row.evseId}`;

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

/** @param {RowState | null} state @param {{total: number, pressed: boolean}} chip */
const chip = (state, { total, pressed }) =>
  el(
    "button",
    { type: "button", "aria-pressed": String(pressed), "data-filter": state ?? "all" },
    state === null ? null : el("span", { class: `dot ${state}`, "aria-hidden": "true" }),
    el("span", {}, t(state === null ? "rows.all" : `state.${state}`)),
    el("b", {}, String(total)),
  );

/** @param {HTMLElement} host @param {readonly StationRow[]} rows @param {RowState | null} filter */
const renderFilter = (host, rows, filter) => {
  const count = (/** @type {RowState} */ state) => rows.filter((row) => stateOf(row) === state).length;
  const present = STATES.filter((state) => state === filter || count(state) > 0);
  const all = chip(null, { total: rows.length, pressed: filter === null });
  morph(
    host,
    all,
    ...present.map((state) => chip(state, { total: count(state), pressed: filter === state })),
  );
};

/**
 * @param {RowHosts} hosts
 * @param {(row: StationRow) => void} openWish
 */
export const createRows = (hosts, openWish) => {
  /** @type {Map<string, RowNodes>} */
  const known = new Map();
  /** @type {RowState | null} */
  let filter = null;
  /** @type {{live: SiteLive, mayOperate: boolean} | null} */
  let last = null;

  /** @param {ReadonlySet<string>} keys of the rows there are */
  const dropRowsBut = (keys) => {
    for (const [key, nodes] of known) {
      if (keys.has(key)) continue;
      nodes.tr.remove();
      known.delete(key);
    }
  };

  /** @param {StationRow} row @param {SiteLive} live @param {boolean} mayOperate */
  const renderRow = (row, live, mayOperate) => {
    const nodes = known.get(keyOf(row)) ?? createRow(row, openWish);
    known.set(keyOf(row), nodes);
    updateRow(nodes, row, live);
    nodes.cells.action.hidden = !mayOperate;
    nodes.tr.hidden = filter !== null && stateOf(row) !== filter;
    if (!nodes.tr.isConnected) hosts.body.append(nodes.tr);
  };

  /** @param {SiteLive} live @param {boolean} mayOperate */
  const render = (live, mayOperate) => {
    last = { live, mayOperate };
    renderHead(hosts.head, mayOperate);
    renderFilter(hosts.filter, live.rows, filter);
    dropRowsBut(new Set(live.rows.map(keyOf)));
    for (const row of live.rows) renderRow(row, live, mayOperate);
    hosts.lookOnly.hidden = mayOperate;
    hosts.empty.hidden = [...known.values()].some(({ tr }) => !tr.hidden);
    setText(hosts.empty, t(live.rows.length === 0 ? "rows.no-stations" : "rows.empty"));
  };

  hosts.filter.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element ? event.target.closest("[data-filter]") : null;
    if (pressed === null) return;
    const chosen = STATES.find((state) => state === pressed.getAttribute("data-filter")) ?? null;
    filter = filter === chosen ? null : chosen;
    if (last !== null) render(last.live, last.mayOperate);
  });

  return { render };
};
