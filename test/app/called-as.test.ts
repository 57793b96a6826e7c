import { describe, expect, it } from "vitest";
import { asCalled } from "../../src/app/called-as.js";

const printed = "`youxu station add pile-1`, then youxu serve; youxu --help. youxu serves this, youxu.yaml";
const as = (name: string): string =>
  `\`${name} station add pile-1\`, then ${name} serve; ${name} --help. youxu serves this, youxu.yaml`;

describe("commands that are printed", () => {
  it.each([
    ["npx youxu", { argv: ["node", "/x/node_modules/.bin/youxu"], env: { npm_command: "exec" } }],
    ["npx youxu", { argv: ["node", "/x/dist/src/cli/main.js"], env: { npm_command: "start" } }],
    ["node /x/dist/src/cli/main.js", { argv: ["node", "/x/dist/src/cli/main.js"], env: {} }],
    ['node "/my x/dist/src/cli/main.js"', { argv: ["node", "/my x/dist/src/cli/main.js"], env: {} }],
    ["youxu", { argv: ["node", "/usr/bin/youxu"], env: {} }],
  ])("begin with %s where the program was called so", (name, call) => {
    expect(asCalled(printed, call)).toBe(as(name));
  });
});
