import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ERROR_CATALOGUE } from "../../src/domain/error-catalogue.js";
import { HELD_FOR } from "../../src/domain/held-for.js";
import type { PlanOutcome } from "../../src/domain/plan.js";
import type { Reason, ReasonKey } from "../../src/domain/reason.js";
import { IGNORED_CODES } from "../../src/domain/views.js";
import * as rules from "../../src/optimizer/rules/index.js";
import { communityLive } from "../server/community.js";
import { PAGE, pageModule } from "./page-modules.js";

const { DICTIONARIES, setLanguage, preferredLanguage, t } = await pageModule("i18n.js");
const { reasonSentence } = await pageModule("reasons.js");
const { STATES, stateOf } = await pageModule("row-state.js");

const EVSE_STATUSES = ["Available", "Occupied", "Reserved", "Unavailable", "Faulted", "Unknown"] as const;

const LANGUAGES = ["zh-CN", "en"] as const;
const keys = Object.keys(DICTIONARIES.en);
const holes = (text: string | undefined): string[] =>
  [...(text ?? "").matchAll(/\{(\w+)\}/g)].map(String).sort();

/** One reason of every key: the type makes a new key of the domain an error here. */
const REASONS: { readonly [Key in ReasonKey]: Extract<Reason, { key: Key }> } = {
  charging: { key: "charging", pricePerKwh: 0.4321 },
  "waiting-for-cheaper-slot": {
    key: "waiting-for-cheaper-slot",
    untilMs: 1_795_000_000_000,
    savingPerKwh: 0.2,
  },
  "waiting-for-cleaner-slot": {
    key: "waiting-for-cleaner-slot",
    untilMs: 1_795_000_000_000,
    savingKgPerKwh: 0.25,
  },
  "charging-later": { key: "charging-later", untilMs: 1_795_000_000_000 },
  "node-full": { key: "node-full", nodeId: "feeder-9", shadowPricePerKwh: 0.1 },
  "peak-held": { key: "peak-held", meteringPointId: "meter-9", peakKw: 88, pricePerKw: 38 },
  "phase-full": { key: "phase-full", nodeId: "feeder-9", phase: 2, shadowPricePerKwh: 0.1 },
  "voltage-low": { key: "voltage-low", nodeId: "feeder-9", shadowPricePerKwh: 0.1 },
  "held-for-swap": { key: "held-for-swap", untilMs: 1_795_000_000_000 },
  "waiting-for-pile": { key: "waiting-for-pile", nodeId: "pile-9" },
  "limit-cannot-be-kept": { key: "limit-cannot-be-kept", nodeId: "feeder-9", eventId: null, overKw: 12.5 },
  "held-for-failsafe": { key: "held-for-failsafe", nodeId: "feeder-9", shadowPricePerKwh: 0.1 },
  "demand-response-event": { key: "demand-response-event", eventId: "e9", shadowPricePerKwh: 0.1 },
  "dearer-than-shortfall": { key: "dearer-than-shortfall", pricePerKwh: 0.9, worthPerKwh: 0.5 },
  "target-reached": { key: "target-reached" },
  "below-reserve-charging-first": { key: "below-reserve-charging-first", reserveKwh: 12.5 },
  selling: { key: "selling", pricePerKwh: 0.9, wearPerKwh: 0.18 },
  "driver-chose-fast": { key: "driver-chose-fast" },
  "emergency-use": { key: "emergency-use" },
  "minimum-current": { key: "minimum-current", minChargeKw: 4.14 },
  "station-offline": { key: "station-offline" },
  "station-not-following": { key: "station-not-following" },
  "not-authorized": { key: "not-authorized" },
  "price-not-accepted": { key: "price-not-accepted" },
  "not-booked": { key: "not-booked" },
  "evse-not-configured": { key: "evse-not-configured" },
  "limited-from-outside": { key: "limited-from-outside", stationId: "CP09" },
  "limited-by-car": { key: "limited-by-car" },
  rule: { key: "rule", rule: "some rule" },
  "not-plugged-in": { key: "not-plugged-in" },
  reserved: { key: "reserved", heldFor: "queue", untilMs: 1_795_000_000_000 },
  "past-departure": { key: "past-departure" },
  "session-over": { key: "session-over" },
  "no-session": { key: "no-session" },
};

