import { chargeNow, whyOf } from "./api.js";
import { el, morph, setAttribute, setText } from "./dom.js";
import { t } from "./i18n.js";
import { CELLS } from "./row-cells.js";
import { stateOf } from "./row-state.js";

/** The elements of one row, changed in place so that focus and what is being read stay where they are. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").StationRow} StationRow */
/** @typedef {typeof SHOWN[number]} Shown */
/** @typedef {Shown | "action"} Column */

const SHOWN = /** @type {const} */ (["station", "state", "power", "energy", "deadline", "soc", "reason"]);
/** @type {readonly Column[]} */
export const COLUMNS = [...SHOWN, "action"];
const RESULT_SHOWN_MS = 10_000;

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
export const createRow = (row, openWish) => {
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
export const updateRow = (nodes, row, live) => {
  const { cells, tr } = nodes;
  nodes.row = row;
  setAttribute(tr, "data-state", stateOf(row));
  for (const name of COLUMNS) setAttribute(cells[name], "data-label", t(`rows.${name}`));
  for (const name of SHOWN) morph(cells[name], ...CELLS[name](row, live));
  setAttribute(tr, "data-soc", row.session?.socPercent == null ? "unknown" : "known");
  updateButtons(nodes);
};
