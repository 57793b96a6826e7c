import { describeCursor, renderChart, timeAt } from "./chart.js";
import { stackOf } from "./chart-data.js";
import { el, morph, setText } from "./dom.js";
import { clock, perKwh, siteKw, when } from "./format.js";
import { t } from "./i18n.js";
import { eventName } from "./reasons.js";

/** The section of the chart: events, legend with the values at the cursor, the chart, and its table. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").SitePoint} SitePoint */
/** @typedef {"near" | "all"} Range */
/**
 * @typedef {object} PowerHosts
 * @property {HTMLElement} events
 * @property {HTMLElement} readout
 * @property {HTMLElement} legend
 * @property {HTMLElement} chart
 * @property {HTMLElement} range
 * @property {HTMLDetailsElement} table
 */

const NARROW_PX = 640;
const SERIES = /** @type {const} */ ([
  "import",
  "limit",
  "uncontrolled",
  "base",
  "charging",
  "discharging",
  "pv",
  "price",
]);

/** @typedef {typeof SERIES[number]} Series */

/** @param {SitePoint} point @param {string} currency @returns {Record<Series, string>} */
const valuesOf = (point, currency) => {
  const { charging, discharging } = stackOf(point);
  return {
    import: siteKw(point.importKw),
    limit: point.limitKw === null ? "–" : siteKw(point.limitKw),
    uncontrolled: siteKw(point.uncontrolledKw),
    base: siteKw(point.baseKw),
    charging: siteKw((charging[1] ?? 0) - (charging[0] ?? 0)),
    discharging: siteKw(discharging[0] ?? 0),
    pv: siteKw(point.pvKw),
    price: point.buyPricePerKwh === null ? "–" : perKwh(point.buyPricePerKwh, currency),
  };
};

/** @param {SiteLive} live @param {number} atMs */
const pointAt = ({ past, planned }, atMs) =>
  [...past, ...planned].find((point) => atMs >= point.startMs && atMs < point.endMs);

/** @typedef {SiteLive["events"][number]} EventView */

/** @param {EventView} event @param {SiteLive} live */
const eventState = ({ state, sites }, live) =>
  t(`events.state.${state}`, { event: eventName(sites[0]?.overruledBy ?? "", live) });

/** Why parts of an event have no effect here. @param {EventView} event */
const whyIgnored = ({ sites }) =>
  sites.flatMap(({ ignored }) =>
    ignored.map(({ code, payloadType }) => t(`events.why.${code}`, { type: payloadType ?? "" })),
  );

/** @param {SiteLive} live */
const eventItems = (live) =>
  live.events.map((event) => {
    const start = when(event.startMs, live);
    const span =
      event.endMs === null
        ? t("events.open", { start })
        : t("events.span", { start, end: when(event.endMs, live) });
    return el(
      "li",
      { class: event.state },
      el("strong", {}, `⚡ ${eventName(event.id, live)}`),
      ` ${span} · ${eventState(event, live)} `,
      el("small", {}, [event.payloadTypes.join(", "), ...whyIgnored(event)].join(" · ")),
    );
  });

/** @param {SiteLive} live */
const tableOf = (live) => {
  const head = [t("chart.time", { zone: live.timeZone }), ...SERIES.map((name) => t(`chart.${name}`))];
  const row = (/** @type {SitePoint} */ point) => {
    const values = valuesOf(point, live.currency);
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, `${when(point.startMs, live)}–${clock(point.endMs, live.timeZone)}`),
      ...SERIES.map((name) => el("td", {}, values[name])),
    );
  };
  return el(
    "table",
    {},
    el("thead", {}, el("tr", {}, ...head.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...[...live.past, ...live.planned].map(row)),
  );
};

