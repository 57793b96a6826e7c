import { Command } from "commander";
import { addToken } from "../app.js";
import { CONFIG_OPTION, JSON_OPTION } from "./options.js";
import { print, printJson, say } from "./output.js";

export const tokenCommand = (): Command =>
  new Command("token").description("tokens of operators, grid operators, meters and pages").addCommand(
    new Command("add")
      .description("make a bearer token; it is shown this once")
      .argument("<name>", "who will use it")
      .option("--role <role>", "viewer, operator, grid-operator, meter, admin or ven", "operator")
      .option(...CONFIG_OPTION)
      .option(...JSON_OPTION)
      .action(
        async (name: string, { config, role, json }: { config: string; role: string; json?: boolean }) => {
          const issued = await addToken(config, name, role);
          if (json === true) return printJson(issued);
          print(issued.token);
          say("send it as `Authorization: Bearer <token>`, or type it into the page");
        },
      ),
  );
