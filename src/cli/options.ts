const DEFAULT_CONFIG = "youxu.yaml";

/** The site file, for every command that needs one. */
export const CONFIG_OPTION = [
  "-c, --config <file>",
  "the site file; that of YOUXU_CONFIG where it is set",
  DEFAULT_CONFIG,
] as const;
/** The option to print behind a command that goes by the same site file; empty for the default. */
export const configSuffix = (config: string): string =>
  config === DEFAULT_CONFIG ? "" : ` --config ${config}`;
export const JSON_OPTION = ["--json", "the result as JSON on stdout"] as const;

/** Names with what they mean, to stand below a command's help. */
export const namedList = (title: string, names: Readonly<Record<string, string>>): string => {
  const width = Math.max(...Object.keys(names).map(({ length }) => length));
  const lines = Object.entries(names).map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`);
  return `\n${title}:\n${lines.join("\n")}`;
};
