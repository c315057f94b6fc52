// The HTTP edge: identity, limits, routes, problems.

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { authenticate } from "./authenticate.ts";
import { freshCatalogue } from "./catalogue.ts";
import type { Gateway } from "./context.ts";
import { nothingHere } from "./nothing-here.ts";
import { openApi } from "./openapi.ts";
import { onError, problem } from "./problem.ts";
import { archives } from "./routes/archives.ts";
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
app.notFound((c) => nothingHere(app, c));

// Nobody's body is read before it is known whose it is.
app.use("/v1/*", authenticate);
app.use("/v1/datasets/*", atMost(24));
app.use("/v1/imports/*", atMost(24));
app.use("/v1/twins/*", atMost(2));
// A run's question is one row of its object's storage.
app.use("/v1/runs/*", atMost(1));
// An archive comes in parts; the platform takes bodies of up to 100 MB.
app.use("/v1/tenants/:id/archive", atMost(90));
app.use("/v1/*", freshCatalogue);

app.route("/v1/twins", twins);
app.route("/v1/datasets", datasets);
app.route("/v1/imports", imports);
app.route("/v1/models", models);
app.route("/v1/runs", runs);
app.route("/v1", archives);
app.route("/v1", catalogue);

app.get("/openapi.json", async (c) => c.json(await openApi(app)));

export default app;
