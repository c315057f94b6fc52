// The HTTP edge: identity, limits, routes, problems.

import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { declareAccess, declaredRoutes } from "./access.ts";
import { audited } from "./audited.ts";
import { authenticate } from "./authenticate.ts";
import { freshCatalogue } from "./catalogue.ts";
import type { Gateway } from "./context.ts";
import { crossOrigin } from "./cross-origin.ts";
import { nothingHere } from "./nothing-here.ts";
import { observed, timedAs } from "./observe.ts";
import { openApi } from "./openapi.ts";
import { plainBodies } from "./plain-bodies.ts";
import { onError, problem } from "./problem.ts";
import { rateLimit } from "./rate-limit.ts";
import { archives } from "./routes/archives.ts";
import { audit } from "./routes/audit.ts";
import { catalogue } from "./routes/catalogue.ts";
import { consent } from "./routes/consent.ts";
import { credentials } from "./routes/credentials.ts";
import { datasets } from "./routes/datasets.ts";
import { erasures, twinErasure } from "./routes/erasures.ts";
import { events } from "./routes/events.ts";
import { hooks } from "./routes/hooks.ts";
import { imports } from "./routes/imports.ts";
import { inbound } from "./routes/inbound.ts";
import { keys } from "./routes/keys.ts";
import { models } from "./routes/models.ts";
import { operations } from "./routes/operations.ts";
import { runEvents } from "./routes/run-events.ts";
import { runs } from "./routes/runs.ts";
import { session } from "./routes/session.ts";
import { setup } from "./routes/setup.ts";
import { signingKeys } from "./routes/signing-keys.ts";
import { streamTicketsFor } from "./routes/stream-tickets.ts";
import { streams } from "./routes/streams.ts";
import { tenants } from "./routes/tenants.ts";
import { twinBatch } from "./routes/twin-batch.ts";
import { twinBranches } from "./routes/twin-branches.ts";
import { twinHistory } from "./routes/twin-history.ts";
import { twinLinks } from "./routes/twin-links.ts";
import { twinState } from "./routes/twin-state.ts";
import { twins } from "./routes/twins.ts";
import { webhooks } from "./routes/webhooks.ts";
import { soundJson } from "./sound-json.ts";
import { HOW_TO_CUT } from "./source-files.ts";

const MIB = 1024 * 1024;
const atMost = (mebibytes: number, hint = "Send it in parts.") =>
  bodyLimit({
    maxSize: mebibytes * MIB,
    onError: (c) =>
      problem(c, {
        code: "request.too-large",
        message: `a body here has at most ${mebibytes < 1 ? `${1024 * mebibytes} KiB` : `${mebibytes} MiB`}`,
        hint,
      }),
  });

const app = new Hono<Gateway>();
app.onError(onError);
app.notFound((c) => nothingHere(app, c));
app.use(...observed);

app.use("/v1/*", crossOrigin);
// Nobody's body is read before it is known whose it is; of those that come without a key, no more than this.
app.use("/v1/*", timedAs("auth", authenticate));
app.use("/metrics", timedAs("auth", authenticate));
app.use("/v1/*", rateLimit);
app.use("/v1/*", plainBodies);
const small = atMost(1 / 16);
for (const path of ["setup", "session", "keys", "credentials", "stream-tickets", "webhooks"])
  app.use(`/v1/${path}/*`, small);
// An archive comes in parts; the platform takes bodies of up to 100 MB.
const archivePart = atMost(90);
app.use("/v1/tenants/*", (c, next) => (c.req.path.endsWith("/archive") ? archivePart(c, next) : small(c, next)));
app.use("/v1/hooks/*", atMost(1));
app.use("/v1/inbound/*", atMost(1));
app.use("/v1/datasets/*", atMost(24));
app.use("/v1/imports/*", atMost(24, HOW_TO_CUT));
app.use("/v1/twins/*", atMost(2));
// A run's question is one row of its object's storage.
app.use("/v1/runs/*", atMost(1));
app.use("/v1/*", soundJson);
app.use("/v1/*", freshCatalogue);
app.use("/v1/*", audited);

app.route("/v1/twins", twins);
app.route("/v1/twins", streams);
app.route("/v1/twins", twinState);
app.route("/v1/twins", twinLinks);
app.route("/v1/twins", twinHistory);
app.route("/v1/twins", twinBatch);
app.route("/v1/twins", consent);
app.route("/v1/twins", twinErasure);
app.route("/v1/erasures", erasures);
app.route("/v1", audit);
app.route("/v1/twins", twinBranches);
app.route("/v1/datasets", datasets);
app.route("/v1/imports", imports);
app.route("/v1/models", models);
app.route("/v1/runs", runs);
app.route("/v1/runs", runEvents);
app.route("/v1/setup", setup);
app.route("/v1/tenants", tenants);
app.route("/v1/keys", keys);
app.route("/v1/session", session);
app.route(
  "/v1/stream-tickets",
  streamTicketsFor(() => declaredRoutes(app).filter(({ takesTicket }) => takesTicket)),
);
app.route("/v1/credentials", credentials);
app.route("/v1", events);
app.route("/v1/webhooks", webhooks);
app.route("/v1/hooks", hooks);
app.route("/v1/inbound", inbound);
app.route("/v1", archives);
app.route("/v1", catalogue);
app.route("/", operations);

app.route("/.well-known", signingKeys);

app.get(
  "/openapi.json",
  declareAccess(async (c: Context<Gateway>) => c.json(await openApi(app)), { needs: "public" }),
);

// Throws where a route does not say who may come in.
declaredRoutes(app);

export default app;
