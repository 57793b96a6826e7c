import { Command } from "commander";
import { calendarFile, type SharingClient, sharingClient } from "../app.js";
import { heldText } from "./held-text.js";
import { numberOption, print, printJson, say } from "./output.js";
import { sharingLines } from "./sharing-lines.js";
import { accessOf, type AskOptions, askingServer, evseNumber } from "./station/asking.js";
import { timeOption } from "./time-option.js";
import { timeText } from "./time-text.js";

interface PileOptions extends AskOptions {
  readonly evse: number;
}
interface DriverOptions extends PileOptions {
  readonly driver: string;
  readonly card: string;
  readonly kwh: number;
}

const clientOf = (site: string, options: AskOptions): Promise<SharingClient> =>
  sharingClient(accessOf(options), site);

/** The result: as JSON, or in a line. */
const tell = <T>(options: AskOptions, result: T, line: (result: T) => string): void =>
  options.json === true ? printJson(result) : print(line(result));

const atSite = (name: string, description: string): Command =>
  askingServer(name, description).argument("<site>", "the site");
const atPile = (name: string, description: string): Command =>
  atSite(name, description)
    .argument("<station>", "the pile")
    .option("--evse <number>", "of the pile", evseNumber, 1);
const forDriver = (name: string, description: string): Command =>
  atPile(name, description)
    .requiredOption("--driver <name>", "by which notices find the driver")
    .requiredOption("--card <token>", "that the pile is held for")
    .requiredOption("--kwh <n>", "energy wanted", numberOption("--kwh", { least: 0.1, most: 1_000 }));
const wishOf = (stationId: string, { evse, driver, card, kwh }: DriverOptions) => ({
  place: { stationId, evseId: evse },
  who: { driver, idToken: card },
  kwh,
});
/** One that must be there. */
const timeOf = (text: string, name: string): number => timeOption(text, name) ?? 0;

const show = (): Command =>
  atSite("show", "who has each pile, who waits, bookings and uses").action(
    async (site: string, options: AskOptions) => {
      const view = await (await clientOf(site, options)).view();
      if (options.json === true) return printJson(view);
      const lines = sharingLines(view);
      for (const line of lines) print(line);
      if (lines.length === 0) say("no pile of this site is shared");
    },
  );

const queue = (): Command =>
  forDriver("queue", "wait for a turn at a shared pile")
    .requiredOption("--deadline <time>", "when the car must be ready: 2026-12-01T07:30:00+08:00")
    .option("--ready-from <time>", "the car cannot come before")
    .option("--reachable-until <time>", "the driver cannot be called after")
    .action(
      async (
        site: string,
        station: string,
        options: DriverOptions & { deadline: string; readyFrom?: string; reachableUntil?: string },
      ) => {
        const { place, who, kwh } = wishOf(station, options);
        const entry = await (await clientOf(site, options)).join({
          ...place,
          ...who,
          energyNeedKwh: kwh,
          deadline: timeOf(options.deadline, "--deadline"),
          readyFrom: timeOption(options.readyFrom, "--ready-from"),
          reachableUntil: timeOption(options.reachableUntil, "--reachable-until"),
        });
        tell(options, entry, ({ id, position, expectedFromMs }) => {
          const expected =
            expectedFromMs === null ? "no time by the plan yet" : `by the plan ${timeText(expectedFromMs)}`;
          return `${id}  place ${position}, ${expected}`;
        });
      },
    );

const leave = (): Command =>
  atSite("leave", "wait no more")
    .argument("<entry>", "id of the wait")
    .action(async (site: string, entry: string, options: AskOptions) => {
      await (await clientOf(site, options)).leave(entry);
      say(`${entry} waits no more`);
    });

const bookingLine = ({ id, fromMs, toMs, status, why }: Awaited<ReturnType<SharingClient["book"]>>): string =>
  `${id}  ${timeText(fromMs)} – ${timeText(toMs)}  ${status}${why === null ? "" : `: ${why}`}`;

const book = (): Command =>
  forDriver("book", "book a neighbour's pile")
    .requiredOption("--from <time>", "when it begins")
    .requiredOption("--to <time>", "when it ends")
    .action(async (site: string, station: string, options: DriverOptions & { from: string; to: string }) => {
      const { place, who, kwh } = wishOf(station, options);
      const [from, to] = [timeOf(options.from, "--from"), timeOf(options.to, "--to")];
      const booking = await (await clientOf(site, options)).book({
        ...place,
        ...who,
        energyNeedKwh: kwh,
        from,
        to,
      });
      tell(options, booking, bookingLine);
    });

