import { ApiError, getSites, getToken, setToken, token } from "./api.js";
import { byId, el, setAttribute, setText } from "./dom.js";
import { clock, dayClock, duration, siteKw } from "./format.js";
import { language, preferredLanguage, setLanguage, t, tKey } from "./i18n.js";
import { follow, SILENCE_MS } from "./live.js";
import { createPower } from "./power.js";
import { createRows } from "./rows.js";
import { renderSummary } from "./summary.js";
import { createWishForm } from "./wish.js";

/** The live page: which site, which language, signed in or not, and how fresh what is shown is. */

/** @typedef {import("../../domain/views.js").SiteLive} SiteLive */
/** @typedef {import("../../domain/site.js").Site} Site */

const LANGUAGE_KEY = "youxu.language";

const table = document.querySelector("#chart-table");
if (!(table instanceof HTMLDetailsElement)) throw new Error("no element #chart-table");
const power = createPower({
  events: byId("events"),
  readout: byId("chart-readout"),
  legend: byId("chart-legend"),
  chart: byId("chart"),
  range: byId("chart-range"),
  table,
});
const wishForm = createWishForm();
const rows = createRows(
  {
    head: byId("row-head"),
    body: byId("rows"),
    filter: byId("row-filter"),
    empty: byId("rows-empty"),
    lookOnly: byId("look-only"),
  },
  (row) => live !== null && wishForm.show({ row, timeZone: live.timeZone }),
);

/** @type {SiteLive | null} */
let live = null;
/** @type {readonly Site[]} */
let sites = [];
let stop = () => {};
let heardAt = 0;
let connected = false;
let mayOperate = false;

const render = () => {
  if (live === null) return;
  byId("loading").hidden = true;
  byId("live").hidden = false;
  setText(byId("site-name"), live.name);
  const { nowMs, timeZone, measured, limitKw } = live;
  setText(byId("site-clock"), t("page.clock", { time: dayClock(nowMs, timeZone), zone: timeZone }));
  const limit = limitKw === null ? "" : ` / ${siteKw(limitKw)}`;
  document.title = `${measured === null ? "–" : siteKw(measured.importKw)}${limit} · ${live.name}`;
  renderSummary(byId("summary"), live);
  power.render(live);
  rows.render(live, mayOperate);
};

/** What the page knows of its connection, told in words, and a banner once what it shows is old. */
const renderConnection = () => {
  const silentMs = performance.now() - heardAt;
  const stale = live !== null && (silentMs > SILENCE_MS || (!connected && silentMs > SILENCE_MS / 2));
  const age = duration(silentMs);
  const pill = byId("connection");
  const state = stale ? "stale" : connected ? "live" : live === null ? "connecting" : "lost";
  setAttribute(pill, "data-state", state);
  setText(pill, t(`connection.${state}`, { age }));
  pill.hidden = !byId("sign-in").hidden;
  document.body.classList.toggle("is-stale", stale);
  byId("stale").hidden = !stale;
  if (live !== null && stale)
    setText(byId("stale"), t("connection.stale-banner", { age, time: clock(live.nowMs, live.timeZone) }));
};

/** @param {string} error empty: none yet */
const askForToken = (error) => {
  stop();
  live = null;
  byId("loading").hidden = true;
  byId("live").hidden = true;
  byId("sign-in").hidden = false;
  byId("sign-out").hidden = true;
  setText(byId("site-name"), "");
  setText(byId("site-clock"), "");
  document.title = "youxu";
  setText(byId("sign-in-error"), error);
  byId("token").focus();
  renderConnection();
};

/** @param {string} siteId */
const show = (siteId) => {
  stop();
  live = null;
  connected = false;
  heardAt = performance.now();
  stop = follow(siteId, {
    onState: (state) => {
      live = state;
      render();
      renderConnection();
    },
    onSign: () => {
      heardAt = performance.now();
      connected = true;
      renderConnection();
    },
    onLost: () => {
      connected = false;
      renderConnection();
    },
    onRefused: () => askForToken(t("auth.refused")),
  });
};

const renderSiteChoice = () => {
  const select = byId("site-select");
  select.hidden = sites.length < 2;
  select.replaceChildren(...sites.map((site) => el("option", { value: site.id }, site.name)));
};

const start = async () => {
  byId("sign-in").hidden = true;
  byId("loading").hidden = false;
  byId("sign-out").hidden = token() === null;
  try {
    mayOperate = (await getToken()).scopes.includes("operate");
    sites = await getSites();
    renderSiteChoice();
    const asked = new URLSearchParams(location.search).get("site");
    const first = sites.find((site) => site.id === asked) ?? sites[0];
    if (first !== undefined) show(first.id);
  } catch (error) {
    const held = token() !== null;
    if (error instanceof ApiError && error.code.startsWith("auth.")) {
      setToken(null);
      askForToken(held ? t("auth.refused") : "");
    } else setTimeout(() => void start(), 2_000);
  }
  renderConnection();
};

/** Fills in every fixed text of index.html. */
const renderLanguage = () => {
  document.documentElement.lang = language();
  for (const node of document.querySelectorAll("[data-i18n]"))
    setText(node, tKey(node.getAttribute("data-i18n")));
  for (const node of document.querySelectorAll("[data-i18n-label]"))
    setAttribute(node, "aria-label", tKey(node.getAttribute("data-i18n-label")));
  const button = byId("language");
  setText(button, t("page.language"));
  setAttribute(button, "aria-label", t("page.language-label"));
  setAttribute(button, "lang", language() === "en" ? "zh-CN" : "en");
};

/** The language asked for in the address, else the one chosen before, else the browser's. */
const firstLanguage = () => {
  const asked = new URLSearchParams(location.search).get("lang") ?? localStorage.getItem(LANGUAGE_KEY);
  return preferredLanguage([...(asked === null ? [] : [asked]), ...navigator.languages]);
};

byId("language").addEventListener("click", () => {
  setLanguage(language() === "en" ? "zh-CN" : "en");
  localStorage.setItem(LANGUAGE_KEY, language());
  renderLanguage();
  render();
  renderConnection();
});
byId("site-select").addEventListener("change", (event) => {
  if (event.target instanceof HTMLSelectElement) show(event.target.value);
});
byId("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const input = byId("token");
  if (!(input instanceof HTMLInputElement)) return;
  setToken(input.value.trim());
  input.value = "";
  void start();
});
byId("sign-out").addEventListener("click", () => {
  setToken(null);
  askForToken("");
});

setLanguage(firstLanguage());
renderLanguage();
setInterval(renderConnection, 1_000);
void start();
