import type { Command } from "commander";
import { readPem, type StationJob, stationIdentity, stationJobs, YouxuError } from "../../app.js";
import { numberOption, print, printJson, say } from "../output.js";
import { timeText } from "../time-text.js";
import { timeOption } from "../time-option.js";
import { accessOf, ADMIN, type AskOptions, asking, run } from "./asking.js";

interface RetryOptions {
  readonly retries?: number;
  readonly retryAfter?: number;
}

/** How often a transfer is tried again, and after how long. */
export const withRetries = (command: Command): Command =>
  command
    .option(
      "--retries <n>",
      "tries after the first; as the station likes by default",
      numberOption("--retries", { least: 0, most: 100, whole: true }),
    )
    .option(
      "--retry-after <s>",
      "between two tries",
      numberOption("--retry-after", { least: 0, most: 86_400, whole: true }),
    );
export const retriesOf = ({ retries, retryAfter }: RetryOptions) => ({
  retries: retries ?? null,
  retryIntervalS: retryAfter ?? null,
});

/** An image by its location, or one of the server's own files. */
const imageOf = (location: string | undefined, file: string | undefined) => {
  if ((location === undefined) === (file === undefined))
    throw new YouxuError("usage.invalid", "name a location or a file of the server", "--file");
  return { location: location ?? null, fileId: file ?? null };
};

interface UpdateOptions extends AskOptions, RetryOptions {
  readonly file?: string;
  readonly at?: string;
  readonly installAt?: string;
  readonly firmware?: string;
  readonly certificate?: string;
  readonly signature?: string;
}

const signedOf = ({ certificate, signature }: UpdateOptions) => {
  if (certificate === undefined && signature === undefined) return null;
  if (certificate === undefined || signature === undefined)
    throw new YouxuError("usage.invalid", "--certificate and --signature go together", "--signature");
  return { certificatePath: certificate, signature };
};

const update = (): Command =>
  withRetries(
    asking("update-firmware", "have a station fetch and install a firmware; see jobs for how it goes", ADMIN)
      .argument("[location]", "URL of the image; or --file")
      .option("--file <id>", "one of the server's own files, as `youxu file put` tells it")
      .option("--at <time>", "when to fetch it; at once by default")
      .option("--install-at <time>", "when to install it; once it is there by default")
      .option("--firmware <version>", "what the station will call it; its boot with that ends the job")
      .option("--certificate <file>", "the maker's signing certificate, PEM")
      .option("--signature <text>", "of the image, base64"),
  ).action(async (id: string, location: string | undefined, options: UpdateOptions) => {
    const signed = signedOf(options);
    await run(id, options, {
      kind: "update-firmware",
      ...imageOf(location, options.file),
      ...retriesOf(options),
      retrieveMs: timeOption(options.at, "--at"),
      installMs: timeOption(options.installAt, "--install-at"),
      version: options.firmware ?? null,
      signed:
        signed === null
          ? null
          : { certificatePem: await readPem(signed.certificatePath), signature: signed.signature },
    });
  });

const publish = (): Command =>
  withRetries(
    asking(
      "publish-firmware",
      "have a local controller fetch a firmware and offer it to its stations (2.x)",
      ADMIN,
    )
      .argument("<md5>", "checksum of the image, as `youxu file put` tells it")
      .argument("[location]", "URL of the image; or --file")
      .option("--file <id>", "one of the server's own files"),
  ).action(
    async (
      id: string,
      checksum: string,
      ...[location, options]: [string | undefined, AskOptions & RetryOptions & { file?: string }]
    ) =>
      run(id, options, {
        kind: "publish-firmware",
        checksum,
        ...imageOf(location, options.file),
        ...retriesOf(options),
      }),
  );

const unpublish = (): Command =>
  asking("unpublish-firmware", "have a local controller offer a firmware no more (2.x)", ADMIN)
    .argument("<md5>", "checksum of the image")
    .action(async (id: string, checksum: string, options: AskOptions) =>
      run(id, options, { kind: "unpublish-firmware", checksum }),
    );

const jobLine = ({ kind, what, askedMs, result, statuses }: StationJob): string =>
  [
    `${askedMs === null ? "not asked for here".padEnd(25) : timeText(askedMs)} ${kind} ${what}: ${result}`,
    ...statuses.map(
      ({ atMs, status, detail, times, isOdd }) =>
        `  ${timeText(atMs)} ${status}${times > 1 ? ` (${times} times)` : ""}${detail === "" ? "" : `: ${detail}`}${isOdd ? "  out of order" : ""}`,
    ),
  ].join("\n");

const jobs = (): Command =>
  asking("jobs", "updates of a station's firmware and uploads of its logs, with every status").action(
    async (id: string, options: AskOptions) => {
      const found = await stationJobs(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const job of found) print(jobLine(job));
      if (found.length === 0) say("none");
    },
  );

/** Times are named `…Ms`; they are told as such. */
const aboutLine = (name: string, value: string | number | null): string => {
  const title = name.replace(/Ms$/, "").padEnd(24);
  if (value === null) return `${title} not told`;
  return `${title} ${typeof value === "number" && name.endsWith("Ms") ? timeText(value) : value}`;
};

const about = (): Command =>
  asking("about", "maker, model and firmware of a station, as of its last boot").action(
    async (id: string, options: AskOptions) => {
      const found = await stationIdentity(accessOf(options), id);
      if (options.json === true) return printJson(found);
      for (const [name, value] of Object.entries(found)) print(aboutLine(name, value));
    },
  );

/** Software of stations. */
export const firmwareCommands = (): Command[] => [update(), publish(), unpublish(), jobs(), about()];
