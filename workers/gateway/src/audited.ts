// Writes of which no object tells by itself: of keys, datasets, credentials, webhooks and tenants. Each is in the audit log
// before it is carried out, and again with the status of its answer, so that one which was cut off in between shows.

import { createMiddleware } from "hono/factory";
import { accessOf } from "./access.ts";
import type { Gateway } from "./context.ts";
import { routeOf } from "./observe.ts";
import { ADMINISTRATION } from "./routes/tenant-schemas.ts";
import { feedAt } from "./services.ts";

const READING = new Set(["GET", "HEAD", "OPTIONS"]);
/** Twins, also where a hook writes them, and runs tell of themselves, in the transaction of the write; sign-ins and stream tickets are no content. */
const TOLD_ELSEWHERE = /^\/v1\/(?:twins|inbound|runs|session|stream-tickets)(?:\/|$)/;
/** What an administrator does to a tenant that goes on stands in its own log too. */
const OF_A_TENANT = /^\/v1\/tenants\/([a-z0-9-]+)\/(?:suspend|resume|keys)$/;

export const audited = createMiddleware<Gateway>(async (c, next) => {
  const { method, path: target } = c.req;
  const access = accessOf(c);
  if (!access || READING.has(method) || TOLD_ELSEWHERE.test(target)) return next();
  // Whoever sets a deployment up has no key yet.
  const caller = c.get("caller") as Gateway["Variables"]["caller"] | undefined;
  const tenants = [caller?.tenant ?? ADMINISTRATION, OF_A_TENANT.exec(target)?.[1]].filter((one) => one !== undefined);
  const note = async (outcome: string) => {
    const action = `${method} ${routeOf(c)}`;
    const entry = {
      at: new Date().toISOString(),
      by: caller?.keyId ?? null,
      action,
      target,
      path: "",
      outcome,
      digest: null,
    };
    for (const tenant of tenants) await feedAt(c.env, tenant).audit(tenant, entry);
  };
  // Of what anybody may send, only what was done is kept.
  if (caller) await note("asked");
  await next();
  if (caller || c.res.ok) await note(String(c.res.status));
});
