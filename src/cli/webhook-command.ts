import { Command, Option } from "commander";
import { WEBHOOK_KINDS, webhookClient, type WebhookKind } from "../app.js";
import { counted } from "../domain/figures.js";
import { print, printJson, say } from "./output.js";
import { accessOf, type AskOptions, askingServer } from "./station/asking.js";
import { timeText } from "./time-text.js";

const SCOPE = "with the scope admin; YOUXU_TOKEN by default";

/** Who is told of what happens, at a running server. */
export const webhookCommand = (): Command =>
  new Command("webhook")
    .description("addresses that are told of what happens, by signed messages")
    .addCommand(add())
    .addCommand(list())
    .addCommand(deliveries())
    .addCommand(ping())
    .addCommand(remove());

interface AddOptions extends AskOptions {
  readonly kinds?: WebhookKind[];
  readonly site?: string[];
}

const add = (): Command =>
  askingServer("add", "have an address told; prints the secret of its signatures, this once", SCOPE)
    .argument("<url>", "https://…")
    .addOption(new Option("--kinds <kinds...>", "of these alone; of all by default").choices(WEBHOOK_KINDS))
    .option("--site <ids...>", "of these sites alone")
    .action(async (url: string, options: AddOptions) => {
      const { kinds = null, site: siteIds = null } = options;
      const added = await (await webhookClient(accessOf(options))).add({ url, kinds, siteIds });
      if (options.json === true) return printJson(added);
      print(`webhook  ${added.id}\nsecret   ${added.secret}`);
      say("the secret is shown this once: signatures are those of standardwebhooks.com");
    });

const list = (): Command =>
  askingServer("list", "who is told of what", SCOPE).action(async (options: AskOptions) => {
    const all = await (await webhookClient(accessOf(options))).list();
    if (options.json === true) return printJson(all);
    for (const { id, url, kinds, siteIds, createdBy, goneMs } of all)
      print(
        `${id}  ${url}  ${kinds?.join(",") ?? "all"}${siteIds === null ? "" : ` at ${siteIds.join(",")}`}  by ${createdBy}${goneMs === null ? "" : `  gone since ${timeText(goneMs)}: told no more`}`,
      );
    if (all.length === 0) say("nobody");
  });

const deliveries = (): Command =>
  askingServer("deliveries", "what waits for it, and the newest 50 that are over", SCOPE)
    .argument("<webhook>", "as `youxu webhook list` shows it")
    .action(async (id: string, options: AskOptions) => {
      const all = await (await webhookClient(accessOf(options))).deliveries(id);
      if (options.json === true) return printJson(all);
      for (const { atMs, kind, state, tries, nextMs, detail } of all)
        print(
          `${timeText(atMs)}  ${kind.padEnd(20)} ${state.padEnd(9)} ${counted(tries, "try")}${detail === null ? "" : `, ${detail}`}${nextMs === null ? "" : `, next ${timeText(nextMs)}`}`,
        );
      if (all.length === 0) say("nothing");
    });

const ping = (): Command =>
  askingServer("ping", "tell it of nothing in particular; see deliveries", SCOPE)
    .argument("<webhook>", "as `youxu webhook list` shows it")
    .action(async (id: string, options: AskOptions) => {
      await (await webhookClient(accessOf(options))).ping(id);
      say(`on its way: youxu webhook deliveries ${id}`);
    });

const remove = (): Command =>
  askingServer("remove", "tell it no more; what waits is forgotten", SCOPE)
    .argument("<webhook>", "as `youxu webhook list` shows it")
    .action(async (id: string, options: AskOptions) => {
      await (await webhookClient(accessOf(options))).remove(id);
      say(`${id} is told no more`);
    });
