import type { NoticeText, PilePlace } from "../../domain/sharing.js";
import type { EpochMs } from "../../domain/units.js";
import type { Notices } from "../../ports/notices.js";
import { notice, OPERATOR } from "../../sharing/queue-notices.js";
import type { Effect } from "../../sharing/steps.js";
import type { ControlParts } from "../contract.js";
import type { ReservationKeeper } from "../reservations.js";
import { createTurns } from "../../ports/turns.js";

export interface Performing {
  readonly parts: Pick<ControlParts, "clock" | "log">;
  readonly reservations: Pick<ReservationKeeper, "hold" | "letGo">;
  readonly notices: Notices;
  /** What a driver asked for before plugging in becomes the wish of the session. */
  readonly wish: (sessionId: string, energyNeedKwh: number, departureMs: EpochMs) => Promise<void>;
}

/** Carries out what the rules of sharing decided: tells drivers, has stations hold piles, passes wishes on. */
export const createPerform = ({ parts, reservations, notices, wish }: Performing) => {
  const { clock, log } = parts;
  const inTurn = createTurns();
  let underWay = 0;

  const tell = (siteId: string, text: NoticeText): void => {
    notices.post({ ...text, siteId, atMs: clock.now() });
    log.info({ siteId, stationId: text.stationId, evseId: text.evseId, kind: text.kind }, text.text);
  };

  const hold = async (siteId: string, place: PilePlace, effect: Extract<Effect, { kind: "hold" }>) => {
    const outcome = await reservations.hold(place, effect);
    if (outcome.status === "accepted") return;
    const text = `the station does not hold the pile (${outcome.status}): whoever comes can plug in`;
    const told = notice(place, { to: OPERATOR, kind: "hold-refused", about: null, text });
    if (told.kind === "notice") tell(siteId, told.notice);
  };

  const run = async (siteId: string, place: PilePlace, effect: Effect): Promise<void> => {
    if (effect.kind === "hold") await hold(siteId, place, effect);
    if (effect.kind === "let-go") await reservations.letGo(place, effect.holder);
    if (effect.kind === "wish") await wish(effect.sessionId, effect.energyNeedKwh, effect.departureMs);
  };

  /** What one station is asked for goes to it in order, whatever others take for theirs. */
  const perform = async (siteId: string, place: PilePlace, effects: readonly Effect[]): Promise<void> => {
    for (const effect of effects) if (effect.kind === "notice") tell(siteId, effect.notice);
    underWay++;
    try {
      await inTurn(place.stationId, async () => {
        for (const effect of effects) await run(siteId, place, effect);
      });
    } catch (err) {
      log.error({ siteId, stationId: place.stationId, err }, "what sharing decided could not be done");
    } finally {
      underWay--;
    }
  };

  return { perform, idle: (): boolean => underWay === 0 };
};