/** @param {SitePoint | undefined} point @param {string} currency */
const legendItems = (point, currency) => {
  const values = point === undefined ? null : valuesOf(point, currency);
  return SERIES.map((name) =>
    el(
      "li",
      {},
      el("i", { class: `swatch ${name}`, "aria-hidden": "true" }),
      el("span", {}, t(`chart.${name}`)),
      el("b", {}, values === null ? "–" : values[name]),
    ),
  );
};

/** @param {PowerHosts} hosts */
export const createPower = (hosts) => {
  /** @type {Range} */
  let range = hosts.chart.clientWidth < NARROW_PX && globalThis.innerWidth < NARROW_PX ? "near" : "all";
  /** @type {number | null} */
  let cursorMs = null;
  /** @type {SiteLive | null} */
  let live = null;
  /** @type {ReturnType<typeof renderChart> | null} */
  let drawing = null;

  /** @param {SiteLive} state @param {SitePoint | undefined} point */
  const readout = (state, point) => {
    if (point === undefined) return t("chart.empty");
    const { timeZone, nowMs } = state;
    const [start, end] = [when(point.startMs, state), clock(point.endMs, timeZone)];
    if (cursorMs === null) return `${t("chart.readout.now")} · ${clock(nowMs, timeZone)}`;
    return t(point.startMs < nowMs ? "chart.readout.past" : "chart.readout.planned", { start, end });
  };

  const rangeButtons = () =>
    /** @type {const} */ (["near", "all"]).map((one) =>
      el(
        "button",
        { type: "button", "data-range": one, "aria-pressed": String(range === one) },
        t(`chart.range.${one}`),
      ),
    );

  const draw = () => {
    if (live === null) return;
    drawing = renderChart(hosts.chart, live, { range, cursorMs });
    const point = pointAt(live, cursorMs ?? live.nowMs) ?? live.planned[0] ?? live.past.at(-1);
    const text = readout(live, point);
    setText(hosts.readout, text);
    morph(hosts.legend, ...legendItems(point, live.currency));
    morph(hosts.events, ...eventItems(live));
    morph(hosts.range, ...rangeButtons());
    const values = point === undefined ? "" : `${t("chart.import")} ${siteKw(point.importKw)}`;
    describeCursor(hosts.chart, drawing, cursorMs, `${text} ${values}`);
    if (hosts.table.open) morph(hosts.table.children[1] ?? hosts.table, tableOf(live));
  };

  /** @param {number | null} atMs */
  const moveTo = (atMs) => {
    cursorMs = atMs;
    draw();
  };

  /** @param {number} steps */
  const step = (steps) => {
    if (live === null || drawing === null) return;
    const { past, planned } = drawing.window;
    const points = [...past, ...planned];
    const at = cursorMs ?? live.nowMs;
    const index = points.findIndex((point) => at >= point.startMs && at < point.endMs);
    const next = points[Math.min(points.length - 1, Math.max(0, index + steps))];
    if (next !== undefined) moveTo(next.startMs);
  };

  /** @type {Readonly<Record<string, () => void>>} */
  const keys = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    PageDown: () => step(-4),
    PageUp: () => step(4),
    Home: () => step(-10_000),
    End: () => step(10_000),
    Escape: () => moveTo(null),
  };

  hosts.chart.addEventListener("pointermove", (event) => {
    if (drawing !== null) moveTo(timeAt(drawing, event.clientX - hosts.chart.getBoundingClientRect().left));
  });
  hosts.chart.addEventListener("pointerleave", () => moveTo(null));
  hosts.chart.addEventListener("blur", () => moveTo(null));
  hosts.chart.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  hosts.range.addEventListener("click", (event) => {
    const chosen = event.target instanceof Element ? event.target.getAttribute("data-range") : null;
    if (chosen === null) return;
    range = chosen === "near" ? "near" : "all";
    draw();
  });
  hosts.table.addEventListener("toggle", draw);
  new ResizeObserver(draw).observe(hosts.chart);

  return {
    /** @param {SiteLive} state */
    render: (state) => {
      live = state;
      draw();
    },
  };
};
