// How often a key, and all keys of a tenant together, may ask: as `RateLimit` and `RateLimit-Policy` say it
// (draft-ietf-httpapi-ratelimit-headers-11). One object counts for the whole deployment; an isolate takes requests from it in
// advance, some at a time, so that most of them are let in without a call.

import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { limiterOf, type Quota } from "@eigentwin/system";
import type { Gateway } from "./context.ts";
import { problem } from "./problem.ts";

/** Of the quota, so much is taken at a time: what an isolate does not use is lost to the others until it has filled again. */
const SHARE = 50;
/** What was taken in advance is good for so long. */
const GOOD_MS = 5_000;
const MOST_HELD = 10_000;

interface Held {
  tokens: number;
  /** What the others had left when they were taken. */
  left: number;
  fullMs: number;
  untilMs: number;
}

const held = new Map<string, Held>();

/** `6000/60`. Undefined where there is no limit. */
export function quotaOf(text: string): Quota | undefined {
  if (text.trim() === "") return undefined;
  const [, requests, seconds] = /^([1-9]\d{0,8})\/([1-9]\d{0,5})$/.exec(text.trim()) ?? [];
  if (requests === undefined)
    throw new Error(`"${text}" is no rate limit: write requests and seconds, for example 6000/60`);
  return { requests: Number(requests), seconds: Number(seconds) };
}

interface Policy {
  name: string;
  quota: Quota;
  /** Of the object that counts. */
  counter: string;
}

interface Standing {
  policy: Policy;
  isLetIn: boolean;
  left: number;
  fullMs: number;
  nextMs: number;
}

async function take(c: Context<Gateway>, policy: Policy): Promise<Standing> {
  const { counter, quota } = policy;
  const known = held.get(counter);
  if (known && known.tokens > 0 && known.untilMs > Date.now()) {
    known.tokens -= 1;
    return { policy, isLetIn: true, left: known.tokens + known.left, fullMs: known.fullMs, nextMs: 0 };
  }
  const wanted = Math.max(1, Math.floor(quota.requests / SHARE));
  const { granted, left, nextMs, fullMs } = await limiterOf(c.env.LIMITERS, counter).lease(quota, wanted);
  if (granted === 0) return { policy, isLetIn: false, left: 0, fullMs, nextMs };
  if (held.size >= MOST_HELD) held.clear();
  // Another request of this isolate may have taken some meanwhile: those are good too.
  const more = held.get(counter);
  const rest = granted - 1 + (more && more.untilMs > Date.now() ? more.tokens : 0);
  held.set(counter, { tokens: rest, left, fullMs, untilMs: Date.now() + GOOD_MS });
  return { policy, isLetIn: true, left: rest + left, fullMs, nextMs };
}

function policiesOf(c: Context<Gateway>): Policy[] {
  const { tenant, keyId, tenantSince } = c.get("caller");
  const policies = [
    { name: "key", text: c.env.RATE_LIMIT_KEY, counter: `key/${tenant}/${tenantSince}/${keyId}` },
    { name: "tenant", text: c.env.RATE_LIMIT_TENANT, counter: `tenant/${tenant}/${tenantSince}` },
  ];
  return policies.flatMap(({ name, text, counter }) => {
    const quota = quotaOf(text);
    return quota ? [{ name, counter, quota }] : [];
  });
}

const seconds = (ms: number): number => Math.ceil(ms / 1000);

export const rateLimit = createMiddleware<Gateway>(async (c, next) => {
  // Public routes have no caller.
  const policies = (c.get("caller") as Gateway["Variables"]["caller"] | undefined) ? policiesOf(c) : [];
  const standings: Standing[] = [];
  for (const policy of policies) {
    standings.push(await take(c, policy));
    if (!standings.at(-1)?.isLetIn) break;
  }
  const shut = standings.find(({ isLetIn }) => !isLetIn);
  if (shut) c.res = tooMany(c, shut);
  else await next();
  if (policies.length === 0) return;
  c.header(
    "RateLimit-Policy",
    policies.map(({ name, quota }) => `"${name}";q=${quota.requests};w=${quota.seconds}`).join(", "),
  );
  c.header(
    "RateLimit",
    standings.map(({ policy, left, fullMs }) => `"${policy.name}";r=${left};t=${seconds(fullMs)}`).join(", "),
  );
});

function tooMany(c: Context<Gateway>, { policy, nextMs }: Standing): Response {
  const { requests, seconds: window } = policy.quota;
  const answer = problem(c, {
    code: "request.rate-limited",
    message: `this ${policy.name} asks more than ${requests} times in ${window} seconds`,
    hint: "Wait as long as Retry-After says, and send many twins or points in one request.",
  });
  answer.headers.set("retry-after", String(Math.max(1, seconds(nextMs))));
  return answer;
}