const words = (text: string): string => text.replaceAll(/\{\w+\}/g, "");

describe("the dictionaries", () => {
  it("have the same keys", () => {
    expect(Object.keys(DICTIONARIES["zh-CN"]).sort()).toEqual(keys.toSorted());
    expect(keys.length).toBeGreaterThan(100);
  });
  it.each(keys)("%s has the same placeholders in both, and text", (key) => {
    expect(holes(DICTIONARIES["zh-CN"][key])).toEqual(holes(DICTIONARIES.en[key]));
    for (const language of LANGUAGES) expect(DICTIONARIES[language][key]?.trim()).not.toBe("");
  });
  it("speak their own language", () => {
    const chinese = /[\u4e00-\u9fff]/;
    /** The switch speaks the other language; OCPP is a name. */
    const aboutTheOther = /^page\.language|^rows\.ocpp$/;
    const own = keys.filter((key) => !aboutTheOther.test(key));
    expect(own.filter((key) => chinese.test(DICTIONARIES.en[key] ?? ""))).toEqual([]);
    const untranslated = own.filter(
      (key) =>
        /[a-z]{4}/i.test(words(DICTIONARIES.en[key] ?? "")) &&
        DICTIONARIES.en[key] === DICTIONARIES["zh-CN"][key],
    );
    expect(untranslated).toEqual([]);
  });
});

