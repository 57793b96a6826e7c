import { keyTable } from "../src/config/reference.js";
import { carClassSchema, replaySchema, scenarioSchema } from "./scenario-schema.js";

/** The reference of scenario files in Markdown, generated from the schemas they are checked by. */
export const scenarioReference = (): string => `# Scenarios

Generated from the schema. Keys that are not listed are errors, and so are events and faults that would do
nothing. Local times are those of the site: \`HH:MM\`, its first from the start on, or \`YYYY-MM-DDTHH:MM\`.
\`scenarios/hard-night.yaml\` shows events and every kind of fault.

## The file

${keyTable(scenarioSchema, ["site"])}

The keys of \`site\` are those of [a site of the configuration](config.md#a-site).

## A class of cars

Under \`world.cars\`, by its name.

${keyTable(carClassSchema)}

## Replay of a table

Under \`world.replay\`; the table is given with \`--sessions FILE\`.

${keyTable(replaySchema)}
`;
