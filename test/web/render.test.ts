import { test as law, fc } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import type { ShortfallCause } from "../../src/domain/plan.js";
import type { SessionView, SiteLive, SitePoint, StationRow } from "../../src/domain/views.js";
import { connect, flatPolicy, harnessOf, meter, plugIn } from "../control/harness.js";
import { communityOf, stationOf } from "../fixtures/sites.js";
import { communityLive } from "../server/community.js";
import { installMiniDom, MiniElement, shown, textsOf } from "./mini-dom.js";
import { pageModule } from "./page-modules.js";

installMiniDom();
const { setLanguage, DICTIONARIES } = await pageModule("i18n.js");
const { renderSummary } = await pageModule("summary.js");
const { createRows } = await pageModule("rows.js");
const { createPower } = await pageModule("power.js");

const LANGUAGES = ["en", "zh-CN"] as const;
const div = (): MiniElement => new MiniElement("DIV");

/** The page's moving parts with a state in them. */
const render = (live: SiteLive, mayOperate = true) => {
  const page = div();
  const part = (): MiniElement => {
    const element = div();
    page.append(element);
    return element;
  };
  const rows = { head: part(), body: part(), filter: part(), empty: part(), lookOnly: part() };
  const table = part();
  table.append(div(), div());
  table.open = true;
  const power = { events: part(), readout: part(), legend: part(), chart: part(), range: part(), table };
  const summary = part();
  const asked: StationRow[] = [];
  renderSummary(summary, live);
  createRows(rows, (row) => void asked.push(row)).render(live, mayOperate);
  createPower(power).render(live);
  return { page, rows, summary, power, asked };
};

const live = communityLive();
const empty = { past: [], planned: [], plan: null };
const flat = (change: Partial<SitePoint>): SitePoint[] => live.planned.map((one) => ({ ...one, ...change }));
const nothingSaved = { ...live.savings, actualCost: 6.5, uncontrolledCost: 6.5, saved: 0 };
const over = { importKw: 311.27, atMs: live.nowMs, stale: false };

const SCENES: Record<string, Partial<SiteLive>> = {
  "an evening with an event in force": {},
  "no stations": { rows: [] },
  "no meter": { measured: null },
  "a stale meter": { measured: { importKw: -0.04, atMs: live.nowMs - 7e7, stale: true } },
  "no price": { past: [], planned: flat({ buyPricePerKwh: null, sellPricePerKwh: null }) },
  "a price of nothing and one below": { planned: flat({ buyPricePerKwh: -0.00001, sellPricePerKwh: -1 }) },
  "no plan yet": empty,
  "nothing at all": { ...empty, rows: [], measured: null, limitKw: null, events: [] },
  "no limit": { limitKw: null, planned: flat({ limitKw: null }) },
  "a limit of nothing": { limitKw: 0, planned: flat({ limitKw: 0 }) },
  "limits broken": { measured: over, plan: live.plan && { ...live.plan, status: "limits-broken" } },
  "a problem that contradicts itself": {
    plan: {
      status: "invalid",
      solver: null,
      plannedMs: live.nowMs,
      solveMs: 0,
      certificate: null,
      notes: ["a: b"],
    },
  },
  "nothing saved": { savings: nothingSaved },
  "money lost": { savings: { ...nothingSaved, saved: -0.04, actualCost: 6.54 } },
  "a home": { planned: flat({ importKw: 1.5, evKw: 1.2, baseKw: 0.3, limitKw: 7.5, uncontrolledKw: 7 }) },
};

