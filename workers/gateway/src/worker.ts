// The HTTP edge: limits, identity, routes, problems.

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { authenticate } from "./authenticate.ts";
import { freshCatalogue } from "./catalogue.ts";
import type { Gateway } from "./context.ts";
import { openApi } from "./openapi.ts";
import { noRoute, onError, problem } from "./problem.ts";
import { catalogue } from "./routes/catalogue.ts";
import { datasets } from "./routes/datasets.ts";
import { imports } from "./routes/imports.ts";
import { models } from "./routes/models.ts";
import { runs } from "./routes/runs.ts";
import { twins } from "./routes/twins.ts";

const MIB = 1024 * 1024;
const atMost = (mebibytes: number) =>
  bodyLimit({
    maxSize: mebibytes * MIB,
    onError: (c) =>
      problem(c, {
        code: "request.too-large",
        message: `a body here has at most ${mebibytes} MiB`,
        hint: "Send it in parts.",
      }),
  });

const app = new Hono<Gateway>();
app.onError(onError);
app.notFound(noRoute);

app.use("/v1/datasets/*", atMost(24));
app.use("/v1/imports/*", atMost(24));
for (const path of ["/v1/twins/*", "/v1/runs/*"]) app.use(path, atMost(2));
app.use("/v1/*", authenticate, freshCatalogue);

app.route("/v1/twins", twins);
app.route("/v1/datasets", datasets);
app.route("/v1/imports", imports);
app.route("/v1/models", models);
app.route("/v1/runs", runs);
app.route("/v1", catalogue);

app.get("/openapi.json", async (c) => c.json(await openApi(app)));

export default app;
