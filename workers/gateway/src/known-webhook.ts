// Which webhooks there are for a caller: those of its tenant that are told of no more twin types than it sees.

import { refuse, unwrap } from "@eigentwin/core";
import type { WebhookView } from "@eigentwin/events";
import type { Env } from "../env.ts";
import type { Caller } from "./caller.ts";
import { endpointAt, feedAt } from "./services.ts";

export const seesWebhook = ({ twinTypes }: Caller, webhook: WebhookView): boolean =>
  twinTypes.length === 0 ||
  (webhook.twinTypes.length > 0 && webhook.twinTypes.every((type) => twinTypes.includes(type)));

/** The feed knows the ids: an endpoint that is called comes into being. */
export async function knownWebhook(env: Env, caller: Caller, id: string) {
  const ids = await feedAt(env, caller.tenant).webhookIds();
  if (!ids.includes(id)) return notThere();
  const endpoint = endpointAt(env, caller.tenant, id);
  return seesWebhook(caller, unwrap(await endpoint.view())) ? endpoint : notThere();
}

const notThere = (): never => refuse("webhook.not-found", "there is no such webhook");
