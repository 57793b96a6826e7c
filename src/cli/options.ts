export const DEFAULT_CONFIG = "youxu.yaml";

/** The site file, for every command that needs one. */
export const CONFIG_OPTION = ["-c, --config <file>", "the site file", DEFAULT_CONFIG] as const;
export const JSON_OPTION = ["--json", "the result as JSON on stdout"] as const;
