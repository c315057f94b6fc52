// For those who run the deployment: whether it works, and what it does.

import { count as rows } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Hono } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import * as v from "valibot";
import { dataset, model, run, twin } from "@eigentwin/index";
import { CONTENT_TYPE, exposition, flush, seriesOf, type Sample } from "@eigentwin/metrics";
import { metricsOf, vaultOf } from "@eigentwin/system";
import type { Env } from "../../env.ts";
import { declareAccess } from "../access.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { keptHealth, PARTS, type Probes } from "../health.ts";
import { catalogueOf, runAt, twinAt } from "../services.ts";

/** An object that nobody ever writes to: a tenant has a name. */
const NOBODY = ["", "healthz"] as const;
const healthFor = keptHealth(5_000);

const partAnswer = v.object({ state: v.picklist(["ok", "down"]), reason: v.optional(v.string()) });
const healthAnswer = v.object({
  state: v.pipe(v.picklist(["ok", "degraded", "down"]), v.description("Degraded: a plugin is missing")),
  parts: v.object({
    ...Object.fromEntries(PARTS.map((name) => [name, partAnswer])),
    plugins: v.record(
      v.string(),
      v.object({
        state: v.picklist(["ok", "refused", "down"]),
        version: v.nullable(v.string()),
        reason: v.optional(v.string()),
      }),
    ),
  }),
});
const asHealth = { "application/json": { schema: resolver(healthAnswer) } };

export const operations = new Hono<Gateway>()
  .get(
    "/healthz",
    declareAccess(
      describeRoute({
        tags: ["operations"],
        summary: "Tell whether the deployment works, part by part",
        description: "Needs no key. Asked at most every five seconds, however often it is read.",
        security: [],
        responses: {
          200: { description: "ok or degraded", content: asHealth },
          503: { description: "down", content: asHealth },
        },
      }),
      { needs: "public" },
    ),
    async (c) => {
      const health = await healthFor(probesOf(c.env));
      return c.json(health, health.state === "down" ? 503 : 200, { "cache-control": "no-store" });
    },
  )
  .get(
    "/metrics",
    describe({
      tag: "operations",
      access: "metrics:read",
      summary: "Read the counts of the deployment as Prometheus text (format 0.0.4)",
      answer: v.string(),
      mediaType: "text/plain",
    }),
    async (c) => {
      const metrics = metricsOf(c.env.METRICS);
      await flush(metrics);
      const samples = [...(await metrics.totals()), ...(await gauges(c.env))];
      return c.body(exposition(samples), 200, { "content-type": CONTENT_TYPE, "cache-control": "no-store" });
    },
  );

const probesOf = (env: Env): Probes => ({
  // A table of ours: a database without its migrations is of no use.
  index: () => env.INDEX.prepare("SELECT 1 FROM tenant LIMIT 1").run(),
  bodies: () => env.BODIES.head("healthz"),
  twins: () => twinAt(env, ...NOBODY).subject(),
  runs: () => runAt(env, ...NOBODY).view(0),
  system: () => vaultOf(env.VAULTS, NOBODY.join("/")).open("healthz", ""),
  catalogue: () => catalogueOf(env).health(),
});

async function gauges(env: Env): Promise<Sample[]> {
  const index = drizzle(env.INDEX);
  const [[twins], [datasets], [models], runs] = await index.batch([
    index.select({ rows: rows() }).from(twin),
    index.select({ rows: rows() }).from(dataset),
    index.select({ rows: rows() }).from(model),
    index.select({ state: run.state, rows: rows() }).from(run).groupBy(run.state),
  ]);
  return [
    [seriesOf("eigentwin_twins", []), twins?.rows ?? 0],
    [seriesOf("eigentwin_datasets", []), datasets?.rows ?? 0],
    [seriesOf("eigentwin_models", []), models?.rows ?? 0],
    ...runs.map(({ state, rows: many }): Sample => [seriesOf("eigentwin_runs", [state]), many]),
  ];
}
