import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { createDistribution } from "../../src/ports/distribution.js";
import { METRICS } from "../../src/server/metrics/catalogue.js";
import { createMetricsListener } from "../../src/server/metrics/listener.js";
import { createMetrics, type MetricValue } from "../../src/server/metrics/registry.js";
import { bearer, startHarness } from "./harness.js";

const seconds = createDistribution([0.1, 1]);
for (const value of [0.05, 0.5, 0.5, 7]) seconds.note(value);

const VALUES: readonly MetricValue[] = [
  { name: "youxu_ocpp_connections", labels: { version: "1.6" }, value: 3 },
  { name: "youxu_plans_total", labels: { site: 'a "site"\n', status: "optimal" }, value: 4 },
  { name: "youxu_store_commit_seconds", labels: {}, value: seconds },
];

const linesOf = (text: string): string[] => text.split("\n").filter((line) => line !== "");

describe("the metrics", () => {
  it("are written as Prometheus reads them, histograms with rising counts", async () => {
    const lines = linesOf(await createMetrics(() => VALUES).text());
    expect(lines).toContain('youxu_ocpp_connections{version="1.6"} 3');
    expect(lines).toContain('youxu_plans_total{site="a \\"site\\"\\n",status="optimal"} 4');
    expect(lines.filter((line) => line.startsWith("youxu_store_commit_seconds"))).toEqual([
      'youxu_store_commit_seconds_bucket{le="0.1"} 1',
      'youxu_store_commit_seconds_bucket{le="1"} 3',
      'youxu_store_commit_seconds_bucket{le="+Inf"} 4',
      "youxu_store_commit_seconds_sum 8.05",
      "youxu_store_commit_seconds_count 4",
    ]);
  });

  it("are as of when they are asked for: what is gone is told no more", async () => {
    let values = VALUES;
    const metrics = createMetrics(() => values);
    const first = await metrics.text();
    expect(await metrics.text()).toBe(first);
    values = [];
    expect(await metrics.text()).not.toContain('version="1.6"');
  });

  it("have names and help by Prometheus's conventions", () => {
    for (const [name, { type, help, labels }] of Object.entries(METRICS)) {
      expect(name).toMatch(/^(youxu|process|nodejs)_[a-z_]+$/);
      expect(name.endsWith("_total")).toBe(type === "counter");
      expect(name).not.toMatch(/_(ms|milliseconds|minutes|mb|kb)(_|$)/);
      expect(help.length).toBeGreaterThan(10);
      for (const label of labels) expect(label).toMatch(/^[a-z]+$/);
    }
  });
});

describe("GET /metrics", () => {
  it("needs a token of the scope read, and there is none where nothing is told", async () => {
    const { app } = await startHarness({ metrics: createMetrics(() => VALUES) });
    const status = async (headers: object) =>
      (await app.inject({ url: "/metrics", headers: { ...headers } })).statusCode;
    expect(await status({})).toBe(401);
    expect(await status(bearer("operate"))).toBe(403);
    const answer = await app.inject({ url: "/metrics", headers: bearer("read") });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(answer.body).toContain("youxu_ocpp_connections");
    await app.close();
    const without = await startHarness();
    expect((await without.app.inject({ url: "/metrics", headers: bearer("read") })).statusCode).toBe(404);
    await without.app.close();
  });

  it("is answered without a token by a listener of its own, and nothing else is", async () => {
    const listener = createMetricsListener(createMetrics(() => VALUES));
    await new Promise<void>((resolve) => void listener.listen(0, "127.0.0.1", resolve));
    const { port } = listener.address() as AddressInfo;
    const at = (path: string, method = "GET") => fetch(`http://127.0.0.1:${port}${path}`, { method });
    expect(await (await at("/metrics?x=1")).text()).toContain("youxu_ocpp_connections");
    expect((await at("/api/v1/sites")).status).toBe(404);
    expect((await at("/metrics", "POST")).status).toBe(404);
    listener.closeAllConnections();
    await new Promise((resolve) => listener.close(resolve));
  });
});

describe("GET /health/ready", () => {
  it("tells of each dependency how it stands, and 503 while one does not", async () => {
    const state = { ok: true, detail: "1 s old" };
    const { app } = await startHarness({
      checks: [
        { name: "broker", check: () => state },
        { name: "store", check: async () => ({ ok: true, detail: null }) },
      ],
    });
    const ready = () => app.inject({ url: "/health/ready" });
    expect((await ready()).json()).toEqual({
      status: "ok",
      checks: [
        { name: "sites", ok: true, required: true, detail: null },
        { name: "ledger", ok: true, required: true, detail: null },
        { name: "broker", ok: true, required: true, detail: "1 s old" },
        { name: "store", ok: true, required: true, detail: null },
      ],
    });
    state.ok = false;
    expect((await ready()).statusCode).toBe(503);
    await app.close();
  });

  it("shows what is not required, and is ready without it, even where it does not answer", async () => {
    const { app } = await startHarness({
      checks: [
        { name: "device:a", required: false, check: () => ({ ok: false, detail: "stale" }) },
        { name: "device:b", required: false, check: async () => Promise.reject(new Error("gone")) },
      ],
    });
    const answer = await app.inject({ url: "/health/ready" });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      status: "ok",
      checks: [
        { name: "sites" },
        { name: "ledger" },
        { name: "device:a", ok: false, required: false, detail: "stale" },
        { name: "device:b", ok: false, required: false },
      ],
    });
    await app.close();
  });

  it("keeps the reason of a failure for the log", async () => {
    const { app, log } = await startHarness({
      checks: [
        {
          name: "broker",
          check: () => {
            throw new Error("password hunter2 refused");
          },
        },
      ],
    });
    const answer = await app.inject({ url: "/health/ready" });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).not.toContain("hunter2");
    expect(log).toContainEqual(expect.objectContaining({ check: "broker", msg: "a check of health failed" }));
    await app.close();
  });
});