describe("the page's files and the dictionaries", () => {
  const sources = readdirSync(PAGE)
    .filter((file) => /\.(?:js|html)$/.test(file) && !file.startsWith("messages-"))
    .map((file) => readFileSync(join(PAGE, file), "utf8"))
    .join("\n");
  /** Keys in the source as they stand, and the fixed beginnings of those that are put together. */
  const used = [...sources.matchAll(/(?:data-i18n(?:-label)?=|[^\w]t\(\s*|\? |: )"([a-z]+\.[\w.-]+)"/g)].map(
    ([, key]) => key ?? "",
  );
  const beginnings = [...sources.matchAll(/`([a-z]+\.[\w.-]*)\$\{/g)].map(([, start]) => start ?? "");

  const isUsed = (key: string): boolean =>
    sources.includes(`"${key}"`) || beginnings.some((start) => key.startsWith(start));

  it("name only keys that exist", () => {
    expect(used.length).toBeGreaterThan(60);
    expect(used.filter((key) => !keys.includes(key))).toEqual([]);
    expect(beginnings.filter((start) => !keys.some((key) => key.startsWith(start)))).toEqual([]);
  });
  it("leave no key unused", () => {
    expect(keys.filter((key) => !isUsed(key))).toEqual([]);
  });
});

const numbers = (reason: Reason): number[] =>
  Object.values(reason).filter((value) => typeof value === "number");

describe("every reason is a sentence in both languages", () => {
  const site = { ...communityLive(), nowMs: 1_794_950_000_000 };

  it.each(LANGUAGES)("%s says of each kind for whom it is held, and until when", (language) => {
    setLanguage(language);
    const said = HELD_FOR.map((heldFor) =>
      reasonSentence({ key: "reserved", heldFor, untilMs: 1_795_000_000_000 }, site),
    );
    expect(new Set(said).size).toBe(HELD_FOR.length);
    for (const sentence of said) expect(sentence).toMatch(/^[^{}]*\d\d:\d\d[^{}]*[.。]$/);
  });

  it.each(LANGUAGES.flatMap((language) => Object.values(REASONS).map((reason) => ({ language, reason }))))(
    "$language: $reason.key",
    ({ language, reason }) => {
      setLanguage(language);
      const sentence = reasonSentence(reason, site);
      expect(sentence).toMatch(language === "en" ? /^[A-Z].*\.$/ : /[\u4e00-\u9fff].*。$/);
      expect(sentence).not.toMatch(/[{}]|undefined|NaN|null|reason\./);
      if (numbers(reason).length > 0) expect(sentence).toMatch(/\d/);
      if ("nodeId" in reason) expect(sentence).toContain(reason.nodeId);
    },
  );

  it.each(LANGUAGES)("%s: leaves out a price that would read as nothing", (language) => {
    setLanguage(language);
    for (const reason of Object.values(REASONS)) {
      const plain = "shadowPricePerKwh" in reason ? { ...reason, shadowPricePerKwh: 1e-7 } : reason;
      if (plain !== reason) expect(reasonSentence(plain, site)).not.toMatch(/[{}¥]/);
    }
  });

  it("has words for every rule of the optimizer", () => {
    const names = Object.values(rules).map((make) => make().name);
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !keys.includes(`rule.${name}`))).toEqual([]);
  });

  it("names the event as people know it, and by its id when it has no name", () => {
    setLanguage("en");
    const event = { key: "demand-response-event", shadowPricePerKwh: 0.1 } as const;
    const [named, unnamed] = site.events;
    expect(reasonSentence({ ...event, eventId: named?.id ?? "" }, site)).toContain("Evening peak");
    expect(reasonSentence({ ...event, eventId: unnamed?.id ?? "" }, site)).toContain(unnamed?.id);
  });

  it("tells times by the site's clock, not the reader's", () => {
    setLanguage("en");
    const reason = { ...REASONS["waiting-for-cheaper-slot"], untilMs: Date.UTC(2026, 6, 1, 15, 0) };
    const at = (timeZone: string) =>
      reasonSentence(reason, { ...site, nowMs: Date.UTC(2026, 6, 1, 14, 0), timeZone });
    expect(at("Asia/Shanghai")).toContain("23:00");
    expect(at("Europe/Berlin")).toContain("17:00");
  });
});

describe("words for closed sets of the domain", () => {
  const statuses: Record<PlanOutcome["status"], true> = {
    optimal: true,
    feasible: true,
    fallback: true,
    "limits-broken": true,
    invalid: true,
  };
  it.each(Object.keys(statuses))("plan status %s", (status) => {
    expect(keys).toContain(`plan.status.${status}`);
    expect(keys).toContain(`plan.why.${status}`);
  });
  it.each(["upcoming", "in-force", "overruled", "ignored", "finished"])("event state %s", (state) => {
    expect(keys).toContain(`events.state.${state}`);
  });
  it.each(IGNORED_CODES)("why an event has no effect: %s", (code) => {
    expect(keys).toContain(`events.why.${code}`);
  });
});

describe("words for rows and refusals", () => {
  it("every state of a row", () => {
    expect(STATES.length).toBeGreaterThan(10);
    expect(STATES.filter((state) => !keys.includes(`state.${state}`))).toEqual([]);
  });
  it("every row is in one of those states, whatever its station says", () => {
    const rows = communityLive().rows.flatMap((row) =>
      EVSE_STATUSES.flatMap((status) => [
        { ...row, status },
        { ...row, status, session: null },
        { ...row, status, connected: false },
      ]),
    );
    expect(rows.map(stateOf).filter((state) => !STATES.includes(state))).toEqual([]);
  });
  it("every refusal that a button or the form may meet", () => {
    const met = [
      "auth.missing",
      "auth.invalid",
      "auth.forbidden",
      "not-found.session",
      "session.ended",
      "preference.window",
      "preference.one-way",
      "preference.battery-unknown",
      "request.invalid",
      "internal",
      "connect.failed",
    ];
    expect(met.filter((code) => !(code in ERROR_CATALOGUE))).toEqual([]);
    expect(met.filter((code) => !keys.includes(`error.${code}`))).toEqual([]);
  });
});

describe("the language", () => {
  it.each([
    [["zh-TW", "en"], "zh-CN"],
    [["fr-FR", "zh"], "zh-CN"],
    [["en-GB", "zh-CN"], "en"],
    [["fr", "de"], "en"],
    [[], "en"],
  ])("of a browser that wants %j is %s", (wanted, language) => {
    expect(preferredLanguage(wanted)).toBe(language);
  });
  it("fills in placeholders, and leaves what it has no value for", () => {
    setLanguage("en");
    expect(t("import.gauge", { value: "1 kW" })).toBe("1 kW of {limit}");
  });
});
