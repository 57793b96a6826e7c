import { hourTicks, textWidth, withoutCollisions } from "./chart-axis.js";
import { areaPath, extentOf, linePath, priceBands, stackOf, ticks, windowOf } from "./chart-data.js";
import { morph, setAttribute, svg } from "./dom.js";
import { clock, currencySymbol, money, number, siteKw } from "./format.js";
import { t } from "./i18n.js";
import { eventName } from "./reasons.js";

/** The chart of site power: what was measured left of now, what is planned right of it, prices below. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/views.js").SitePoint} SitePoint */
/** @typedef {import("./chart-data.js").Window} Window */
/** @typedef {import("./chart-data.js").Layer} Layer */
/** @typedef {{width: number, height: number, left: number, right: number, top: number, bottom: number, laneTop: number, laneBottom: number}} Box */
/** @typedef {{box: Box, window: Window, scale: import("./chart-data.js").Scale, live: SiteLive}} Drawing */

/** @type {readonly Layer[]} */
const LAYERS = ["base", "charging", "discharging", "pv"];
const AXIS_PX = 20;
const LANE_PX = 38;
const LEFT_PX = 46;
const RIGHT_PX = 10;
const TOP_PX = 22;
const TICK_PX = 42;

/** @param {number} width @returns {Box} */
const boxOf = (width) => {
  const height = Math.round(Math.min(460, Math.max(300, width * 0.3)));
  const laneBottom = height - 2;
  const laneTop = laneBottom - LANE_PX;
  return {
    width,
    height,
    left: LEFT_PX,
    right: width - RIGHT_PX,
    top: TOP_PX,
    bottom: laneTop - AXIS_PX,
    laneTop,
    laneBottom,
  };
};

/** Digits that tell the levels of the grid apart. @param {readonly number[]} levels */
const digitsOf = (levels) => (levels.every((level) => Number.isInteger(level)) ? 0 : 1);

/** @param {Drawing} drawing */
const grid = ({ box, window, scale, live }, /** @type {readonly number[]} */ levels) => [
  ...levels.map((level) =>
    svg("line", {
      class: level === 0 ? "zero" : "rule",
      x1: box.left,
      x2: box.right,
      y1: scale.y(level),
      y2: scale.y(level),
    }),
  ),
  ...levels.map((level) =>
    svg("text", { class: "tick y", x: box.left - 6, y: scale.y(level) + 4 }, number(level, digitsOf(levels))),
  ),
  svg("text", { class: "tick unit", x: box.left - 6, y: box.top - 8 }, "kW"),
  ...timeAxis({ box, window, scale, live }),
];

/** Labels below the plot: now first, then days, then hours where there is room. @param {Drawing} drawing */
const timeAxis = ({ box, window, scale, live }) => {
  const marks = hourTicks(window, live.timeZone, box.right - box.left).map((tick) => ({
    x: scale.x(tick.atMs),
    text: tick.text,
    kind: tick.day ? "tick x day" : "tick x",
  }));
  const now = { x: scale.x(live.nowMs), text: clock(live.nowMs, live.timeZone), kind: "now" };
  const days = marks.filter((mark) => mark.kind.endsWith("day"));
  const hours = marks.filter((mark) => !mark.kind.endsWith("day"));
  return [
    ...marks.map(({ x }) => svg("line", { class: "rule", x1: x, x2: x, y1: box.top, y2: box.bottom + 4 })),
    ...withoutCollisions([now, ...days, ...hours])
      .filter(({ x, text }) => x + textWidth(text) / 2 <= box.width)
      .map(({ x, text, kind }) => svg("text", { class: kind, x, y: box.bottom + 15 }, text)),
  ];
};