const answer = (name: "grant" | "refuse", description: string): Command =>
  atSite(name, description)
    .argument("<booking>", "its id")
    .action(async (site: string, booking: string, options: AskOptions) =>
      tell(options, await (await clientOf(site, options)).answer(booking, name === "grant"), bookingLine),
    );

const cancel = (): Command =>
  atSite("cancel", "cancel a booking that has not begun")
    .argument("<booking>", "its id")
    .action(async (site: string, booking: string, options: AskOptions) =>
      tell(options, await (await clientOf(site, options)).cancel(booking), bookingLine),
    );

const calendar = (): Command =>
  atPile("set-calendar", "replace the calendar of a private pile; bookings that were made stay")
    .argument("<file>", 'JSON: {"hours":[{"days":[1],"from":"08:00","to":"18:00"}],"exceptions":[]}')
    .action(async (site: string, station: string, file: string, ...rest: [PileOptions]) => {
      const [options] = rest;
      const client = await clientOf(site, options);
      const lent = await client.setCalendar({
        ...(await calendarFile(file)),
        stationId: station,
        evseId: options.evse,
      });
      tell(options, lent, ({ calendar: { hours } }) => `${hours.length} weekly hours`);
    });

const ownerReturns = (): Command =>
  atPile("owner-returns", "the owner comes home: bookings before the time end or are cancelled")
    .requiredOption("--until <time>", "until when the owner needs the pile")
    .action(async (site: string, station: string, options: PileOptions & { until: string }) => {
      const client = await clientOf(site, options);
      const until = timeOf(options.until, "--until");
      const bookings = await client.ownerReturns({ stationId: station, evseId: options.evse, until });
      if (bookings.length === 0 && options.json !== true) return say("no booking is in the way");
      tell(options, bookings, (all) => all.map(bookingLine).join("\n"));
    });

const quote = (): Command =>
  forDriver("quote", "what a use of the emergency pile costs, and who waits for it")
    .requiredOption(
      "--minutes <n>",
      "how long the car can stay",
      numberOption("--minutes", { least: 1, most: 1_440 }),
    )
    .action(async (site: string, station: string, options: DriverOptions & { minutes: number }) => {
      const { place, who, kwh } = wishOf(station, options);
      const wish = { ...place, ...who, energyKwh: kwh, minutes: options.minutes };
      const quoted = await (await clientOf(site, options)).quote(wish);
      tell(options, quoted, ({ use, currency, mostCost, expectedKwh, heldBy, waits }) =>
        [
          `${use.id}  at most ${use.energyKwh.toFixed(2)} kWh in ${use.minutes} min, by the plan ${expectedKwh.toFixed(2)} kWh`,
          ...(heldBy === null ? [] : [`  no more for ${heldText(heldBy)}`]),
          `  at most ${mostCost.toFixed(2)} ${currency}, the price stands until ${timeText(use.untilMs)}`,
          ...waits.map(
            ({ sessionId, laterKwh, missingKwh }) =>
              `  ${sessionId} gets ${laterKwh.toFixed(2)} kWh later, lacks ${missingKwh.toFixed(2)} kWh`,
          ),
        ].join("\n"),
      );
    });

const accept = (): Command =>
  atSite("accept", "accept the price: the emergency pile is held for the card")
    .argument("<use>", "its id, as quote told it")
    .action(async (site: string, use: string, options: AskOptions) =>
      tell(
        options,
        await (await clientOf(site, options)).accept(use),
        ({ status, untilMs }) => `${status} until ${timeText(untilMs)}`,
      ),
    );

const notices = (): Command =>
  atSite("notices", "what drivers, owners and operators were told")
    .option("--to <name>", "a driver's name, owner or operator")
    .action(async (site: string, options: AskOptions & { to?: string }) => {
      const found = await (await clientOf(site, options)).notices(options.to ?? null);
      if (options.json === true) return printJson(found);
      for (const { atMs, to, kind, text } of found)
        print(`${timeText(atMs)} ${to.padEnd(12)} ${kind.padEnd(16)} ${text}`);
      if (found.length === 0) say("nothing");
    });

/** Queues of shared piles, bookings of neighbours' piles, the emergency pile of a running server. */
export const sharingCommand = (): Command => {
  const command = new Command("sharing").description(
    "shared piles of a running server: queues, bookings, the emergency pile",
  );
  const granting = answer("grant", "the owner lends the pile as asked");
  const refusing = answer("refuse", "the owner does not lend it");
  const loans = [book(), granting, refusing, cancel(), calendar(), ownerReturns()];
  for (const each of [show(), queue(), leave(), ...loans, quote(), accept(), notices()])
    command.addCommand(each);
  return command;
};
