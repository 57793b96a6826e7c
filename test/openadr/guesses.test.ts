/** Unknown tokens are counted by address, whichever API they come to, and no request's secrets are logged. */
import { expect, it } from "vitest";
import { createGuesses } from "../../src/domain/guesses.js";
import { createMetrics } from "../../src/server/metrics/registry.js";
import { bearer, startHarness } from "../server/harness.js";
import { startVtn } from "./harness.js";

const GUESSED = { authorization: "Bearer guessed" };

it("the VTN, the operator API and the metrics count together, and a good token opens all of them", async () => {
  const guesses = createGuesses();
  const vtn = await startVtn({ guesses });
  const { app } = await startHarness({ guesses, metrics: createMetrics(() => []) });
  const asked = {
    vtn: () => vtn.call("GET", "/programs", { as: null, headers: GUESSED }).then(({ status }) => status),
    api: () => app.inject({ url: "/api/v1/sites", headers: GUESSED }).then(({ statusCode }) => statusCode),
    metrics: () => app.inject({ url: "/metrics", headers: GUESSED }).then(({ statusCode }) => statusCode),
  };
  for (let turn = 0; turn < 100; turn++)
    for (const ask of Object.values(asked)) expect(await ask()).toBe(401);
  for (const ask of Object.values(asked)) expect(await ask()).toBe(429);
  const late = await vtn.call("GET", "/programs", { as: null, headers: GUESSED });
  expect(Number(late.headers["retry-after"])).toBeGreaterThan(0);
  expect(late.body.detail).toContain("too many unknown tokens");
  expect((await vtn.call("GET", "/programs")).status).toBe(200);
  expect((await app.inject({ url: "/api/v1/sites", headers: bearer("read") })).statusCode).toBe(200);
  await app.close();
});

const SECRET = "s3cret-of-a-client";

it.each([
  ["in a query", `/programs?skip=-1&client_secret=${SECRET}`, "/openadr3/3.1.1/programs", false],
  ["in a path that is none", `/programmes/${SECRET}`, "/openadr3/*", true],
  ["in the id of a program", `/programs/p1?access_token=${SECRET}`, "/openadr3/3.1.1/programs/:id", false],
] as const)("a secret %s is in no line of the log", async (_where, path, route, hidden) => {
  const vtn = await startVtn();
  const { log } = vtn;
  expect((await vtn.call("GET", path)).status).toBeGreaterThanOrEqual(400);
  const [line] = log;
  expect(line?.fields).toMatchObject({ method: "GET", route });
  expect(JSON.stringify(log)).not.toContain(SECRET);
  if (hidden) expect(line?.message).toContain("•••");
});
