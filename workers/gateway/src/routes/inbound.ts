// Where other systems send to: no key of ours, but what the hook's own verification asks for.

import { Hono } from "hono";
import * as v from "valibot";
import { refuse, unwrap, type JsonSchema } from "@eigentwin/core";
import { count } from "@eigentwin/metrics";
import type { Env } from "../../env.ts";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { hookOfAnybody } from "../hooks/hook.ts";
import { messagesIn } from "../hooks/read-messages.ts";
import { answerOf, receiveMessages } from "../hooks/receive.ts";
import { Refusals } from "../hooks/refusals.ts";
import { faultOfSecret, opened } from "../hooks/secrets.ts";
import { isVerified, type Received } from "../hooks/verify.ts";
import { problem } from "../problem.ts";
import { valid } from "../validate.ts";
import { tenantId } from "./tenant-schemas.ts";
import { inboundAnswer } from "./hook-schemas.ts";
import { idSchema } from "./twin-schemas.ts";

const refusals = new Refusals();
const ANY: JsonSchema = { description: "What the hook's sender sends, at most 1 MiB" };
const BATCH = /^application\/cloudevents-batch\+json *(?:;|$)/i;

export const inbound = new Hono<Gateway>().post(
  "/:tenant/:hook",
  describe({
    tag: "hooks",
    access: "public",
    summary: "Send a message to a hook",
    description:
      "A message that comes again under its id is answered as it was the first time, for 14 days. One of which nothing could " +
      "be taken is a problem, and is as one that never came. Several CloudEvents in one batch are answered each.",
    bodies: { "application/json": ANY, "application/cloudevents+json": ANY, "application/cloudevents-batch+json": ANY },
    answer: inboundAnswer,
    problems: [
      "request.malformed",
      "request.too-large",
      "request.unsupported-media-type",
      "request.key-reused",
      "auth.tenant-suspended",
      "hook.refused",
      "hook.too-many-refusals",
      "hook.not-mapped",
      "hook.nothing-taken",
      "hook.under-way",
    ],
  }),
  valid("param", v.object({ tenant: tenantId, hook: idSchema })),
  async (c) => {
    const { tenant, hook: id } = c.req.valid("param");
    const from = { address: c.req.header("cf-connecting-ip"), path: `${tenant}/${id}` };
    const waitSeconds = refusals.mustWaitSeconds(from, Date.now());
    if (waitSeconds !== undefined) {
      const answer = problem(c, {
        code: "hook.too-many-refusals",
        message: "too much from this address was refused",
        hint: `Come again in ${waitSeconds} seconds, with the hook's present secret.`,
      });
      answer.headers.set("retry-after", String(waitSeconds));
      return answer;
    }
    const body = new Uint8Array(await c.req.arrayBuffer());
    const received = { headers: c.req.raw.headers, body, nowMs: Date.now() };
    const found = await verifiedHook(c.env, tenant, id, received);
    if (!found) {
      refusals.note(from, Date.now());
      count("eigentwin_hook_messages_total", ["refused"]);
      return refuse("hook.refused", "this does not show that it is from the sender of a hook here", {
        hint: "Is it sent to the hook's own path, signed with its present secret, by a clock that is right?",
      });
    }
    c.set("tenant", tenant);
    c.set("keyId", `hook:${id}`);
    if (found.state !== "active")
      refuse("auth.tenant-suspended", `the tenant of this hook is ${found.state}`, {
        hint: "Ask the administrator of this deployment.",
      });
    const messages = unwrap(await messagesIn(found.hook.rules, received));
    const told = await receiveMessages({ env: c.env, hook: found.hook, tenantSince: found.since }, messages);
    count("eigentwin_hook_messages_total", ["taken"], told.filter((one) => !("failure" in one)).length);
    count("eigentwin_hook_messages_total", ["failed"], told.filter((one) => "failure" in one).length);
    return c.json(answerOf(told, BATCH.test(c.req.header("content-type") ?? "")));
  },
);

/** Undefined for one that is not there as for one whose secret is another. */
async function verifiedHook(env: Env, tenant: string, id: string, received: Received) {
  const found = await hookOfAnybody(env, tenant, id);
  if (!found) return undefined;
  const { verification } = found.hook.rules;
  // One that was given while the verification was changed may not fit it.
  const secrets = (await opened(env, found.hook)).filter((secret) => faultOfSecret(verification, secret) === undefined);
  return (await isVerified(verification, secrets, received)) ? found : undefined;
}
