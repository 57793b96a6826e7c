import type { z } from "zod";
import { tariffSchema } from "../domain/tariff.js";
import { configSchema } from "./config-schema.js";
import { envName, OTHER_VARIABLES } from "./layers.js";
import { type JsonSchema, jsonSchemaOf, scalarPaths } from "./schema-walk.js";
import { siteSchema } from "./site-schema.js";

interface Row {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly description: string;
}

/** zod writes the largest safe integers where no bound is meant. */
const safe = (bound: number | undefined): bound is number =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

const bounds = (schema: JsonSchema): string => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const low = safe(exclusiveMinimum) ? `> ${exclusiveMinimum}` : safe(minimum) ? `≥ ${minimum}` : "";
  const high = safe(exclusiveMaximum) ? `< ${exclusiveMaximum}` : safe(maximum) ? `≤ ${maximum}` : "";
  return [low, high].filter((part) => part !== "").join(", ");
};

const literal = (value: unknown): string => `\`${JSON.stringify(value)}\``;

const typeOf = (schema: JsonSchema): string => {
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(literal).join(" or ");
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(" or ");
  if (schema.properties !== undefined) return `{ ${Object.keys(schema.properties).join(", ")} }`;
  if (schema.items !== undefined)
    return schema.items.properties === undefined ? `list of ${typeOf(schema.items)}` : "list";
  const type = String(schema.type ?? "any");
  const range = bounds(schema);
  return range === "" ? type : `${type} ${range}`;
};

const fallbackOf = (schema: JsonSchema, required: boolean): string => {
  if (required) return "**required**";
  if (schema.default === undefined) return "–";
  const text = JSON.stringify(schema.default);
  return text.length > 40 ? "see below" : `\`${text}\``;
};

/** Keys of an object and of all below it, in the order of the schema. */
const rowsOf = (schema: JsonSchema, above: string, skip: ReadonlySet<string>): Row[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const key = above === "" ? name : `${above}.${name}`;
    const below = child.items?.properties === undefined ? child : child.items;
    const prefix = child.items?.properties === undefined ? key : `${key}[]`;
    const required = schema.required?.includes(name) ?? false;
    const row = {
      key: prefix,
      type: typeOf(child),
      fallback: fallbackOf(child, required),
      description: child.description ?? "",
    };
    return skip.has(key) ? [row] : [row, ...rowsOf(below, prefix, skip)];
  });

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const table = (rows: readonly Row[]): string =>
  [
    "| key | value | default | meaning |",
    "| --- | --- | --- | --- |",
    ...rows.map(
      ({ key, type, fallback, description }) =>
        `| \`${key}\` | ${cell(type)} | ${fallback} | ${cell(description)} |`,
    ),
  ].join("\n");

/** Markdown table of the keys that a closed schema allows; the keys below those of `skip` are left out. */
export const keyTable = (schema: z.ZodType, skip: readonly string[] = []): string =>
  table(rowsOf(jsonSchemaOf(schema), "", new Set(skip)));

const environmentTable = (json: JsonSchema): string =>
  [
    "| variable | key |",
    "| --- | --- |",
    ...scalarPaths(json).map((path) => `| \`${envName(path)}\` | \`${path.join(".")}\` |`),
  ].join("\n");

const otherVariables = (): string =>
  [
    "| variable | meaning |",
    "| --- | --- |",
    ...Object.entries(OTHER_VARIABLES).map(([name, meaning]) => `| \`${name}\` | ${meaning} |`),
  ].join("\n");

/** The reference of the configuration in Markdown, generated from the schemas it is checked by. */
export const configReference = (): string => `# Configuration

Generated from the schema. One YAML file, then \`YOUXU_*\` variables, then the flags of \`youxu serve\`
(\`--host\`, \`--port\`); the later holds. Keys that are not listed are errors. \`youxu config check\` tells
all problems at once, \`youxu config show\` tells where each value comes from.

A secret is a text in place, \`{ env: NAME }\` or \`{ file: PATH }\` (first line).

## The file

${keyTable(configSchema, ["sites", "tariffs"])}

## A site

${keyTable(siteSchema)}

## A tariff

In place under \`tariffs\`, or in a file of its own named in \`tariffFiles\`.

${keyTable(tariffSchema)}

## Variables

${environmentTable(jsonSchemaOf(configSchema))}

Beside them, of the command line:

${otherVariables()}
`;
