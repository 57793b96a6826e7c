import { Command } from "commander";
import { outdatedPages, writePages } from "../app.js";
import { EXIT } from "./exit-codes.js";
import { print, say } from "./output.js";

export const docsCommand = (): Command =>
  new Command("docs")
    .description("the generated pages of docs/reference")
    .addCommand(
      new Command("write").description("write them").action(async () => {
        for (const page of await writePages()) say(`wrote ${page}`);
      }),
    )
    .addCommand(
      new Command("check").description("fail when one is out of date").action(async () => {
        const outdated = await outdatedPages();
        for (const page of outdated) print(`${page} is out of date: npm run generate`);
        if (outdated.length > 0) process.exitCode = EXIT.failed;
      }),
    );
