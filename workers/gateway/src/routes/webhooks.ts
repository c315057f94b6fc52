// Webhooks: addresses of a tenant that are told what happens.

import { Hono } from "hono";
import * as v from "valibot";
import { unwrap } from "@eigentwin/core";
import type { Gateway } from "../context.ts";
import { describe } from "../describe.ts";
import { knownWebhook, seesWebhook } from "../known-webhook.ts";
import { decodeCursor, encodeCursor, pageQuery } from "../paging.ts";
import { endpointAt, feedAt } from "../services.ts";
import { valid } from "../validate.ts";
import { idParam } from "./twin-schemas.ts";
import {
  deliveryAnswer,
  redriveWhich,
  replayFrom,
  secretRotation,
  webhookAnswer,
  webhookChange,
  webhookDraft,
  withSecret,
} from "./webhook-schemas.ts";

const BODY_PROBLEMS = ["request.malformed", "request.too-large", "request.unsupported-media-type"] as const;
const tag = "webhooks";

export const webhooks = new Hono<Gateway>()
  .post(
    "/",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Create a webhook",
      description:
        "It is told what happens from now on, once its address has answered a challenge: a signed POST of type " +
        "`webhook.challenge`, answered by 2xx with a body that holds `data.challenge`. Every delivery is a CloudEvent, signed as " +
        "Standard Webhooks says; events of one twin come in order, at least once, under the same `webhook-id`.",
      status: 201,
      answer: withSecret,
      problems: [...BODY_PROBLEMS, "webhook.address-refused", "webhook.too-many"],
    }),
    valid("json", webhookDraft),
    async (c) => {
      const { url, title, types, twins } = c.req.valid("json");
      const { tenant, twinTypes } = c.get("caller");
      const filter = { ...(types && { types }), ...(twins && { twins }), twinTypes };
      const made = unwrap(await feedAt(c.env, tenant).addWebhook(tenant, { url, title, filter }));
      return c.json(made, 201, { location: `/v1/webhooks/${made.webhook.id}` });
    },
  )
  .get(
    "/",
    describe({
      tag,
      access: "webhooks:read",
      summary: "List webhooks",
      description: "All of them: a tenant has at most 50.",
      answer: v.object({ items: v.array(webhookAnswer), next: v.null() }),
    }),
    valid("query", pageQuery),
    async (c) => {
      const caller = c.get("caller");
      const ids = await feedAt(c.env, caller.tenant).webhookIds();
      const views = await Promise.all(ids.map((id) => endpointAt(c.env, caller.tenant, id).view()));
      // One that was deleted meanwhile is not there.
      const items = views.flatMap((view) => (view.ok && seesWebhook(caller, view.value) ? [view.value] : []));
      return c.json({ items, next: null });
    },
  )
  .get(
    "/:id",
    describe({
      tag,
      access: "webhooks:read",
      summary: "Read a webhook and how it stands",
      answer: webhookAnswer,
      problems: ["webhook.not-found"],
    }),
    valid("param", idParam),
    async (c) => c.json(unwrap(await (await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id)).view())),
  )
  .patch(
    "/:id",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Change a webhook",
      description:
        "In force from the next event on. `null` takes a condition away. Another address is challenged before it is told anything.",
      answer: webhookAnswer,
      problems: [...BODY_PROBLEMS, "webhook.not-found", "webhook.address-refused"],
    }),
    valid("param", idParam),
    valid("json", webhookChange),
    async (c) => {
      const { id } = c.req.valid("param");
      await knownWebhook(c.env, c.get("caller"), id);
      return c.json(unwrap(await feedAt(c.env, c.get("tenant")).changeWebhook(id, c.req.valid("json"))));
    },
  )
  .delete(
    "/:id",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Delete a webhook with its secrets and its log",
      status: 204,
      problems: ["webhook.not-found"],
    }),
    valid("param", idParam),
    async (c) => {
      const { id } = c.req.valid("param");
      await knownWebhook(c.env, c.get("caller"), id);
      unwrap(await feedAt(c.env, c.get("tenant")).removeWebhook(id));
      return c.body(null, 204);
    },
  )
  .post(
    "/:id/pause",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Pause a webhook",
      description: "What happens meanwhile waits in the feed, as long as that holds it.",
      answer: webhookAnswer,
      problems: ["webhook.not-found"],
    }),
    valid("param", idParam),
    async (c) => c.json(unwrap(await (await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id)).pause())),
  )
  .post(
    "/:id/resume",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Resume a webhook where it stopped",
      description:
        "Its address is challenged again. One that is active goes on at once, without waiting for its next retry.",
      answer: webhookAnswer,
      problems: ["webhook.not-found"],
    }),
    valid("param", idParam),
    async (c) => c.json(unwrap(await (await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id)).resume())),
  )
  .post(
    "/:id/rotate",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Give a webhook a new secret",
      description: "While both are good, every delivery carries a signature of each.",
      status: 201,
      answer: withSecret,
      problems: [...BODY_PROBLEMS, "webhook.not-found"],
    }),
    valid("param", idParam),
    valid("json", secretRotation),
    async (c) => {
      const endpoint = await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id);
      return c.json(unwrap(await endpoint.rotate(c.req.valid("json").overlapSeconds)), 201);
    },
  )
  .post(
    "/:id/test",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Send a webhook an event of type webhook.test",
      status: 202,
      answer: v.object({ event: v.string() }),
      problems: ["webhook.not-found", "webhook.not-active"],
    }),
    valid("param", idParam),
    async (c) =>
      c.json(unwrap(await (await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id)).test()), 202),
  )
  .get(
    "/:id/deliveries",
    describe({
      tag,
      access: "webhooks:read",
      summary: "Read the log of deliveries, the latest first",
      description: "Kept for 14 days, and of those that succeeded the last 10,000.",
      answer: v.object({ items: v.array(deliveryAnswer), next: v.nullable(v.string()) }),
      problems: ["webhook.not-found"],
    }),
    valid("param", idParam),
    valid("query", pageQuery),
    async (c) => {
      const { limit, cursor } = c.req.valid("query");
      const before = cursor === undefined ? null : Number(decodeCursor(cursor, /^(\d{1,15})$/)[0]);
      const endpoint = await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id);
      const rows = unwrap(await endpoint.log(limit + 1, before));
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return c.json({ items, next: rows.length > limit && last ? encodeCursor([last.number]) : null });
    },
  )
  .post(
    "/:id/redrive",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Try again what was given up",
      answer: v.object({ redriven: v.number() }),
      problems: [...BODY_PROBLEMS, "webhook.not-found"],
    }),
    valid("param", idParam),
    valid("json", redriveWhich),
    async (c) => {
      const endpoint = await knownWebhook(c.env, c.get("caller"), c.req.valid("param").id);
      return c.json(unwrap(await endpoint.redrive(c.req.valid("json").event ?? null)));
    },
  )
  .post(
    "/:id/replay",
    describe({
      tag,
      access: "webhooks:write",
      summary: "Tell a webhook again what has happened since a time",
      description: "Under the same ids. What the feed no longer holds is told as one `feed.gap`.",
      answer: webhookAnswer,
      problems: [...BODY_PROBLEMS, "webhook.not-found"],
    }),
    valid("param", idParam),
    valid("json", replayFrom),
    async (c) => {
      const { id } = c.req.valid("param");
      await knownWebhook(c.env, c.get("caller"), id);
      return c.json(unwrap(await feedAt(c.env, c.get("tenant")).replayWebhook(id, c.req.valid("json").from)));
    },
  );
