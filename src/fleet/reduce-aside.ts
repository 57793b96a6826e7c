import { isSameAside, type ToldAside } from "../domain/discharge.js";
import type { AsideEvent, EvseState } from "../domain/fleet.js";
import { allowedUpTo } from "../domain/allowed.js";
import { withoutDischarge } from "../domain/schedule.js";

/**
 * What an EVSE may have been told beside its profile. It begins before the word leaves us and ends with a word that is
 * not below zero and was taken while none below zero was under way, or with the refusal of the only one.
 */
export const reduceAside = (evse: EvseState, event: AsideEvent): EvseState => {
  switch (event.kind) {
    case "aside-telling":
      return { ...evse, aside: telling(evse.aside ?? null, event) };
    case "aside-told": {
      const aside = evse.aside == null ? null : answered(evse.aside, event);
      return aside === (evse.aside ?? null) ? evse : { ...evse, aside };
    }
    case "aside-releasing":
      return { ...released(evse), toldMs: event.atMs, allowedBefore: allowedUpTo(evse, event.atMs) };
    default:
      return { ...evse, aside: { ...event.told, underWay: 0, mayStand: true } };
  }
};

type Telling = Extract<AsideEvent, { kind: "aside-telling" }>;
type Told = Extract<AsideEvent, { kind: "aside-told" }>;

const telling = (before: ToldAside | null, { told, atMs }: Telling): ToldAside => ({
  ...told,
  leastKw: Math.min(told.leastKw, before?.leastKw ?? 0),
  sinceMs: before?.sinceMs ?? atMs,
  underWay: (before?.underWay ?? 0) + 1,
  mayStand: before?.mayStand ?? false,
});

const answered = (aside: ToldAside, { word, stands }: Told): ToldAside | null => {
  if (!isSameAside(aside, word)) return aside;
  if (word.powerKw >= 0) return stands === "yes" && aside.underWay === 0 ? null : aside;
  const underWay = Math.max(0, aside.underWay - 1);
  const mayStand = aside.mayStand || stands !== "no";
  if (!mayStand && underWay === 0) return null;
  // A word that was taken has taken the place of all before it.
  const leastKw = stands === "yes" && underWay === 0 ? word.powerKw : aside.leastKw;
  return { ...aside, underWay, mayStand, leastKw };
};

/** From now on no schedule is believed to have it give back; it is told one anew as soon as there is one. */
const released = (evse: EvseState): EvseState => ({
  ...evse,
  held: evse.held === null ? null : withoutDischarge(evse.held),
  unanswered: evse.unanswered.map(withoutDischarge),
  awaitsSchedule: evse.session !== null,
});
