import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everyPart, type EveryPartStage } from "./every-part.js";
import { type Harness, startHarness } from "./harness.js";
import { registeredRoutes } from "./registered.js";

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly Record<string, readonly string[]>[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: Schema }> }>;
}
interface Schema {
  readonly properties?: Record<string, object>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

let harness: Harness;
let stage: EveryPartStage;
let document: Document;
/** Every route that was registered under the API, from fastify itself. */
const registered: string[] = [];
beforeAll(async () => {
  stage = await everyPart("CP01");
  harness = await startHarness(stage.parts);
  document = (await harness.app.inject({ url: "/docs/json" })).json();
  registered.push(...registeredRoutes(harness.app).filter((name) => /^\w+ \/(?:api|health)\//.test(name)));
});
afterAll(async () => {
  await harness.app.close();
  await stage.close();
});

const operations = (): [string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );

describe("the OpenAPI document", () => {
  it("is of version 3.1 and has routes", () => {
    expect(document.openapi).toBe("3.1.0");
    expect(operations().length).toBeGreaterThan(18);
  });

  it("has every route of the API and of health", () => {
    expect(registered).toContain("put /api/v1/stations/{id}/evses/{evse}/preference");
    expect(registered.length).toBe(operations().length);
    const documented = operations().map(([name]) => name);
    expect(registered.filter((name) => !documented.includes(name))).toEqual([]);
  });

  it("says of every route what it does, who may, and what it answers", () => {
    for (const [name, operation] of operations()) {
      expect(operation.summary, name).toMatch(/\w/);
      expect(operation.tags, name).toHaveLength(1);
      const open = name.includes("/health/");
      expect(operation.security, name).toEqual(open ? [] : [{ bearer: [expect.any(String)] }]);
      if (!open)
        expect(Object.keys(operation.responses), name).toEqual(
          expect.arrayContaining(["400", "401", "403", "404"]),
        );
      const good = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
      const schema = Object.values(good?.[1].content ?? {})[0]?.schema;
      if (good?.[0] !== "204") expect(Object.keys(schema ?? {}).length, name).toBeGreaterThan(0);
    }
  });

  it("has a body schema for every change that has a body", () => {
    const bare = ["/security/password", "/accept"];
    const changes = operations().filter(
      ([name]) => /^(post|put|patch) /.test(name) && !bare.some((end) => name.endsWith(end)),
    );
    for (const [name, { requestBody }] of changes)
      expect(requestBody?.content["application/json"]?.schema, name).toBeDefined();
  });

  it("describes every field of every schema", () => {
    const bare: string[] = [];
    for (const [name, schema] of Object.entries(document.components.schemas))
      for (const [field, value] of Object.entries(schema.properties ?? {}))
        if (!/"(?:description|\$ref|const)":/.test(JSON.stringify(value))) bare.push(`${name}.${field}`);
    expect(Object.keys(document.components.schemas).length).toBeGreaterThan(15);
    expect(bare).toEqual([]);
  });

  it("resolves every reference", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty([name ?? ""]);
  });
});

describe("the page of the API", () => {
  it("loads nothing from elsewhere", async () => {
    const reply = await harness.app.inject({ url: "/docs/" });
    expect(reply.statusCode).toBe(200);
    expect(reply.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(reply.headers["content-security-policy"]).not.toMatch(/https?:/);
    const assets = [...reply.body.matchAll(/(?:src|href)="\.?\/?((?:docs\/)?static\/[^"]+)"/g)].map(
      ([, path]) => path ?? "",
    );
    expect(assets.length).toBeGreaterThan(2);
    for (const asset of assets) {
      const path = asset.startsWith("docs/") ? asset : `docs/${asset}`;
      expect((await harness.app.inject({ url: `/${path}` })).statusCode, asset).toBe(200);
    }
  });
});
