import { Command } from "commander";
import { addToken, listTokens, removeToken, ROLES } from "../app.js";
import { CONFIG_OPTION, JSON_OPTION, namedList } from "./options.js";
import { print, printJson, say } from "./output.js";

interface TokenOptions {
  readonly config: string;
  readonly json?: boolean;
}

export const tokenCommand = (): Command =>
  new Command("token")
    .description("tokens of operators, grid operators, meters and pages")
    .addCommand(add())
    .addCommand(list())
    .addCommand(remove());

const SCOPES_OF_ROLES = Object.fromEntries(
  Object.entries(ROLES).map(([role, scopes]) => [role, scopes.join(", ")]),
);

const add = (): Command =>
  new Command("add")
    .description("make a bearer token; it is shown this once")
    .argument("<name>", "who will use it")
    .option("--role <role>", "one of those below", "operator")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .addHelpText("after", namedList("Roles and their scopes", SCOPES_OF_ROLES))
    .action(async (name: string, { config, role, json }: TokenOptions & { role: string }) => {
      const issued = await addToken(config, name, role);
      if (json === true) return printJson(issued);
      print(issued.token);
      say("send it as `Authorization: Bearer <token>`, or type it into the page");
    });

const list = (): Command =>
  new Command("list")
    .description("who has a token, without the secrets")
    .option(...CONFIG_OPTION)
    .option(...JSON_OPTION)
    .action(async ({ config, json }: TokenOptions) => {
      const tokens = await listTokens(config);
      if (json === true) return printJson(tokens);
      if (tokens.length === 0) say("there is none yet: youxu token add <name>");
      for (const { id, name, role, scopes, createdMs } of tokens)
        print(
          `${(id ?? "(site file)").padEnd(16)}  ${name.padEnd(24)} ${(role ?? scopes.join(" ")).padEnd(16)} ` +
            (createdMs === null ? "" : new Date(createdMs).toISOString().slice(0, 16).concat("Z")),
        );
    });

const remove = (): Command =>
  new Command("remove")
    .description("take a token back: it no longer works")
    .argument("<id-or-name>", "as `youxu token list` shows it; a name takes back all of its tokens")
    .option(...CONFIG_OPTION)
    .action(async (idOrName: string, { config }: TokenOptions) => {
      const ids = await removeToken(config, idOrName);
      for (const id of ids) say(`${id} is taken back`);
      if (ids.length > 1) say(`${ids.length} tokens of the name ${idOrName}`);
    });
