import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findPackage } from "../../src/server/package-root.js";
import { type Harness, startHarness } from "./harness.js";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({
    vtnPrefix: "/openadr3/3.1.1",
    vtnPlugin: async (app) => {
      app.setErrorHandler((_error, _request, reply) => reply.code(418).send({ title: "a problem object" }));
      app.get("/programs", async () => []);
      app.get("/broken", async () => {
        throw new Error("x");
      });
    },
  });
});
afterAll(() => harness.app.close());

const folder = join(findPackage().root, "src", "web", "public");
const files = readdirSync(folder);

describe("the page", () => {
  it("is at /, under a policy without inline scripts or foreign sources", async () => {
    const reply = await harness.app.inject({ url: "/" });
    expect([reply.statusCode, reply.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
    const policy = String(reply.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(reply.headers["x-content-type-options"]).toBe("nosniff");
  });

  it("keeps to that policy itself", async () => {
    const { body } = await harness.app.inject({ url: "/" });
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|(?:src|href)="(?:https?:)?\/\//);
  });

  it.each(files)("serves %s, to be revalidated", async (file) => {
    const reply = await harness.app.inject({ url: `/${file}` });
    expect([reply.statusCode, reply.headers["cache-control"]]).toEqual([200, "no-cache"]);
    const again = { url: `/${file}`, headers: { "if-none-match": String(reply.headers.etag) } };
    expect((await harness.app.inject(again)).statusCode).toBe(304);
  });

  it.each([
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/package.json",
    "/.git/config",
    "/tsconfig.json",
  ])("serves nothing beside it: %s", async (url) => {
    const reply = await harness.app.inject({ url });
    expect([400, 403, 404]).toContain(reply.statusCode);
    expect(reply.body).not.toContain("compilerOptions");
  });

  it("asks only for files that are there", async () => {
    const { body } = await harness.app.inject({ url: "/" });
    const asked = [...body.matchAll(/(?:src|href)="([\w.-]+\.(?:js|css|svg))"/g)].map(([, file]) => file);
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((file) => !files.includes(file ?? ""))).toEqual([]);
  });
});

describe("health", () => {
  it("lives without a token", async () => {
    expect((await harness.app.inject({ url: "/health/live" })).json()).toEqual({
      status: "ok",
      instance: "a-test",
    });
  });
  it("is ready while sites and ledger answer, and says which does not", async () => {
    expect((await harness.app.inject({ url: "/health/ready" })).json()).toMatchObject({ status: "ok" });
    const broken = await startHarness();
    broken.operations.quarantined = () => Promise.reject(new Error("disk gone"));
    const reply = await broken.app.inject({ url: "/health/ready" });
    await broken.app.close();
    expect(reply.statusCode).toBe(503);
    expect(reply.body).not.toContain("disk gone");
    expect(reply.json().checks).toContainEqual(expect.objectContaining({ name: "ledger", ok: false }));
  });
});

describe("the VTN", () => {
  it("is mounted at its prefix and answers errors in its own form", async () => {
    expect((await harness.app.inject({ url: "/openadr3/3.1.1/programs" })).json()).toEqual([]);
    const reply = await harness.app.inject({ url: "/openadr3/3.1.1/broken" });
    expect([reply.statusCode, reply.json()]).toEqual([418, { title: "a problem object" }]);
  });
});
