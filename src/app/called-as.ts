/** What tells how this program was called. */
interface Call {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const COMMANDS = "init|serve|demo|station|store|token|plan|sim|config|doctor|docs|--help";
const PRINTED = new RegExp(`\\byouxu (?=(?:${COMMANDS})(?![\\w-]))`, "g");

/**
 * How to call this program again: `npx youxu` under npm, `node <file>` where it was called by its file,
 * else `youxu`, which is then on the PATH.
 */
const programName = ({ argv, env }: Call): string => {
  if (env["npm_command"] !== undefined) return "npx youxu";
  const file = argv[1] ?? "";
  if (!/[\\/]cli[\\/]main\.js$/.test(file)) return "youxu";
  return `node ${/\s/.test(file) ? JSON.stringify(file) : file}`;
};

/** A text with its commands written so that they run as they are printed. */
export const asCalled = (text: string, call: Call = process): string =>
  text.replaceAll(PRINTED, () => `${programName(call)} `);