/** Events in the window, each with the room for its name until the next begins. @param {Drawing} drawing */
const shownEvents = ({ box, window, scale, live }) => {
  const shown = live.events
    .map((event) => ({
      event,
      fromMs: Math.max(event.startMs, window.fromMs),
      toMs: Math.min(event.endMs ?? Infinity, window.toMs),
    }))
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .toSorted((a, b) => a.fromMs - b.fromMs);
  return shown.map(({ event, fromMs, toMs }, index) => {
    const next = shown[index + 1];
    const x = scale.x(fromMs);
    return { event, x, width: scale.x(toMs) - x, room: (next ? scale.x(next.fromMs) : box.right) - x };
  });
};

/** @param {Drawing} drawing */
const events = (drawing) =>
  shownEvents(drawing).flatMap(({ event, x, width, room }) => {
    const { box, live } = drawing;
    const name = `⚡ ${eventName(event.id, live)}`;
    return [
      svg("rect", { class: `event ${event.state}`, x, y: box.top, width, height: box.bottom - box.top }),
      svg("line", { class: `event ${event.state}`, x1: x, x2: x + width, y1: box.top, y2: box.top }),
      svg("text", { class: "event", x: x + 2, y: box.top - 6 }, textWidth(name) + 8 < room ? name : "⚡"),
    ];
  });

/** @param {Drawing} drawing */
const areas = ({ window, scale }) =>
  /** @type {const} */ (["past", "planned"]).flatMap((when) =>
    LAYERS.map((layer) =>
      svg("path", {
        class: `area ${layer} ${when}`,
        d: areaPath(window[when], (point) => stackOf(point)[layer], scale),
      }),
    ),
  );

/** @param {Drawing} drawing */
const lines = ({ window, scale }) => {
  const all = [...window.past, ...window.planned];
  const line = (
    /** @type {string} */ kind,
    /** @type {readonly SitePoint[]} */ points,
    /** @type {(point: SitePoint) => number | null} */ value,
  ) => svg("path", { class: `line ${kind}`, d: linePath(points, value, scale) });
  return [
    line("uncontrolled", all, (point) => point.uncontrolledKw),
    line("import past", window.past, (point) => point.importKw),
    line("import planned", window.planned, (point) => point.importKw),
    line("limit", all, (point) => point.limitKw),
  ];
};

/** The limit's value beside its line, where the line begins. @param {Drawing} drawing */
const limitLabel = ({ box, window, scale }) => {
  const limits = [...window.past, ...window.planned].flatMap((point) => point.limitKw ?? []);
  if (limits.length === 0) return [];
  const top = Math.max(...limits);
  const text = `${t("chart.limit")} ${siteKw(top)}`;
  return [svg("text", { class: "limit", x: box.right - 4, y: scale.y(top) - 5 }, text)];
};

/** @param {Drawing} drawing */
const nowMark = ({ box, scale, live }) => {
  const x = scale.x(live.nowMs);
  const wide = box.width > 560;
  return [
    svg("line", { class: "now", x1: x, x2: x, y1: box.top - 4, y2: box.laneBottom }),
    wide && x - box.left > 90
      ? svg("text", { class: "side end", x: x - 6, y: box.bottom - 6 }, t("chart.past"))
      : null,
    wide ? svg("text", { class: "side", x: x + 6, y: box.bottom - 6 }, t("chart.planned")) : null,
  ];
};

/** Prices as steps in a lane of their own, with their value where it fits. @param {Drawing} drawing */
const prices = ({ box, window, scale, live }) => {
  const bands = priceBands([...window.past, ...window.planned]);
  const dearest = Math.max(0.01, ...bands.map((band) => band.pricePerKwh));
  const cheapest = Math.min(dearest, ...bands.map((band) => band.pricePerKwh));
  const height = box.laneBottom - box.laneTop;
  return bands.flatMap((band) => {
    const [x, width] = [scale.x(band.startMs), scale.x(band.endMs) - scale.x(band.startMs)];
    const tall = (Math.max(0, band.pricePerKwh) / dearest) * (height - 2) + 2;
    const level =
      dearest === cheapest ? 1 : Math.round(((band.pricePerKwh - cheapest) / (dearest - cheapest)) * 3);
    const text = money(band.pricePerKwh, live.currency, band.pricePerKwh < 1 ? 3 : 2);
    const y = box.laneBottom - tall;
    return [
      svg("rect", {
        class: `price level-${level}`,
        x: x + 0.5,
        y,
        width: Math.max(0.5, width - 1),
        height: tall,
      }),
      width > textWidth(text)
        ? svg("text", { class: "price", x: x + width / 2, y: box.laneBottom - 5 }, text)
        : null,
    ];
  });
};