const FAULTS =
  /NaN|undefined|null|Infinity|\[object|[{}]|(?<![\d.,])[−-]0(?:[.,]0+)?(?![\d.,])|\d\.\d{4}(?!\d*%)/;
const KEY = /^(?:[a-z]+\.)+[a-z-]+$/;

const faultsOf = (page: MiniElement): string[] => [
  ...textsOf(page).filter((text) => FAULTS.test(text) || KEY.test(text)),
  ...shown(page).flatMap((element) =>
    element.attributes
      .filter(({ value }) => /NaN|undefined|null|Infinity/.test(value))
      .map(({ name, value }) => `${element.nodeName} ${name}=${value}`),
  ),
];

describe.each(LANGUAGES)("what is shown in %s", (language) => {
  beforeAll(() => setLanguage(language));

  it.each(Object.entries(SCENES))("%s: words and numbers with units, and nothing else", (_name, change) => {
    const { page, power } = render({ ...live, ...change });
    expect(faultsOf(page)).toEqual([]);
    expect(textsOf(page).length).toBeGreaterThan(20);
    const cells = shown(power.table).filter(({ nodeName }) => nodeName === "TD");
    for (const { textContent } of cells) expect(textContent).toMatch(/^–$|\d kW$|\d\/kWh$/);
  });

  law.prop([
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
    fc.constantFrom(0, -0, 1e-12, 1, 99.9999),
  ])("whatever the figures are", (large, small, share) => {
    const figures = { importKw: large, evKw: small, baseKw: Math.abs(large), pvKw: Math.abs(small) };
    const proof = { objective: large, bound: small, gap: share, maxViolation: Math.abs(small) };
    const { page } = render({
      ...live,
      measured: { importKw: small, atMs: live.nowMs, stale: false },
      evKw: -small,
      limitKw: Math.abs(large),
      planned: flat({ ...figures, uncontrolledKw: -small, buyPricePerKwh: small }),
      savings: { ...live.savings, saved: small, actualCost: large, uncontrolledCost: Math.abs(small) },
      plan: live.plan && { ...live.plan, certificate: { relaxation: proof, sent: proof } },
      rows: live.rows.map((row) => ({ ...row, powerKw: small, plannedKw: -large })),
    });
    expect(faultsOf(page)).toEqual([]);
  });

  it("every state of a row has its word", () => {
    const states = new Set(live.rows.map(({ stationId }) => stationId));
    const { rows } = render(live);
    expect(rows.body.children).toHaveLength(states.size);
    for (const tr of rows.body.children) {
      const state = tr.getAttribute("data-state") ?? "";
      expect(tr.textContent).toContain(DICTIONARIES[language][`state.${state}`]);
    }
  });
});

describe("energy to go", () => {
  it("is of what was wanted, and tells what was given back where that makes it more", () => {
    setLanguage("en");
    const [row] = live.rows.filter(({ session }) => session !== null);
    if (row?.session == null) throw new Error("no car");
    const energyOf = (energies: { deliveredKwh: number; energyToGoKwh: number }): string => {
      const session = { ...row.session, energyNeedKwh: 12.9, ...energies };
      const { rows } = render({ ...live, rows: [{ ...row, session } as StationRow] });
      return textsOf(rows.body).join(" ");
    };
    expect(energyOf({ deliveredKwh: 10, energyToGoKwh: 2.9 })).toMatch(/2\.9 kWh of 12\.9 kWh wanted/);
    expect(energyOf({ deliveredKwh: -11.7, energyToGoKwh: 24.6 })).toMatch(
      /24\.6 kWh 12\.9 kWh wanted, 11\.7 kWh given back/,
    );
  });
});

const STAY_AND_CAP: ShortfallCause = {
  key: "stay-too-short",
  maxChargeKw: 22,
  besides: { cause: { key: "limited-from-outside", stationId: "p1" }, kwh: 3.7 },
};

describe("what will be missing at departure", () => {
  const [row] = live.rows.filter(({ session }) => session !== null);
  const event = live.events[0];
  if (row?.session == null || event === undefined) throw new Error("no car, or no event");
  const textOf = (shortfallKwh: number, shortfallCause: ShortfallCause | null): string => {
    const session = { ...row.session, shortfallKwh, shortfallCause } as SessionView;
    return textsOf(render({ ...live, rows: [{ ...row, session }] }).rows.body).join(" ");
  };

  it.each([
    ["en", { key: "stay-too-short", maxChargeKw: 22 }, /477\.9 kWh will be missing .* even at 22\.0 kW/],
    ["en", { key: "battery-too-small", capacityKwh: 60 }, /477\.9 kWh .* no more than 60\.0 kWh/],
    ["en", { key: "limits", nodeId: "roof", eventId: null }, /477\.9 kWh .*: roof has no room/],
    ["en", STAY_AND_CAP, /477\.9 kWh .* even at 22\.0 kW all the time; 3\.7 kWh of it because a limit at p1/],
    ["zh-CN", STAY_AND_CAP, /477\.9 kWh：.*22\.0 kW.*3\.7 kWh.*p1 的限值/],
    ["en", { key: "limited-by-car" }, /477\.9 kWh .*: the car takes no more/],
    ["en", { key: "battery-tapers" }, /477\.9 kWh .* less power the fuller/],
    ["zh-CN", { key: "battery-tapers" }, /离开时将差 477\.9 kWh：电池越满/],
    ["zh-CN", { key: "stay-too-short", maxChargeKw: 22 }, /离开时将差 477\.9 kWh：停留时间太短.*22\.0 kW/],
    ["zh-CN", { key: "battery-too-small", capacityKwh: 60 }, /离开时将差 477\.9 kWh：电池.*60\.0 kWh/],
    ["zh-CN", { key: "limits", nodeId: "roof", eventId: null }, /离开时将差 477\.9 kWh：roof/],
    ["zh-CN", { key: "not-planned" }, /离开时将差 477\.9 kWh：.*计划未安排/],
  ] as const)("is told in %s with what clashes: %j", (language, cause, expected) => {
    setLanguage(language);
    expect(textOf(477.9, cause)).toMatch(expected);
    expect(textOf(0, null)).not.toMatch(/missing|将差/);
  });

  it.each(LANGUAGES)("names the event that leaves no room, in %s", (language) => {
    setLanguage(language);
    const text = textOf(3, { key: "limits", nodeId: "roof", eventId: event.id });
    expect(text).toContain(event.name ?? event.id);
    expect(text).toContain("roof");
  });
});

describe("what is not of now", () => {
  const [row] = live.rows.filter(({ session }) => session !== null);
  if (row === undefined) throw new Error("no car");
  const old = { ...row, powerKw: 7, powerAtMs: live.nowMs - 7 * 60_000, powerStale: true };

  it.each([
    ["en", "last known, 7 min ago", "of which last known +7.0 kW"],
    ["zh-CN", "最后所知，7 分钟前", "其中仅为最后所知 +7.0 kW"],
  ] as const)("is told with its age in %s, in its row and beside the cars' sum", (language, age, sum) => {
    setLanguage(language);
    const { rows, summary } = render({ ...live, rows: [old] });
    expect(textsOf(rows.body).join(" ")).toContain(age);
    expect(textsOf(summary).join(" ")).toContain(sum);
    const fresh = render({ ...live, rows: [{ ...old, powerStale: false }] });
    expect(textsOf(fresh.page).join(" ")).not.toContain(age.slice(0, 4));
  });

  it.each(["en", "zh-CN"] as const)("what was saved and charged says in %s since when", (language) => {
    setLanguage(language);
    const { summary } = render(live);
    for (const kind of ["savings", "energy"]) {
      const card = shown(summary).find((element) => element.getAttribute("class")?.includes(kind));
      expect(card?.textContent).toContain("17:00");
    }
  });
});

describe("a live site from its first moment on", () => {
  it("is shown without a fault", async () => {
    const harness = await harnessOf(communityOf([stationOf("p1"), stationOf("p2")]), flatPolicy(3.3));
    const look = async (): Promise<string> => {
      const { page } = render(await harness.control.live("community"));
      expect(faultsOf(page)).toEqual([]);
      return textsOf(page).join("\n");
    };
    setLanguage("en");
    expect(await look()).toMatch(/Offline[^]*No plan yet/);
    connect(harness, "p1");
    await harness.run(60_000);
    await plugIn(harness, "p1");
    await harness.run(60_000);
    await meter(harness, "p1", { powerKw: 3.3, importedWh: 1_100, seqNo: 1 });
    await harness.control.measure({
      siteId: "community",
      kind: "site-import",
      powerKw: 120,
      atMs: harness.clock.now(),
    });
    await harness.run(60_000);
    expect(await look()).toMatch(/Charging now at ¥0\.500\/kWh[^]*Over the limit/);
  });
});

const buttons = (page: MiniElement): MiniElement[] =>
  shown(page).filter(({ nodeName, held }) => nodeName === "BUTTON" && held.get("class") === "act");

describe("who may change something", () => {
  beforeAll(() => setLanguage("en"));
  it("has two buttons at each car and none at an empty place", () => {
    const { rows, asked } = render(live);
    const cars = live.rows.filter(({ session }) => session !== null);
    const there = rows.body.children.filter((tr) => buttons(tr).length > 0);
    expect(there).toHaveLength(cars.length);
    expect(rows.lookOnly.hidden).toBe(true);
    buttons(there[0] ?? div())[1]?.fire("click");
    expect(asked).toEqual([cars[0]]);
  });
  it("who may only look has none, and is told what to do", () => {
    const { rows } = render(live, false);
    expect(buttons(rows.body)).toEqual([]);
    expect(rows.lookOnly.hidden).toBe(false);
  });
});
