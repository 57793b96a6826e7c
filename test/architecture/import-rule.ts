import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

/** What a folder may import besides itself and `src/domain`; packages by name, node: for built-ins. */
interface Allowance {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
}

const PURE = [
  "src/fleet",
  "src/signals",
  "src/planning",
  "src/optimizer",
  "src/dispatch",
  "src/settlement",
  "src/management",
  "src/sharing",
];

/** The table of the house. `app.ts` and the tests may import everything. */
const IMPORT_RULE: Readonly<Record<string, Allowance>> = {
  "src/domain": { folders: [], packages: ["zod"] },
  "src/fleet": { folders: [], packages: [] },
  "src/signals": { folders: ["src/ports"], packages: ["luxon"] },
  "src/signals/sources": { folders: ["src/signals"], packages: ["luxon", "csv-parse"] },
  "src/planning": { folders: [], packages: [] },
  "src/optimizer": { folders: [], packages: [] },
  "src/optimizer/solvers/highs": { folders: ["src/optimizer"], packages: ["highs"] },
  "src/optimizer/solvers/simplex": { folders: ["src/optimizer"], packages: ["javascript-lp-solver"] },
  "src/optimizer/solvers/structured/threads": {
    folders: ["src/optimizer"],
    packages: ["node:os", "node:worker_threads"],
  },
  "src/dispatch": { folders: [], packages: [] },
  "src/settlement": { folders: [], packages: [] },
  "src/settlement/money": { folders: [], packages: ["big.js"] },
  "src/management": { folders: [], packages: [] },
  "src/sharing": { folders: ["src/signals"], packages: [] },
  "src/ports": { folders: [], packages: [] },
  "src/control": { folders: [...PURE, "src/ports"], packages: [] },
  "src/ocpp": { folders: ["src/ports"], packages: ["ws", "ocpp-rpc", "node:"] },
  "src/openadr": { folders: ["src/ports", "src/accounts"], packages: ["fastify", "zod", "luxon", "node:"] },
  "src/store": { folders: ["src/ports"], packages: ["kysely", "libsql", "zod", "node:"] },
  "src/http": { folders: [], packages: ["node:"] },
  "src/metering": { folders: ["src/ports"], packages: ["node:"] },
  "src/metering/http": { folders: ["src/metering", "src/ports", "src/http"], packages: ["node:"] },
  "src/mqtt": { folders: [], packages: ["mqtt", "node:"] },
  "src/metering/mqtt": { folders: ["src/metering", "src/ports", "src/mqtt"], packages: ["node:"] },
  "src/metering/modbus": { folders: ["src/metering", "src/ports"], packages: ["jsmodbus", "node:"] },
  "src/accounts": { folders: ["src/ports"], packages: ["jose", "zod", "node:"] },
  "src/certificates": {
    folders: ["src/ports", "src/http"],
    packages: [
      "@peculiar/x509",
      "@peculiar/asn1-ocsp",
      "@peculiar/asn1-schema",
      "@peculiar/asn1-x509",
      "reflect-metadata",
      "zod",
      "node:",
    ],
  },
  "src/webhooks": { folders: ["src/ports", "src/accounts", "src/http"], packages: ["node:"] },
  "src/server": {
    folders: ["src/ports", "src/accounts", "src/management"],
    packages: [
      "fastify",
      "fastify-type-provider-zod",
      "@fastify/swagger",
      "@fastify/swagger-ui",
      "@fastify/static",
      "zod",
      "pino",
      "prom-client",
      "node:",
    ],
  },
  "src/web": { folders: [], packages: [] },
  "src/config": { folders: ["src/signals"], packages: ["zod", "yaml", "jsonc-parser", "luxon", "node:"] },
  "src/cli": { folders: ["src/app.ts", "src/config"], packages: ["commander", "node:"] },
  sims: {
    folders: [...PURE, "src/ports", "src/control", "src/config"],
    packages: ["ocpp-rpc", "ws", "pure-rand", "zod", "yaml", "csv-parse", "luxon", "node:"],
  },
};

/** May import everything: the composition root and what composes it for measurements. */
const FREE = ["src/app.ts", "src/app", "test", "bench"];

export interface Module {
  /** Path from the repository's root, with slashes. */
  readonly path: string;
  readonly source: string;
}

const SPECIFIER =
  /(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s)?\s*"([^"]+)"|(?:import|require|require\.resolve)\(\s*["`]([^"`$]+)/g;

/** What a module names to import: stated, dynamic, or by a `require` of its own making. */
export const importsOf = ({ source }: Module): string[] =>
  [...source.matchAll(SPECIFIER)].map(([, stated, dynamic]) => stated ?? dynamic ?? "");

/** Breaches of the rule, one sentence each. */
export const breaches = (modules: readonly Module[]): string[] =>
  modules.flatMap((module) => {
    const folder = folderOf(module.path);
    if (folder === "free") return [];
    if (folder === null) return [`${module.path}: its folder has no place in the import rule`];
    return importsOf(module)
      .filter((specifier) => !isAllowed(module.path, folder, specifier))
      .map((specifier) => `${module.path}: ${folder} may not import ${specifier}`);
  });

/** The longest folder of the rule that holds a path. */
const folderOf = (path: string): string | null => {
  if (FREE.some((free) => path === free || path.startsWith(`${free}/`))) return "free";
  const folders = Object.keys(IMPORT_RULE).filter((folder) => path.startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? null;
};

const isAllowed = (path: string, folder: string, specifier: string): boolean => {
  const rule = IMPORT_RULE[folder];
  if (rule === undefined) return false;
  if (!specifier.startsWith("."))
    return rule.packages.some((name) =>
      name === "node:" ? specifier.startsWith(name) : matchesPackage(specifier, name),
    );
  const target = normalize(join(dirname(path), specifier)).replace(/\.js$/, ".ts");
  return [folder, "src/domain", ...rule.folders].some(
    (allowed) => target === allowed || target.startsWith(`${allowed}/`),
  );
};

const matchesPackage = (specifier: string, name: string): boolean =>
  specifier === name || specifier.startsWith(`${name}/`);

export const modulesBelow = (root: string, folders: readonly string[]): Module[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({ path: relative(root, file), source: readFileSync(file, "utf8") })),
  );