/** @param {Drawing} drawing */
const laneLabel = ({ box, live }) =>
  svg(
    "text",
    { class: "tick unit", x: box.left - 6, y: box.laneBottom - 5 },
    t("chart.price-unit", { symbol: currencySymbol(live.currency) }),
  );

/** @param {Drawing} drawing @param {number | null} cursorMs */
const cursorMark = ({ box, scale, window }, cursorMs) => {
  if (cursorMs === null || cursorMs < window.fromMs || cursorMs >= window.toMs) return [];
  const point = [...window.past, ...window.planned].find(
    (one) => cursorMs >= one.startMs && cursorMs < one.endMs,
  );
  if (point === undefined) return [];
  const x = scale.x(point.startMs);
  const width = scale.x(point.endMs) - x;
  return [
    svg("rect", { class: "cursor", x, y: box.top, width, height: box.laneBottom - box.top }),
    svg("circle", { class: "cursor", cx: x + width / 2, cy: scale.y(point.importKw), r: 4 }),
  ];
};

/**
 * Draws into `host`, whose width decides everything; returns the drawing for the pointer.
 * @param {HTMLElement} host
 * @param {SiteLive} live
 * @param {{range: "near" | "all", cursorMs: number | null}} view
 * @returns {Drawing}
 */
export const renderChart = (host, live, { range, cursorMs }) => {
  const box = boxOf(Math.max(280, host.clientWidth));
  const window = windowOf(live, range);
  const points = [...window.past, ...window.planned];
  const { low, high } = extentOf(points);
  const { step, list } = ticks(low, high * 1.04, (box.bottom - box.top) / TICK_PX);
  const [floor, roof] = [Math.floor(low / step) * step, Math.max(high * 1.04, list.at(-1) ?? high)];
  const scale = {
    x: (/** @type {number} */ atMs) =>
      box.left + ((atMs - window.fromMs) / (window.toMs - window.fromMs)) * (box.right - box.left),
    y: (/** @type {number} */ kw) => box.bottom - ((kw - floor) / (roof - floor)) * (box.bottom - box.top),
  };
  /** @type {Drawing} */
  const drawing = { box, window, scale, live };
  const picture = svg(
    "svg",
    {
      width: box.width,
      height: box.height,
      viewBox: `0 0 ${box.width} ${box.height}`,
      "aria-hidden": "true",
    },
    ...events(drawing),
    ...grid(drawing, list),
    ...areas(drawing),
    ...lines(drawing),
    ...limitLabel(drawing),
    ...prices(drawing),
    laneLabel(drawing),
    ...nowMark(drawing),
    ...cursorMark(drawing, cursorMs),
  );
  morph(host, picture);
  return drawing;
};

/** What assistive technology says of the cursor. @param {HTMLElement} host @param {Drawing} drawing @param {number | null} cursorMs @param {string} text */
export const describeCursor = (host, { window, live }, cursorMs, text) => {
  setAttribute(host, "aria-valuemin", String(window.fromMs));
  setAttribute(host, "aria-valuemax", String(window.toMs));
  setAttribute(host, "aria-valuenow", String(cursorMs ?? live.nowMs));
  setAttribute(host, "aria-valuetext", text);
};

/** @param {Drawing} drawing @param {number} x in pixels of the chart */
export const timeAt = ({ box, window }, x) => {
  const share = (x - box.left) / (box.right - box.left);
  return share < 0 || share >= 1 ? null : window.fromMs + share * (window.toMs - window.fromMs);
};
