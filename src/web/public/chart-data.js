/** From points of a site to shapes: which slots are shown, how they stack, how they become paths. Pure. */

/** @typedef {import("../../domain/views.js").SitePoint} SitePoint */
/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */

const HOUR_MS = 3_600_000;
/** Hours shown behind and ahead of now. */
const NEAR = { behindH: 3, aheadH: 9 };
const ALL = { behindH: 12, aheadH: 36 };

/**
 * @typedef {object} Window
 * @property {number} fromMs
 * @property {number} toMs
 * @property {readonly SitePoint[]} past cut at the edges of the window
 * @property {readonly SitePoint[]} planned
 */

/** @param {readonly SitePoint[]} points @param {number} fromMs @param {number} toMs */
const cut = (points, fromMs, toMs) =>
  points
    .filter((point) => point.endMs > fromMs && point.startMs < toMs && point.endMs > point.startMs)
    .map((point) => ({
      ...point,
      startMs: Math.max(point.startMs, fromMs),
      endMs: Math.min(point.endMs, toMs),
    }));

/**
 * @param {SiteLive} live
 * @param {"near" | "all"} range
 * @returns {Window}
 */
export const windowOf = ({ past, planned, nowMs }, range) => {
  const { behindH, aheadH } = range === "near" ? NEAR : ALL;
  const first = past[0]?.startMs ?? nowMs;
  const last = planned.at(-1)?.endMs ?? nowMs + HOUR_MS;
  const fromMs = Math.max(Math.min(first, nowMs - HOUR_MS / 4), nowMs - behindH * HOUR_MS);
  const toMs = Math.max(Math.min(last, nowMs + aheadH * HOUR_MS), nowMs + HOUR_MS);
  return {
    fromMs,
    toMs,
    past: cut(past, fromMs, toMs),
    planned: cut(planned, Math.max(fromMs, nowMs), toMs),
  };
};

/**
 * Layers of a point from zero: base load and charging upwards, discharge and PV downwards. A band is
 * [from, to] in kW.
 * @param {SitePoint} point
 */
export const stackOf = ({ baseKw, evKw, pvKw }) => {
  const charging = Math.max(evKw, 0);
  const discharging = Math.max(-evKw, 0);
  return {
    base: [0, baseKw],
    charging: [baseKw, baseKw + charging],
    discharging: [-discharging, 0],
    pv: [-discharging - pvKw, -discharging],
  };
};
/** @typedef {keyof ReturnType<typeof stackOf>} Layer */

/** Least and greatest power that a chart of these points shows. @param {readonly SitePoint[]} points */
export const extentOf = (points) => {
  let [low, high] = [0, 10];
  for (const point of points) {
    const stack = stackOf(point);
    low = Math.min(low, stack.pv[0] ?? 0, point.importKw, point.uncontrolledKw);
    high = Math.max(high, stack.charging[1] ?? 0, point.importKw, point.uncontrolledKw, point.limitKw ?? 0);
  }
  return { low, high };
};

/**
 * Round numbers from `low` to `high`, at most `most` steps apart.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
export const ticks = (low, high, most) => {
  const raw = (high - low) / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= raw) ?? raw;
  const list = [];
  for (let index = Math.ceil(low / step); index * step <= high + step * 1e-9; index++)
    list.push(index * step);
  return { step, list };
};

/** @typedef {{startMs: number, endMs: number}} Span */

/**
 * Runs of spans without a gap between them.
 * @template {Span} Item
 * @param {readonly Item[]} items
 * @returns {Item[][]}
 */
export const runsOf = (items) => {
  /** @type {Item[][]} */
  const runs = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)?.endMs === item.startMs) run.push(item);
    else runs.push([item]);
  }
  return runs;
};

/** @typedef {{x: (atMs: number) => number, y: (kw: number) => number}} Scale */

/** @param {number} value */
const px = (value) => value.toFixed(1);

/**
 * A stepped band: along the top of each span and back along the bottom.
 * @template {Span} Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => readonly number[]} band [from, to]
 * @param {Scale} scale
 */
export const areaPath = (items, band, { x, y }) => {
  const corner = (/** @type {number} */ atMs, /** @type {number | undefined} */ kw) =>
    `${px(x(atMs))},${px(y(kw ?? 0))}`;
  return runsOf(items)
    .map((run) => {
      const top = run.map(
        (item) => `${corner(item.startMs, band(item)[1])} ${corner(item.endMs, band(item)[1])}`,
      );
      const bottom = run.map(
        (item) => `${corner(item.endMs, band(item)[0])} ${corner(item.startMs, band(item)[0])}`,
      );
      return `M${[...top, ...bottom.toReversed()].join("L")}Z`;
    })
    .join("");
};

/**
 * A stepped line; nothing where the value is null.
 * @template {Span} Item
 * @param {readonly Item[]} items
 * @param {(item: Item) => number | null} value
 * @param {Scale} scale
 */
export const linePath = (items, value, { x, y }) =>
  runsOf(items.filter((item) => value(item) !== null))
    .map((run) => {
      const steps = run.map((item) => {
        const height = px(y(value(item) ?? 0));
        return `${px(x(item.startMs))},${height} ${px(x(item.endMs))},${height}`;
      });
      return `M${steps.join("L")}`;
    })
    .join("");

/**
 * Neighbours of one price as one span.
 * @param {readonly SitePoint[]} points
 * @returns {{startMs: number, endMs: number, pricePerKwh: number}[]}
 */
export const priceBands = (points) => {
  /** @type {{startMs: number, endMs: number, pricePerKwh: number}[]} */
  const bands = [];
  for (const { startMs, endMs, buyPricePerKwh } of points) {
    if (buyPricePerKwh === null) continue;
    const last = bands.at(-1);
    if (last !== undefined && last.endMs === startMs && Math.abs(last.pricePerKwh - buyPricePerKwh) < 1e-6)
      last.endMs = endMs;
    else bands.push({ startMs, endMs, pricePerKwh: buyPricePerKwh });
  }
  return bands;
};
